package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import otherworld.base.InstanceId;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.base.WorldId;
import otherworld.ledger.InstanceLedger.Heartbeat;
import otherworld.ledger.InstanceLedger.HeartbeatReply;
import otherworld.ledger.InstanceLedger.TakenSeat;
import otherworld.ledger.SeatLedger.Assignment;
import otherworld.ledger.SeatLedger.SeatRequest;

/** A World of its own on a real Redis, and a clock that only tests move. */
final class LedgerFixture implements AutoCloseable {
    final WorldId world = new WorldId("test." + UUID.randomUUID());
    final AtomicLong nowUs = new AtomicLong(1_795_253_000_000_000L);
    final RedisSeatLedger seats;
    final RedisInstanceLedger instances;

    LedgerFixture(String url) {
        this(RedisSettings.of(url));
    }

    LedgerFixture(RedisSettings settings) {
        seats = new RedisSeatLedger(settings, 1_000, () -> Long.toString(nowUs.get()));
        instances = new RedisInstanceLedger(settings, () -> Long.toString(nowUs.get()));
    }

    void policy(int capacity, WorldPolicy.Placement placement) {
        seats.putWorld(
                new WorldPolicy(
                        world,
                        new LivePolicy(capacity, Duration.ofSeconds(30), Permissions.OPEN),
                        4,
                        10,
                        placement,
                        "test",
                        "w"));
    }

    void pass(Duration time) {
        nowUs.addAndGet(time.toMillis() * 1_000);
    }

    InstanceId id(int ordinal) {
        return new InstanceId(world, ordinal);
    }

    /** A pod that is Ready and has reported with no seats. */
    void open(int ordinal, int capacity) {
        host(ordinal);
        beat(ordinal, 1, capacity, List.of());
    }

    void host(int ordinal) {
        seats.putHost(
                world,
                new InstanceHost(
                        ordinal,
                        "w-" + ordinal,
                        "uid-" + ordinal,
                        List.of("ws://127.0.0.1:2000" + ordinal + "/v1/play"),
                        InstanceHost.Phase.READY));
    }

    HeartbeatReply beat(int ordinal, long epoch, int capacity, @Nullable List<TakenSeat> seats) {
        return beat(ordinal, epoch, capacity, "", seats);
    }

    HeartbeatReply beat(
            int ordinal,
            long epoch,
            int capacity,
            String confirmedCordon,
            @Nullable List<TakenSeat> seats) {
        return instances.heartbeat(
                new Heartbeat(
                        id(ordinal),
                        epoch,
                        "uid-" + ordinal,
                        capacity,
                        true,
                        confirmedCordon,
                        seats));
    }

    Assignment ask(String requestId, String... players) {
        return seats.assign(world, request(requestId, SeatRequest.ANY, players));
    }

    Assignment ask(int ordinal, String requestId, String... players) {
        return seats.assign(world, request(requestId, ordinal, players));
    }

    Assignment.Seated seated(String requestId, String... players) {
        return seated(ask(requestId, players));
    }

    static Assignment.Seated seated(Assignment assignment) {
        assertThat(assignment).isInstanceOf(Assignment.Seated.class);
        return (Assignment.Seated) assignment;
    }

    static SeatRequest request(String requestId, int instance, String... players) {
        return new SeatRequest(requestId, players(players), instance, Set.of());
    }

    static List<PlayerId> players(String... names) {
        return List.of(names).stream().map(PlayerId::new).toList();
    }

    WorldState.InstanceState state(int ordinal) {
        return seats.read(world).instances().stream()
                .filter(instance -> instance.ordinal() == ordinal)
                .findFirst()
                .orElseThrow(() -> new AssertionError("instance " + ordinal + " is not listed"));
    }

    @Override
    public void close() {
        seats.close();
        instances.close();
    }
}
