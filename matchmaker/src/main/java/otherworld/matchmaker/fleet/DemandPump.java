package otherworld.matchmaker.fleet;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.WorldId;
import otherworld.fleet.v1.LedgerHealth;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ledger.RedisWarning;
import otherworld.ledger.SeatLedger;
import otherworld.ledger.WorldState;

/**
 * Watches the ledger on a thread of its own: reads each World whose change is announced, at most
 * every 50 ms, and all of them every second (announcements may be lost, and time passes without
 * one); tells the streams, and whether the ledger answers at all.
 */
public final class DemandPump implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(DemandPump.class);
    private static final long COALESCE_NS = Duration.ofMillis(50).toNanos();
    private static final long POLL_NS = Duration.ofSeconds(1).toNanos();
    private static final long INSPECTION_NS = Duration.ofSeconds(30).toNanos();

    static final LedgerHealth REACHABLE = LedgerHealth.newBuilder().setReachable(true).build();

    private final SeatLedger ledger;
    private final List<FleetStream> streams = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition awake = lock.newCondition();
    // Guarded by `lock`.
    private Set<WorldId> dirty = new HashSet<>();
    private boolean closed;

    private volatile LedgerHealth health =
            LedgerHealth.newBuilder().setMessage("not asked yet").build();
    // The pump's thread alone.
    private SeatLedger.@Nullable Subscription subscription;
    private boolean silent; // and the log says so
    private long nextInspection = System.nanoTime();
    private volatile Set<RedisWarning> warnings = Set.of();
    private volatile Map<WorldId, Integer> queues = Map.of();
    private final Consumer<Set<WorldId>> listener;

    /**
     * @param listener hears, every half minute, of all Worlds there are
     */
    public DemandPump(SeatLedger ledger, Consumer<Set<WorldId>> listener) {
        this.ledger = ledger;
        this.listener = listener;
        thread = Thread.ofVirtual().name("demand-pump").unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Empty while the ledger answers; else what is wrong. */
    public String trouble() {
        LedgerHealth now = health;
        return now.getReachable() ? "" : now.getMessage();
    }

    public int streams() {
        return streams.size();
    }

    void add(FleetStream stream) {
        streams.add(stream);
        stream.worlds().forEach(this::wake);
    }

    void remove(FleetStream stream) {
        streams.remove(stream);
    }

    void failed(LedgerUnavailable e) {
        health = unreachable(e);
    }

    static LedgerHealth unreachable(LedgerUnavailable e) {
        return LedgerHealth.newBuilder().setMessage(String.valueOf(e.getMessage())).build();
    }

    /** Every World that the ledger or {@code more} names. */
    Map<WorldId, WorldState> readAll(Collection<WorldId> more) {
        Set<WorldId> worlds = new HashSet<>(ledger.worlds());
        worlds.addAll(more);
        return read(worlds);
    }

    private Map<WorldId, WorldState> read(Set<WorldId> worlds) {
        Map<WorldId, WorldState> states = new HashMap<>();
        for (WorldId world : worlds) {
            WorldState state = ledger.read(world);
            if (state.policy().isPresent() || !state.instances().isEmpty()) {
                states.put(world, state);
            }
        }
        return states;
    }

    private void run() {
        long nextPoll = System.nanoTime();
        while (true) {
            Set<WorldId> changed = awaitWork(nextPoll - System.nanoTime());
            if (changed == null) {
                return;
            }
            boolean poll = System.nanoTime() - nextPoll >= 0;
            if (poll) {
                nextPoll = System.nanoTime() + POLL_NS;
            }
            try {
                turn(poll, changed);
            } catch (LedgerUnavailable e) {
                if (!silent) {
                    silent = true;
                    log.warn("The seat ledger does not answer: {}", e.getMessage());
                }
                health = unreachable(e);
                streams.forEach(stream -> stream.publish(health, Map.of()));
            } catch (RuntimeException e) {
                log.error("Reading demand failed; trying again in a second", e);
                // What operators were told last is old now: they must not remove anything by it.
                health = LedgerHealth.newBuilder().setMessage("reading it failed: " + e).build();
                streams.forEach(stream -> stream.publish(health, Map.of()));
            }
        }
    }

    private void turn(boolean poll, Set<WorldId> changed) {
        if (poll) {
            ledger.probe();
            inspect();
        }
        if (streams.isEmpty()) {
            idle();
            return;
        }
        if (subscription != null && !subscription.isOpen()) {
            subscription.close();
            subscription = null;
        }
        if (subscription == null) {
            subscription = ledger.subscribe(this::wake);
        }
        Set<WorldId> ofStreams = new HashSet<>();
        streams.forEach(stream -> ofStreams.addAll(stream.worlds()));
        Map<WorldId, WorldState> latest;
        Set<WorldId> listed = poll ? ledger.worlds() : Set.of();
        if (poll) {
            Set<WorldId> all = new HashSet<>(listed);
            all.addAll(ofStreams);
            latest = read(all);
            queues =
                    latest.entrySet().stream()
                            .collect(
                                    Collectors.toUnmodifiableMap(
                                            Map.Entry::getKey,
                                            entry -> entry.getValue().waitingParties()));
        } else {
            latest = read(changed);
        }
        boolean repaired = false;
        for (FleetStream stream : streams) {
            if (poll) {
                stream.listed(listed);
            }
            if (stream.repair(incarnations(latest, ofStreams, poll))) {
                repaired = true;
            }
        }
        if (repaired) {
            log.info("The fleet was written to the ledger again");
            latest = readAll(ofStreams);
        }
        answers();
        Map<WorldId, WorldState> told = latest;
        streams.forEach(stream -> stream.publish(health, told));
    }

    /**
     * Nobody wants to know: the operator's stream is at another replica. Announcements come with
     * each change of a seat, and would cost this one a third of what seating costs.
     */
    private void idle() {
        queues = Map.of();
        if (subscription != null) {
            subscription.close();
            subscription = null;
        }
        answers();
    }

    private void answers() {
        if (!health.getReachable()) {
            log.info("The seat ledger answers");
        }
        silent = false;
        health = REACHABLE;
    }

    /**
     * After a wipe a World is not in {@code latest}; its new incarnation must be seen all the same.
     */
    private Map<WorldId, WorldState> incarnations(
            Map<WorldId, WorldState> latest, Set<WorldId> ofStreams, boolean poll) {
        if (!poll || latest.keySet().containsAll(ofStreams)) {
            return latest;
        }
        Map<WorldId, WorldState> all = new HashMap<>(latest);
        for (WorldId world : ofStreams) {
            all.computeIfAbsent(world, ledger::read);
        }
        return all;
    }

    /** Settings change while servers run: what is wrong is told once, when it begins and ends. */
    private void inspect() {
        if (System.nanoTime() - nextInspection < 0) {
            return;
        }
        nextInspection = System.nanoTime() + INSPECTION_NS;
        Set<RedisWarning> now = Set.copyOf(ledger.inspect());
        Set<RedisWarning.Kind> before = kinds(warnings);
        now.stream()
                .filter(warning -> !before.contains(warning.kind()))
                .forEach(warning -> log.warn("{}", warning.text()));
        before.stream()
                .filter(kind -> !kinds(now).contains(kind))
                .forEach(kind -> log.info("Redis is well again in respect of {}", kind));
        warnings = now;
        listener.accept(Set.copyOf(ledger.worlds()));
    }

    /** Parties that wait in each World, when all were read last; empty without a stream. */
    public Map<WorldId, Integer> queues() {
        return queues;
    }

    /** What is wrong with the servers behind the ledger. */
    public Set<RedisWarning.Kind> warnings() {
        return kinds(warnings);
    }

    private static Set<RedisWarning.Kind> kinds(Set<RedisWarning> warnings) {
        return warnings.stream().map(RedisWarning::kind).collect(Collectors.toSet());
    }

    private void wake(WorldId world) {
        lock.lock();
        try {
            if (dirty.add(world)) {
                awake.signal();
            }
        } finally {
            lock.unlock();
        }
    }

    /** The Worlds that changed, after a pause in which more may; null to end. */
    private @Nullable Set<WorldId> awaitWork(long pollInNs) {
        lock.lock();
        try {
            long left = pollInNs;
            while (dirty.isEmpty() && !closed && left > 0) {
                left = awake.awaitNanos(left);
            }
            long pause = COALESCE_NS;
            while (!closed && pause > 0 && left > 0) {
                pause = awake.awaitNanos(pause);
            }
            if (closed) {
                return null;
            }
            Set<WorldId> changed = dirty;
            dirty = new HashSet<>();
            return changed;
        } catch (InterruptedException e) {
            return null;
        } finally {
            lock.unlock();
        }
    }

    /** Ends the streams, so that operators dial another matchmaker, and the thread. */
    @Override
    public void close() throws InterruptedException {
        lock.lock();
        try {
            closed = true;
            awake.signalAll();
        } finally {
            lock.unlock();
        }
        streams.forEach(FleetStream::close);
        thread.join(Duration.ofSeconds(3));
        if (subscription != null) {
            subscription.close();
        }
    }
}
