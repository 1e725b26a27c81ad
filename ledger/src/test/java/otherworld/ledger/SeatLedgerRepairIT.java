package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.base.InstanceId;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.WorldId;
import otherworld.ledger.InstanceLedger.Reply;
import otherworld.ledger.InstanceLedger.SeatState;
import otherworld.ledger.InstanceLedger.TakenSeat;
import otherworld.ledger.SeatLedger.Assignment;
import otherworld.ledger.SeatLedger.Assignment.Refused;
import otherworld.ledger.SeatLedger.Location;
import otherworld.ledger.SeatLedger.SeatRequest;
import otherworld.ledger.WorldPolicy.Placement;

/** What the ledger makes right again, and what nobody can leave behind in it. */
class SeatLedgerRepairIT extends LedgerTests {
    private static final PlayerId ANN = new PlayerId("ann");
    private static final PlayerId BOB = new PlayerId("bob");

    @Test
    void aNameThatNoWorldHasLeavesNoKey() {
        WorldId none = new WorldId("test.none-" + UUID.randomUUID());
        assertThat(f.seats.assign(none, SeatRequest.of("r", ANN)))
                .isEqualTo(new Assignment.UnknownWorld());
        f.seats.cancel(none, "r", ANN, 1);
        assertThat(f.seats.read(none).policy()).isEmpty();
        assertThat(f.seats.locate(new InstanceId(none, 0), new Seat(0, 1), ANN))
                .isEqualTo(new Location.UnknownWorld());
        assertThat(keys(none)).isEmpty();
    }

    @Test
    void aWorldThatWasForgottenLeavesNoKeyWhenItIsRetiredLater() {
        f.open(0, 4);
        assertThat(keys(f.world)).isNotEmpty();
        f.seats.forget(f.world);
        f.seats.retire(f.world);
        f.seats.read(f.world);
        assertThat(keys(f.world)).isEmpty();
    }

    @Test
    void whoSitsStaysWhenTheirSeatWasPromisedToAnotherAndThatPassed() {
        f.open(0, 4);
        Seat seat = claimed("r", ANN);
        // what a ledger that lost ann's claim would have done: seat 0 to bob, until it passed
        Seat bobs = new Seat(seat.number(), seat.generation() + 10);
        f.instances.claim(f.id(0), 1, bobs, BOB);
        f.instances.release(f.id(0), 1, bobs, BOB);
        List<TakenSeat> real = List.of(new TakenSeat(seat, SeatState.OCCUPIED, ANN, 0));
        f.beat(0, 1, 4, real);
        assertThat(f.state(0).occupied()).as("a list made before the release").isZero();
        f.pass(Duration.ofSeconds(4));
        f.beat(0, 1, 4, real);
        assertThat(f.instances.takenSeats(f.id(0))).isEqualTo(real);
        assertThat(f.seated("r-2", "bob").seats().get(0).number()).isNotEqualTo(seat.number());
        assertThat(f.seats.locate(f.id(0), seat, ANN)).isInstanceOf(Location.Found.class);
    }

    @Test
    void aPlayerWaitsOnceHoweverOftenTheyAsk() {
        f.ask("a-1", "ann");
        f.ask("b-1", "bob");
        for (int i = 2; i < 10; i++) {
            assertThat(f.ask("a-" + i, "ann"))
                    .isInstanceOfSatisfying(
                            Assignment.Waiting.class,
                            wait -> assertThat(wait.position()).as("keeps its place").isOne());
        }
        assertThat(f.seats.read(f.world).oldestParties()).containsExactly(1, 1);
        f.open(0, 4);
        f.seated("a-20", "ann");
        assertThat(f.seats.read(f.world).waitingParties()).as("ann waits no more").isOne();
        f.seats.cancel(f.world, "b-0", BOB, 1);
        assertThat(f.seats.read(f.world).waitingParties()).as("an older request").isOne();
        f.seats.cancel(f.world, "b-1", BOB, 1);
        assertThat(f.seats.read(f.world).waitingParties()).isZero();
    }

    @Test
    void whoHasASeatGetsItBackInACordonedInstance() {
        f.open(0, 4);
        Seat seat = claimed("r", ANN);
        f.seats.cordon(f.id(0), "c-1", Duration.ofSeconds(30));
        Assignment.Seated again = f.seated("r-2", "ann");
        assertThat(again.seats().get(0).number()).isEqualTo(seat.number());
        assertThat(f.ask("r-3", "bob")).isInstanceOf(Assignment.Waiting.class);
    }

    /** What says where players sit can be made again from where they sit. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPlayerOfWhomNonsenseIsKeptSitsOnce(boolean swept) {
        String players = "ow:{" + f.world + "}:player";
        f.open(0, 4);
        f.open(1, 4);
        Seat anns = claimed("r-1", ANN);
        Seat bobs = claimed("r-2", BOB);
        inRedis(redis -> redis.hset(players, Map.of("ann", "x", "bob", "0 0")));
        if (swept) {
            f.pass(Duration.ofSeconds(11));
            f.seats.read(f.world);
            List<String> known = inRedis(redis -> redis.hkeys(players));
            assertThat(known).containsExactlyInAnyOrder("ann", "bob");
            f.beat(0, 1, 4, null);
            f.beat(1, 1, 4, null);
        }
        Assignment.Seated again = f.seated("r-3", "ann");
        assertThat(again.instance()).isEqualTo(f.id(0));
        assertThat(again.seats().getFirst().number()).isEqualTo(anns.number());
        assertThat(f.ask(1, "r-4", "bob")).as("sits elsewhere").isInstanceOf(Refused.class);
        assertThat(f.instances.takenSeats(f.id(0)))
                .extracting(TakenSeat::seat)
                .containsExactlyInAnyOrder(anns, bobs);
        assertThat(f.instances.takenSeats(f.id(1))).isEmpty();
    }

    @Test
    void aPlayerWhoseInstanceWasForgottenIsForgottenToo() {
        String players = "ow:{" + f.world + "}:player";
        f.open(0, 4);
        f.open(1, 4);
        claimed("r", ANN);
        LedgerFixture.seated(f.ask(1, "r-2", "bob"));
        f.seats.removeHost(f.id(0), "uid-0");
        inRedis(redis -> redis.del(instanceKeys(0))); // as their life of a day does
        f.pass(Duration.ofSeconds(11));
        f.seats.read(f.world);
        List<String> known = inRedis(redis -> redis.hkeys(players));
        assertThat(known).containsExactly("bob");
    }

    /** Whoever comes upon it first: who asks, the new host, or nobody before that host reports. */
    @Test
    void aSeatThatCannotBeReadIsNotGivenBackThoughItsHostCannotSaySo() {
        for (String first : List.of("locate", "taken", "report")) {
            for (Duration silent : List.of(Duration.ofSeconds(1), Duration.ofMinutes(1))) {
                f.open(0, 4);
                Seat seat = claimed("r-" + first + silent, ANN);
                f.pass(Duration.ofMinutes(5));
                f.beat(0, 1, 4, List.of(new TakenSeat(seat, SeatState.OCCUPIED, ANN, 0)));
                f.pass(silent);
                inRedis(redis -> redis.hset(seats(0), "" + seat.number(), "x"));
                if (first.equals("locate")) {
                    assertThat(f.seats.locate(f.id(0), seat, ANN))
                            .isInstanceOf(Location.Found.class);
                } else if (first.equals("taken")) {
                    assertThat(f.instances.takenSeats(f.id(0))).isEmpty();
                }
                f.beat(0, 2, 4, List.of()); // the host died; this one knows what the ledger does
                assertThat(f.seats.locate(f.id(0), seat, ANN))
                        .as("%s, %s after the last report", first, silent)
                        .isInstanceOf(Location.Found.class);
                assertThat(f.ask("b-" + first + silent, "bob"))
                        .as("before ann is back")
                        .isInstanceOf(Assignment.Waiting.class);
                assertThat(f.instances.resume(f.id(0), 2, seat, ANN)).isEqualTo(new Reply.Done());
                close();
                open(); // another World
            }
        }
    }

    @Test
    void aHostThatReportsAfterTheLossOfASeatHasTheLastWord() {
        f.open(0, 4);
        Seat seat = claimed("r", ANN);
        inRedis(redis -> redis.hset(seats(0), "" + seat.number(), "x"));
        assertThat(f.seats.locate(f.id(0), seat, ANN)).isInstanceOf(Location.Found.class);
        f.beat(0, 1, 4, List.of());
        assertThat(f.seats.locate(f.id(0), seat, ANN)).isEqualTo(new Location.Ended());
        f.beat(0, 2, 4, List.of());
        assertThat(f.seats.locate(f.id(0), seat, ANN))
                .as("nothing is in doubt when the next host comes")
                .isEqualTo(new Location.Ended());
    }

    private String seats(int ordinal) {
        return "ow:{%s}:seats:%d".formatted(f.world, ordinal);
    }

    /** Lost permissions are none: neither instance nor matchmaker takes them for an open World. */
    @Test
    void permissionsThatAreLostOrAlteredAllowNothingUntilTheyAreToldAgain() {
        String world = "ow:{" + f.world + "}:world";
        f.open(0, 4);
        assertThat(f.seated("r", "ann").permissions()).isEqualTo(Permissions.OPEN);
        for (String damage : List.of("", "NOBODY", "EVERYONE EVERYONE geverybody")) {
            String before = f.seats.read(f.world).incarnation();
            boolean ours =
                    inRedis(redis ->
                            damage.isEmpty()
                                    ? redis.hdel(world, "permissions") == 1
                                    : !redis.hset(world, "permissions", damage));
            assertThat(ours).isTrue();
            if (!damage.startsWith("EVERYONE")) {
                assertThat(f.beat(0, 1, 4, null).policy()).as("damage '%s'", damage).isNull();
                assertThat(f.seated("r-2", "bob").permissions()).isEqualTo(Permissions.CLOSED);
            }
            WorldState found = f.seats.read(f.world);
            assertThat(found.incarnation()).as("told as a loss").isNotEqualTo(before);
            assertThat(found.policy()).as("so that it is written again").isEmpty();
            f.policy(4, Placement.PACKED);
            assertThat(f.beat(0, 1, 4, null).policy())
                    .isEqualTo(new LivePolicy(4, Duration.ofSeconds(30), Permissions.OPEN));
        }
    }

    private String[] instanceKeys(int ordinal) {
        return List.of("inst", "seats", "used").stream()
                .map(name -> "ow:{%s}:%s:%d".formatted(f.world, name, ordinal))
                .toArray(String[]::new);
    }

    private Seat claimed(String request, PlayerId player) {
        Seat seat = f.seated(request, player.value()).seats().get(0);
        assertThat(f.instances.claim(f.id(0), 1, seat, player)).isEqualTo(new Reply.Done());
        return seat;
    }

    private static List<String> keys(WorldId world) {
        List<String> all = inRedis(redis -> redis.keys("ow:{" + world + "}:*"));
        return all.stream().filter(key -> !key.contains(":request:")).toList();
    }
}
