package otherworld.persistence;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;

/**
 * {@link Ownership} over SQL. Its thread is a platform thread: renewals must not queue behind the
 * process's virtual threads.
 */
final class Lease implements Ownership {
    private static final Logger log = LoggerFactory.getLogger(Lease.class);

    /** A waiting pod looks this often, and sooner when the lease is about to pass. */
    private static final Duration LOOK = Duration.ofMillis(250);

    /** Wait before the next try when the database did not answer. */
    private static final Duration RETRY = Duration.ofMillis(100);

    /** The same while nobody is inside: thousands of idle instances may wait for one database. */
    private static final Duration IDLE_RETRY = Duration.ofSeconds(1);

    /** Longest wait for the lease's thread in {@link #release}: connect, one statement, slack. */
    private static final Duration STOP = Duration.ofMillis(2_500);

    private final InstanceId instance;
    private final String podUid;
    private final LongSupplier nanoClock;
    private final KeptConnection connection;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();

    // Replaced under the lock, read without.
    private volatile LeaseState state = LeaseState.waiting("has not asked the database yet");
    private volatile String candidate = "";
    private volatile boolean stopping;

    // Guarded by the lock.
    private LeaseTerm wanted = LeaseTerm.SHORT;
    private boolean urgent; // the next renewal is due now

    // The lease's thread only.
    private boolean registered;
    private long heldEpoch; // 0: not held
    private volatile long raiseAbove = -1;

    Lease(KeptConnection connection, InstanceId instance, String podUid, LongSupplier nanoClock) {
        if (podUid.isEmpty()) {
            throw new IllegalArgumentException("The pod UID must not be empty");
        }
        this.connection = connection;
        this.instance = instance;
        this.podUid = podUid;
        this.nanoClock = nanoClock;
        thread = Thread.ofPlatform().daemon().name("lease-" + instance).unstarted(this::run);
        thread.start();
    }

    @Override
    public State state() {
        return state.at(nanoClock.getAsLong());
    }

    @Override
    public Optional<String> candidate() {
        String pod = candidate;
        return pod.isEmpty() ? Optional.empty() : Optional.of(pod);
    }

    @Override
    public boolean tighten() {
        lock.lock();
        try {
            wanted = LeaseTerm.SHORT;
            if (!state.tight() && isHeld()) {
                urgent = true;
                changed.signalAll();
            }
            return isTight();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void relax() {
        lock.lock();
        try {
            wanted = LeaseTerm.IDLE;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean awaitTight(Duration timeout) throws InterruptedException {
        long leftNs = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (leftNs > 0 && !stopping && !isTight() && isHeld()) {
                leftNs = changed.awaitNanos(leftNs);
            }
            return isTight();
        } finally {
            lock.unlock();
        }
    }

    private boolean isTight() {
        return state.tight() && state() instanceof State.Held;
    }

    /** As far as the database has said. */
    private boolean isHeld() {
        return state.known() instanceof State.Held;
    }

    @Override
    public State awaitHeld(Duration timeout) throws InterruptedException {
        long leftNs = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            while (leftNs > 0 && !stopping && !settled(state())) {
                leftNs = changed.awaitNanos(leftNs);
            }
            return state();
        } finally {
            lock.unlock();
        }
    }

    private static boolean settled(State state) {
        return switch (state) {
            case State.Held _, State.Lost _, State.Failed _ -> true;
            case State.Waiting _, State.Frozen _ -> false;
        };
    }

    @Override
    public State raise(long above, Duration timeout) throws InterruptedException {
        long leftNs = timeout.toNanos();
        lock.lockInterruptibly();
        try {
            raiseAbove = above;
            urgent = true;
            changed.signalAll();
            while (leftNs > 0 && !stopping && isHeld() && heldEpoch <= above) {
                leftNs = changed.awaitNanos(leftNs);
            }
            return state();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void release() {
        lock.lock();
        try {
            stopping = true;
            state = state.released();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            if (!thread.join(STOP)) {
                log.warn("{}: the lease is left to pass: the database does not answer", instance);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        release();
    }

    private void run() {
        try {
            while (!stopping) {
                pause(step());
            }
            giveUp();
        } catch (RuntimeException | Error e) {
            // A pod that went on without its lease's thread would wait, or be frozen, for ever.
            log.error("{}: the lease is not kept any more", instance, e);
            become(LeaseState.failed("an error in this server: the lease is not kept: " + e));
        } finally {
            connection.drop();
        }
    }

    /** Asks the database once; returns how long to wait before the next time. */
    private Duration step() {
        try {
            LeaseQueries queries = new LeaseQueries(connection.get(), instance, podUid);
            return switch (state.known()) {
                case State.Waiting _ -> contend(queries);
                case State.Held(long epoch) -> renew(queries, epoch);
                case State.Frozen(long epoch, String _) -> renew(queries, epoch);
                case State.Lost _, State.Failed _ -> {
                    stopping = true;
                    yield Duration.ZERO;
                }
            };
        } catch (SQLException e) {
            String reason = SqlErrors.reason(e);
            if (state.trouble().isEmpty()) {
                log.warn("{}: lease: {}", instance, reason);
            }
            become(state.unanswered(reason));
            if (!SqlErrors.isConflict(e)) {
                connection.drop();
            }
            return state.term() == LeaseTerm.IDLE ? IDLE_RETRY : RETRY;
        }
    }

    private Duration contend(LeaseQueries queries) throws SQLException {
        Optional<LeaseQueries.Seen> seen = queries.look();
        if (seen.isPresent() && !seen.get().freeFor(podUid)) {
            LeaseQueries.Seen holder = seen.get();
            if (!registered || holder.candidate().isEmpty()) {
                queries.registerCandidate();
                registered = true;
            }
            become(
                    LeaseState.waiting(
                            "pod %s holds it at epoch %d for another %d ms"
                                    .formatted(
                                            holder.holder(),
                                            holder.epoch(),
                                            holder.left().toMillis())));
            Duration left = holder.left().plusMillis(5);
            return left.compareTo(LOOK) < 0 ? left : LOOK;
        }
        long sentAtNs = nanoClock.getAsLong();
        OptionalLong epoch = queries.acquire();
        if (epoch.isEmpty()) {
            become(LeaseState.waiting("another pod was quicker"));
            return LOOK;
        }
        heldEpoch = epoch.getAsLong();
        become(state.acquired(heldEpoch, sentAtNs));
        log.info("{}: pod {} holds the lease at epoch {}", instance, podUid, heldEpoch);
        return untilRenewal(LeaseTerm.SHORT, sentAtNs);
    }

    private Duration renew(LeaseQueries queries, long held) throws SQLException {
        long epoch = held;
        if (raiseAbove >= held) {
            if (!queries.raise(held, raiseAbove + 1)) {
                return lost(queries, held);
            }
            epoch = raiseAbove + 1;
            log.warn("{}: the lease of epoch {} goes on as epoch {}", instance, held, epoch);
            heldEpoch = epoch;
            become(state.raised(epoch));
        }
        long sentAtNs = nanoClock.getAsLong();
        LeaseTerm asked = asking(sentAtNs);
        Optional<String> waiting = queries.renew(epoch, asked);
        if (waiting.isPresent()) {
            candidate = waiting.get();
            if (!state.trouble().isEmpty()) {
                log.info("{}: lease renewed again at epoch {}", instance, epoch);
            }
            become(state.renewed(asked, sentAtNs));
            return untilRenewal(asked, sentAtNs);
        }
        return lost(queries, epoch);
    }

    private Duration lost(LeaseQueries queries, long epoch) throws SQLException {
        long seenEpoch = queries.look().map(LeaseQueries.Seen::epoch).orElse(0L);
        log.error("{}: lease of epoch {} is lost to epoch {}", instance, epoch, seenEpoch);
        heldEpoch = 0;
        become(state.superseded(seenEpoch));
        return Duration.ZERO;
    }

    /** What the next renewal asks for; from here on the state reckons with it. */
    private LeaseTerm asking(long nowNs) {
        lock.lock();
        try {
            urgent = false;
            become(state.asking(wanted, nowNs));
            return wanted;
        } finally {
            lock.unlock();
        }
    }

    private Duration untilRenewal(LeaseTerm asked, long sentAtNs) {
        return asked.renewal().minusNanos(nanoClock.getAsLong() - sentAtNs);
    }

    private void giveUp() {
        try {
            LeaseQueries queries = new LeaseQueries(connection.get(), instance, podUid);
            if (heldEpoch > 0) {
                queries.release(heldEpoch);
                log.info("{}: lease of epoch {} released", instance, heldEpoch);
            } else if (registered) {
                queries.withdrawCandidate();
            }
        } catch (SQLException e) {
            log.warn("{}: lease not released: {}", instance, SqlErrors.reason(e));
        }
    }

    // An answer that comes in while we stop changes nothing: the lease is given up next.
    private void become(LeaseState next) {
        lock.lock();
        try {
            state = stopping ? next.released() : next;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void pause(Duration duration) {
        long leftNs = duration.toNanos();
        lock.lock();
        try {
            long untilNs = System.nanoTime() + leftNs;
            while (!stopping && !urgent && leftNs > 0) {
                boolean _ = changed.await(leftNs, TimeUnit.NANOSECONDS);
                leftNs = untilNs - System.nanoTime();
            }
        } catch (InterruptedException e) {
            stopping = true;
        } finally {
            lock.unlock();
        }
    }
}
