package otherworld.instance.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import otherworld.instance.config.Limits;
import otherworld.instance.loop.SimulatedInstance.Client;
import otherworld.instance.session.Verdict;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Leave;
import otherworld.protocol.Ping;
import otherworld.protocol.PlaceEntity;
import otherworld.tickets.SessionToken;

/** When the lease may be idle, and that nobody is inside then. */
class IdleLeaseTest {
    private static final int IDLE_TICKS = Limits.LEASE_IDLE_AFTER_MS * 30 / 1_000;

    private final SimulatedInstance world = new SimulatedInstance();
    private final Client ada = new Client();

    @Test
    void anInstanceThatWasEmptyForAWhileLetsItsLeaseBeIdleOnce() {
        world.ticks(IDLE_TICKS - 2);
        assertThat(world.keeping.relaxed).hasValue(0);
        world.ticks(4);
        assertThat(world.keeping.relaxed).hasValue(1);
        world.ticks(2 * IDLE_TICKS);
        assertThat(world.keeping.relaxed).hasValue(1);
        assertThat(world.keeping.tightened).hasValue(0);
    }

    @Test
    void whoIsSeatedOrHeldKeepsItShort() {
        Player player = world.join("ada", 0, ada);
        for (int i = 0; i < 3; i++) {
            world.simulation.receive(player, ada, new Ping(i, i));
            world.ticks(IDLE_TICKS / 2);
        }
        world.simulation.disconnected(player, ada);
        world.ticks(29 * 30); // the reconnect window is 30 s
        SessionToken token =
                new SessionToken(
                        player.id,
                        SimulatedInstance.PLAZA,
                        player.seat,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        "r",
                        List.of());
        Client again = new Client();
        assertThat(world.simulation.admit(token, again, SimulatedInstance.SESSION))
                .isInstanceOf(Verdict.Seated.class);
        world.simulation.receive(player, again, new Leave());
        world.ticks(IDLE_TICKS - 2);
        assertThat(world.keeping.relaxed).hasValue(0);
        world.ticks(4);
        assertThat(world.keeping.relaxed).hasValue(1);
    }

    @Test
    void whatIsNotDurableYetKeepsItShort() {
        Player player = world.join("ada", 0, ada);
        world.simulation.receive(player, ada, new PlaceEntity(1, "crate", world.pose(player)));
        world.simulation.receive(player, ada, new Leave());
        world.ticks(2 * IDLE_TICKS);
        assertThat(world.keeping.relaxed).hasValue(0);
        world.storage.commit();
        world.ticks(IDLE_TICKS + 2);
        assertThat(world.keeping.relaxed).hasValue(1);
    }

    @Test
    void nobodyIsLetInBeforeTheLeaseIsShortAgain() {
        world.ticks(IDLE_TICKS + 2);
        world.keeping.tight = false;
        assertThat(world.simulation.check(world.ticket("ada", 0)))
                .isInstanceOf(Verdict.Claim.class);
        assertThat(world.keeping.tightened).hasValue(1);
        assertThat(world.simulation.admit(world.ticket("ada", 0), ada, SimulatedInstance.SESSION))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
                        no -> assertThat(no.reason()).isEqualTo(GoodbyeReason.FROZEN));
        world.keeping.tight = true;
        world.join("ada", 0, ada);
        assertThat(world.keeping.relaxed).hasValue(1);
    }

    @Test
    void whoAsksAndDoesNotComeKeepsItShortForAWhile() {
        world.ticks(IDLE_TICKS / 2);
        world.simulation.check(world.ticket("ada", 0));
        world.ticks(IDLE_TICKS / 2 + 2);
        assertThat(world.keeping.relaxed).hasValue(0);
        world.ticks(IDLE_TICKS / 2);
        assertThat(world.keeping.relaxed).hasValue(1);
    }
}
