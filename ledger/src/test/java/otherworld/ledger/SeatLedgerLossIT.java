package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.ledger.InstanceLedger.Heartbeat;
import otherworld.ledger.InstanceLedger.Reply;
import otherworld.ledger.InstanceLedger.SeatState;
import otherworld.ledger.InstanceLedger.TakenSeat;
import otherworld.ledger.SeatLedger.Assignment;
import otherworld.ledger.WorldPolicy.Placement;
import otherworld.local.redis.RedisServer;

/** When Redis starts again, with all it had, some of it or nothing. */
class SeatLedgerLossIT {
    private static final PlayerId ANN = new PlayerId("ann");

    private final RedisServer redis = RedisServer.start();
    private final LedgerFixture f = new LedgerFixture(redis.url());

    @BeforeEach
    void open() {
        fleet();
    }

    @AfterEach
    void close() {
        f.close();
        redis.close();
    }

    @Test
    void aRestartBeginsANewIncarnationAndKeepsWhatWasPromised() {
        f.beat(0, 1, 4, List.of());
        Seat seat = f.seated("r", "ann").seats().get(0);
        String before = f.seats.read(f.world).incarnation();
        assertThat(f.seats.read(f.world).incarnation()).isEqualTo(before);
        redis.kill();
        redis.restart();
        String after = untilItAnswers();

        assertThat(after).isNotEqualTo(before);
        assertThat(f.state(0).closed()).isEqualTo("unknown");
        assertThat(f.ask("r-2", "bob")).isInstanceOf(Assignment.Waiting.class);
        assertThat(f.beat(0, 1, 4, null).wantsSeats()).isTrue();
        f.beat(0, 1, 4, List.of());
        assertThat(f.state(0).closed()).isEqualTo("paused");
        assertThat(f.instances.claim(f.id(0), 1, seat, ANN)).isEqualTo(new Reply.Done());
        assertThat(f.seats.read(f.world).incarnation()).as("renewed once").isEqualTo(after);
        f.pass(SeatLedger.RESERVATION);
        f.beat(0, 1, 4, null);
        f.seated("r-2", "bob");
    }

    /** Nobody is left who could say that ann sat there: she comes back with her session token. */
    @Test
    void aHostThatDiedWithTheLedgerLeavesItsPlayersTimeToComeBack() {
        f.beat(0, 1, 4, List.of());
        Seat seat = f.seated("r", "ann").seats().get(0);
        f.instances.claim(f.id(0), 1, seat, ANN);
        redis.wipe();
        untilItAnswers();
        fleet();
        try (RedisInstanceLedger next = newProcess()) {
            beat(next, 2, null);
            beat(next, 2, List.of());
            assertThat(f.state(0).closed()).isEqualTo("paused");
            assertThat(f.ask("r-2", "bob")).isInstanceOf(Assignment.Waiting.class);
            assertThat(next.claim(f.id(0), 2, seat, ANN)).isEqualTo(new Reply.Done());
            f.pass(SeatLedger.RESERVATION);
            beat(next, 2, List.of(new TakenSeat(seat, SeatState.OCCUPIED, ANN, 0)));
            assertThat(f.seated("r-2", "bob").seats().get(0).number()).isNotEqualTo(seat.number());
        }
    }

    @Test
    void newcomersDoNotWaitForThoseWhoNeverWere() {
        try (RedisInstanceLedger first = newProcess();
                RedisInstanceLedger second = newProcess()) {
            beat(first, 1, null);
            beat(first, 1, List.of());
            assertThat(f.state(0).closed()).as("a first host").isEmpty();
            beat(second, 2, null);
            beat(second, 2, List.of());
            assertThat(f.state(0).closed()).as("a host that took over").isEmpty();
        }
        f.pass(Duration.ofMinutes(11));
        f.host(1);
        try (RedisInstanceLedger woken = newProcess()) {
            woken.heartbeat(new Heartbeat(f.id(1), 9, "uid-1", 4, true, "", List.of()));
            assertThat(f.state(1).closed()).as("stopped before a loss long ago").isEmpty();
        }
    }

    private void fleet() {
        f.policy(4, Placement.PACKED);
        f.host(0);
    }

    private RedisInstanceLedger newProcess() {
        return new RedisInstanceLedger(
                RedisSettings.of(redis.url()), () -> Long.toString(f.nowUs.get()));
    }

    private void beat(RedisInstanceLedger process, long epoch, @Nullable List<TakenSeat> seats) {
        process.heartbeat(new Heartbeat(f.id(0), epoch, "uid-0", 4, true, "", seats));
    }

    private String untilItAnswers() {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .ignoreExceptionsMatching(LedgerUnavailable.class::isInstance)
                .until(
                        () -> {
                            f.instances.takenSeats(f.id(0));
                            return f.seats.read(f.world).incarnation();
                        },
                        incarnation -> !incarnation.isEmpty());
    }
}
