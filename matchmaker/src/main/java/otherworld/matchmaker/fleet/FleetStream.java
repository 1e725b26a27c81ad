package otherworld.matchmaker.fleet;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.WorldId;
import otherworld.fleet.v1.DemandSnapshot;
import otherworld.fleet.v1.FromMatchmaker;
import otherworld.fleet.v1.FromOperator;
import otherworld.fleet.v1.LedgerHealth;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ledger.WorldState;

/**
 * One operator's stream: its fleet goes into the ledger as it arrives; demand goes out when it
 * changes and the operator reads (what it does not read is not queued, it gets the newest later).
 * Thread-safe: gRPC's thread and {@link DemandPump}'s meet at one lock.
 */
final class FleetStream implements StreamObserver<FromOperator> {
    private static final Logger log = LoggerFactory.getLogger(FleetStream.class);

    private final ServerCallStreamObserver<FromMatchmaker> out;
    private final DemandPump pump;
    private final ReentrantLock lock = new ReentrantLock();
    private final Fleet fleet;
    private final Map<WorldId, WorldState> sent = new HashMap<>();
    private @Nullable LedgerHealth sentHealth;
    private long received;
    private long sequence;
    private boolean ended;

    FleetStream(ServerCallStreamObserver<FromMatchmaker> out, Fleet fleet, DemandPump pump) {
        this.out = out;
        this.fleet = fleet;
        this.pump = pump;
    }

    @Override
    public void onNext(FromOperator message) {
        lock.lock();
        try {
            if (ended) {
                return;
            }
            received++;
            if (message.getSequence() != received || message.hasSnapshot() != (received == 1)) {
                fail(
                        Status.DATA_LOSS.withDescription(
                                "Message %d with sequence %d: a stream opens with a snapshot of sequence 1 and has no gaps"
                                        .formatted(received, message.getSequence())));
                return;
            }
            if (message.hasSnapshot()) {
                open(message);
            } else {
                fleet.apply(message);
            }
        } catch (LedgerUnavailable e) {
            log.warn("The fleet's change is kept until the ledger answers: {}", e.getMessage());
            pump.failed(e);
        } catch (IllegalArgumentException e) {
            // It concerns what it names alone. Ending the stream would leave every World of the
            // operator without demand, again after each new snapshot.
            log.warn("Skipped message {} of an operator: {}", received, e.getMessage());
        } catch (RuntimeException e) {
            log.error("Fleet message {} failed", received, e);
            fail(Status.INTERNAL.withDescription("the matchmaker's log has the cause"));
        } finally {
            lock.unlock();
        }
    }

    private void open(FromOperator message) {
        fleet.replace(message.getSnapshot());
        log.info(
                "An operator connected: {} Worlds, {} hosts, {} cordons",
                message.getSnapshot().getWorldsCount(),
                message.getSnapshot().getHostsCount(),
                message.getSnapshot().getCordonsCount());
        DemandSnapshot.Builder snapshot = DemandSnapshot.newBuilder();
        LedgerHealth health;
        try {
            fleet.write();
            pump.readAll(fleet.worlds())
                    .forEach((world, state) -> {
                        snapshot.addWorlds(Demand.of(world, state));
                        sent.put(world, Demand.still(state));
                    });
            health = DemandPump.REACHABLE;
        } catch (LedgerUnavailable e) {
            snapshot.clearWorlds();
            sent.clear();
            health = DemandPump.unreachable(e);
            pump.failed(e);
        }
        sentHealth = health;
        send(FromMatchmaker.newBuilder().setSnapshot(snapshot.setHealth(health)));
        pump.add(this);
    }

    Set<WorldId> worlds() {
        lock.lock();
        try {
            return fleet.worlds();
        } finally {
            lock.unlock();
        }
    }

    /** These Worlds are in the ledger's list: those of the fleet that are not get written again. */
    void listed(Set<WorldId> listed) {
        lock.lock();
        try {
            fleet.listed(listed);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Writes the fleet again where the ledger lost it.
     *
     * @throws LedgerUnavailable if it does not answer
     */
    boolean repair(Map<WorldId, WorldState> latest) {
        lock.lock();
        try {
            if (ended || received == 0) {
                return false;
            }
            latest.forEach((world, state) -> fleet.seen(world, state.incarnation()));
            return fleet.write();
        } finally {
            lock.unlock();
        }
    }

    /** Sends what changed since the last time. */
    void publish(LedgerHealth health, Map<WorldId, WorldState> latest) {
        lock.lock();
        try {
            if (ended || received == 0 || !out.isReady()) {
                return;
            }
            latest.forEach((world, state) -> {
                WorldState still = Demand.still(state);
                if (!still.equals(sent.put(world, still))) {
                    send(FromMatchmaker.newBuilder().setDemand(Demand.of(world, state)));
                }
            });
            if (!health.equals(sentHealth)) {
                sentHealth = health;
                send(FromMatchmaker.newBuilder().setHealth(health));
            }
        } finally {
            lock.unlock();
        }
    }

    private void send(FromMatchmaker.Builder message) {
        out.onNext(message.setSequence(++sequence).build());
    }

    private void fail(Status status) {
        log.warn("Ending an operator's stream: {}", status);
        ended = true;
        pump.remove(this);
        out.onError(status.asRuntimeException());
    }

    /** The matchmaker is going: the operator dials another. */
    void close() {
        lock.lock();
        try {
            if (!ended) {
                fail(Status.UNAVAILABLE.withDescription("the matchmaker is shutting down"));
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void onError(Throwable t) {
        log.info("An operator's stream broke: {}", Status.fromThrowable(t).getCode());
        end();
    }

    @Override
    public void onCompleted() {
        lock.lock();
        try {
            if (!ended) {
                out.onCompleted();
            }
        } finally {
            lock.unlock();
        }
        end();
    }

    void end() {
        lock.lock();
        try {
            ended = true;
        } finally {
            lock.unlock();
        }
        pump.remove(this);
    }
}
