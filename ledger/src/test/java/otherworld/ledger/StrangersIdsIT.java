package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.ledger.InstanceLedger.Reply;
import otherworld.ledger.SeatLedger.Location;

/** Whoever gives players their ids may give any: to Redis and to its scripts they are values. */
class StrangersIdsIT extends LedgerTests {
    private static final List<String> NAMES =
            List.of(
                    "{other.world}",
                    "}:seats:0{",
                    "*",
                    "ow:worlds",
                    "'..redis.call('FLUSHALL')..'",
                    "]]redis.call([[FLUSHALL]])",
                    "\"}]',1\\n",
                    "\\0%s$(reboot)`x`",
                    "0|1|2,3;4/../../5",
                    "-1",
                    "<script>alert(1)</script>");

    @Test
    void aPlayersNameIsANameWhateverItIs() {
        f.policy(32, WorldPolicy.Placement.PACKED);
        f.open(0, 32);
        Seat anns = f.seated("r-ann", "ann").seats().getFirst();
        assertThat(f.instances.claim(f.id(0), 1, anns, new PlayerId("ann")))
                .isEqualTo(new Reply.Done());
        Set<Integer> taken = new HashSet<>(Set.of(anns.number()));
        List<PlayerId> strangers = new ArrayList<>();
        for (String name : NAMES) {
            PlayerId stranger = new PlayerId(name);
            strangers.add(stranger);
            Seat seat = f.seated("r-" + strangers.size(), name).seats().getFirst();
            assertThat(taken.add(seat.number())).as("a seat of its own for %s", name).isTrue();
            assertThat(f.instances.claim(f.id(0), 1, seat, stranger)).isEqualTo(new Reply.Done());
            assertThat(f.seats.locate(f.id(0), seat, stranger)).isInstanceOf(Location.Found.class);
            assertThat(f.seats.locate(f.id(0), anns, stranger))
                    .as("%s is not ann", name)
                    .isInstanceOf(Location.Ended.class);
            assertThat(f.instances.claim(f.id(0), 1, anns, stranger))
                    .isInstanceOf(Reply.Superseded.class);
        }
        assertThat(f.state(0).players()).isEqualTo(1 + NAMES.size());
        assertThat(f.seats.locate(f.id(0), anns, new PlayerId("ann")))
                .isInstanceOf(Location.Found.class);
        // Nothing stands outside the World's own keys.
        List<String> keys = inRedis(redis -> redis.keys("*"));
        assertThat(keys)
                .isNotEmpty()
                .allSatisfy(key -> assertThat(key).matches("ow:(worlds|origin|\\{[a-z0-9.-]+}.*)"));
    }
}
