package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.WorldId;
import otherworld.ledger.InstanceLedger.Heartbeat;
import otherworld.ledger.InstanceLedger.Reply;
import otherworld.ledger.InstanceLedger.SeatState;
import otherworld.ledger.InstanceLedger.TakenSeat;
import otherworld.ledger.SeatLedger.Assignment;
import otherworld.ledger.SeatLedger.Location;
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

    /** All is lost, and 0.1 s later the only one who knew who sat where. */
    @Test
    void aSessionIsNotOverWhileWhatWasLostMayStillBeReported() {
        f.beat(0, 1, 4, List.of());
        f.beat(0, 1, 4, null);
        Seat seat = f.seated("r", "ann").seats().get(0);
        f.instances.claim(f.id(0), 1, seat, ANN);
        Seat unclaimed = f.seated("r-bob", "bob").seats().get(0);
        redis.wipe();
        untilItAnswers();
        f.pass(Duration.ofMillis(100));
        assertThat(f.seats.locate(f.id(0), seat, ANN)).isEqualTo(new Location.UnknownWorld());
        fleet();
        assertThat(f.seats.locate(f.id(0), seat, ANN)).satisfies(SeatLedgerLossIT::notKnownYet);
        f.pass(Duration.ofSeconds(3));
        try (RedisInstanceLedger next = newProcess()) {
            beat(next, 2, null);
            assertThat(f.seats.locate(f.id(0), seat, ANN))
                    .as("the successor is there")
                    .satisfies(SeatLedgerLossIT::notKnownYet);
            beat(next, 2, List.of());
            assertThat(f.seats.locate(f.id(0), seat, ANN))
                    .as("it takes those who come with a session")
                    .isInstanceOfSatisfying(
                            Location.Found.class, found -> assertThat(found.closed()).isEmpty());
            assertThat(next.resume(f.id(0), 2, seat, ANN)).isEqualTo(new Reply.Done());
            f.pass(Duration.ofSeconds(31));
            beat(next, 2, List.of(new TakenSeat(seat, SeatState.OCCUPIED, ANN, 0)));
            assertThat(f.seats.locate(f.id(0), seat, ANN)).isInstanceOf(Location.Found.class);
            assertThat(f.seats.locate(f.id(0), unclaimed, new PlayerId("bob")))
                    .as("who has not come by now")
                    .isEqualTo(new Location.Ended());
        }
    }

    @Test
    void whatAHostThatLivedReportsIsFinal() {
        f.beat(0, 1, 4, List.of());
        Seat seat = f.seated("r", "ann").seats().get(0);
        f.instances.claim(f.id(0), 1, seat, ANN);
        redis.wipe();
        untilItAnswers();
        fleet();
        f.beat(0, 1, 4, null);
        assertThat(f.seats.locate(f.id(0), seat, ANN)).satisfies(SeatLedgerLossIT::notKnownYet);
        f.beat(0, 1, 4, List.of());
        assertThat(f.seats.locate(f.id(0), seat, ANN)).isEqualTo(new Location.Ended());
    }

    @Test
    void aNewWorldAnswersFinallyAtOnce() {
        f.beat(0, 1, 4, List.of());
        f.beat(0, 1, 4, List.of());
        assertThat(f.seats.locate(f.id(0), new Seat(0, f.nowUs.get() - 1), ANN))
                .isEqualTo(new Location.Ended());
        assertThat(f.ask(50, "r", "ann"))
                .isInstanceOfSatisfying(
                        Assignment.Refused.class,
                        no ->
                                assertThat(no.refusal())
                                        .isEqualTo(SeatLedger.Refusal.UNKNOWN_INSTANCE));
    }

    @Test
    void anInstanceThatRanIsNotUnknownRightAfterALoss() {
        f.host(50);
        f.beat(0, 1, 4, List.of());
        redis.wipe();
        untilItAnswers();
        fleet();
        assertThat(f.ask(50, "r", "ann"))
                .isInstanceOfSatisfying(
                        Assignment.Waiting.class,
                        wait -> assertThat(wait.reason()).contains("not known yet"));
        // a session of it is proof that it ran
        f.seats.locate(f.id(50), new Seat(0, 1), ANN);
        f.pass(Duration.ofSeconds(16));
        assertThat(f.ask(50, "r", "ann")).isInstanceOf(Assignment.Waiting.class);
    }

    @Test
    void aWorldThatMayBeWrittenAgainIsNotUnknown() {
        f.seats.probe();
        assertThat(f.seats.absence(new WorldId("test.none")))
                .isEqualTo(SeatLedger.Absence.NO_SUCH_WORLD);
        String key = "ow:{" + f.world + "}:world";
        RedisClient client = RedisClient.create(redis.url());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            connection.sync().del(key);
            assertThat(f.seats.absence(f.world)).isEqualTo(SeatLedger.Absence.NOT_KNOWN_YET);
            connection.sync().flushall();
        } finally {
            client.shutdown();
        }
        f.seats.probe();
        assertThat(f.seats.absence(new WorldId("test.none")))
                .as("all was lost a moment ago")
                .isEqualTo(SeatLedger.Absence.NOT_KNOWN_YET);
        f.policy(4, Placement.PACKED);
        f.pass(Duration.ofMinutes(2));
        f.seats.retire(f.world);
        try (RedisSeatLedger later =
                new RedisSeatLedger(
                        RedisSettings.of(redis.url()), 1, () -> Long.toString(f.nowUs.get()))) {
            later.probe();
            assertThat(later.absence(f.world))
                    .as("deleted and retained")
                    .isEqualTo(SeatLedger.Absence.NO_SUCH_WORLD);
        }
    }

    private static void notKnownYet(Location location) {
        assertThat(location)
                .isInstanceOfSatisfying(
                        Location.Found.class, found -> assertThat(found.closed()).isNotEmpty());
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
