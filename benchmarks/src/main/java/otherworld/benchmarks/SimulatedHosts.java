package otherworld.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import otherworld.base.InstanceId;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.WorldId;
import otherworld.ledger.InstanceHost;
import otherworld.ledger.InstanceLedger.Heartbeat;
import otherworld.ledger.InstanceLedger.Reply;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ledger.RedisInstanceLedger;
import otherworld.ledger.RedisSeatLedger;
import otherworld.ledger.WorldPolicy;

/**
 * Stand-ins for instances: they heartbeat and claim, hold each player for a while and release the
 * seat, through the ledger as real ones do. They count what must never happen: two players in one
 * seat, or a seat beyond the capacity.
 */
final class SimulatedHosts implements AutoCloseable {
    private static final long EPOCH = 1;
    private static final int HEARTBEAT_MS = 500;
    private static final int SETTLE_MS = 1_500;

    private final WorldId world;
    private final int capacity;
    private final List<InstanceId> instances = new ArrayList<>();
    private final RedisInstanceLedger ledger;
    private final Set<String> occupied = ConcurrentHashMap.newKeySet();
    private final ScheduledExecutorService heart =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("heartbeats").daemon().factory());
    private final ExecutorService claims = Executors.newVirtualThreadPerTaskExecutor();
    final AtomicLong overAdmissions = new AtomicLong();
    final AtomicLong refusedClaims = new AtomicLong();

    SimulatedHosts(String redisUrl, WorldId world, int count, int capacity) {
        this.world = world;
        this.capacity = capacity;
        this.ledger = RedisInstanceLedger.connect(redisUrl);
        try (RedisSeatLedger operator = RedisSeatLedger.connect(redisUrl, 1000)) {
            operator.putWorld(
                    new WorldPolicy(
                            world,
                            new LivePolicy(capacity, Duration.ofSeconds(30), Permissions.OPEN),
                            0,
                            count,
                            WorldPolicy.Placement.PACKED,
                            "default",
                            "bench"));
            for (int ordinal = 0; ordinal < count; ordinal++) {
                instances.add(new InstanceId(world, ordinal));
                operator.putHost(
                        world,
                        new InstanceHost(
                                ordinal,
                                "bench-" + ordinal,
                                "uid-" + ordinal,
                                List.of("ws://127.0.0.1:%d/v1/play".formatted(20_000 + ordinal)),
                                InstanceHost.Phase.READY));
            }
        }
    }

    /** Returns once the ledger knows all of them. */
    void start() throws InterruptedException {
        beat(true);
        beat(true); // the first taught them the ledger's incarnation
        var _ =
                heart.scheduleWithFixedDelay(
                        () -> beat(false), HEARTBEAT_MS, HEARTBEAT_MS, TimeUnit.MILLISECONDS);
        Thread.sleep(SETTLE_MS);
    }

    /** Seats {@code player} as a real instance would, then frees the seat and the player. */
    void admit(
            InstanceId instance,
            Seat seat,
            PlayerId player,
            long holdMs,
            BlockingQueue<PlayerId> freed) {
        var _ =
                claims.submit(() -> {
                    hold(instance, seat, player, holdMs);
                    freed.add(player);
                    return null;
                });
    }

    private void hold(InstanceId instance, Seat seat, PlayerId player, long holdMs)
            throws InterruptedException {
        String place = instance.ordinal() + "/" + seat.number();
        if (seat.number() >= capacity) {
            overAdmissions.incrementAndGet();
        }
        try {
            if (!(ledger.claim(instance, EPOCH, seat, player) instanceof Reply.Done)) {
                refusedClaims.incrementAndGet();
                return;
            }
            if (!occupied.add(place)) {
                overAdmissions.incrementAndGet();
            }
            Thread.sleep(holdMs);
            occupied.remove(place); // before the ledger may give it to the next
            ledger.release(instance, EPOCH, seat, player);
        } catch (LedgerUnavailable e) {
            refusedClaims.incrementAndGet();
        }
    }

    private void beat(boolean first) {
        for (InstanceId instance : instances) {
            try {
                ledger.heartbeat(
                        new Heartbeat(
                                instance,
                                EPOCH,
                                "uid-" + instance.ordinal(),
                                capacity,
                                true,
                                "",
                                first ? List.of() : null));
            } catch (LedgerUnavailable e) {
                System.err.println("Heartbeat of " + instance + ": " + e.getMessage());
            }
        }
    }

    WorldId world() {
        return world;
    }

    @Override
    public void close() {
        heart.shutdownNow();
        claims.shutdownNow();
        ledger.close();
    }
}
