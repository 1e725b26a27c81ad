package otherworld.persistence;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;

/**
 * {@link PatchWriter} over SQL. A group is whatever was queued while the group before it was being
 * committed, so groups grow as the database gets slower.
 *
 * <p>An unknown outcome (the connection broke, or no answer came) is settled by executing the same
 * bytes under the same number again: if the first execution is still running, the second waits for
 * its row lock; if it committed, the fence matches nothing and the journal row is ours; if it never
 * arrived, the second commits and the first can match nothing any more.
 */
final class GroupWriter implements PatchWriter {
    private static final Logger log = LoggerFactory.getLogger(GroupWriter.class);
    private static final Duration SLOW = Duration.ofSeconds(1);
    private static final Duration FIRST_BACKOFF = Duration.ofMillis(2);
    private static final Duration MAX_BACKOFF = Duration.ofMillis(500);
    private static final Duration STOP = Duration.ofSeconds(3);

    private final KeptConnection connection;
    private final InstanceId instance;
    private final long epoch;
    private final Thread thread;
    private final Folder folder;
    private final CommitListener listener;

    // Never full: bounded by the two counters of the simulation thread.
    private final BlockingQueue<Edit> queued = new ArrayBlockingQueue<>(MAX_EDITS);
    private final BlockingQueue<Edit> durable = new ArrayBlockingQueue<>(MAX_EDITS);

    // The writer's thread's: taken from the queue, but too much for the group before.
    private @Nullable Edit held;

    // The simulation thread's.
    private int editsUnderway;
    private int bytesUnderway;

    // The writer's thread writes, others read.
    private volatile @Nullable Health end; // Fenced or Damaged
    private volatile String trouble = ""; // of the group under way
    private volatile long groupSentAtNs; // 0: none
    private volatile long durableSeq;
    private final AtomicLong groups = new AtomicLong();
    private final AtomicLong retries = new AtomicLong();
    private volatile long lastCommitNs;
    private volatile boolean stopping;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition progressed = lock.newCondition();
    private final AtomicLong offered = new AtomicLong();
    private final AtomicLong committed = new AtomicLong();

    /**
     * @param connection the writer's own
     * @param database for folding
     */
    GroupWriter(
            KeptConnection connection,
            Database database,
            InstanceId instance,
            long epoch,
            long seq,
            CommitListener listener) {
        this.listener = listener;
        this.connection = connection;
        this.instance = instance;
        this.epoch = epoch;
        durableSeq = seq;
        folder = new Folder(database, instance, epoch, () -> durableSeq, this::damaged);
        folder.start();
        // Of the system's: a virtual one hands each wait for an answer to two other threads.
        thread = Thread.ofPlatform().daemon().name("writer-" + instance).start(this::run);
    }

    @Override
    public boolean offer(Edit edit) {
        int bytes = edit.encodedBytes();
        if (over() || editsUnderway >= MAX_EDITS || bytesUnderway + bytes > MAX_BYTES) {
            return false;
        }
        editsUnderway++;
        bytesUnderway += bytes;
        offered.incrementAndGet();
        queued.add(edit);
        return true;
    }

    @Override
    public boolean hasRoom(int edits) {
        return !over()
                && editsUnderway + edits <= MAX_EDITS
                && bytesUnderway + (long) edits * Edit.MAX_ENCODED_BYTES <= MAX_BYTES;
    }

    @Override
    public List<Edit> pollDurable() {
        if (durable.isEmpty() || end instanceof Health.Damaged) {
            return List.of();
        }
        List<Edit> edits = new ArrayList<>(durable.size());
        durable.drainTo(edits);
        for (Edit edit : edits) {
            editsUnderway--;
            bytesUnderway -= edit.encodedBytes();
        }
        return edits;
    }

    @Override
    public Health health() {
        Health over = end;
        if (over != null) {
            return over;
        }
        long sentAtNs = groupSentAtNs;
        if (sentAtNs == 0) {
            return new Health.Working();
        }
        Duration waiting = Duration.ofNanos(System.nanoTime() - sentAtNs);
        String reason = trouble;
        if (!reason.isEmpty()) {
            return new Health.Stalled(reason, waiting);
        }
        return waiting.compareTo(SLOW) > 0
                ? new Health.Stalled("no answer for %d ms".formatted(waiting.toMillis()), waiting)
                : new Health.Working();
    }

    @Override
    public Stats stats() {
        long done = committed.get();
        return new Stats(
                groups.get(),
                done,
                retries.get(),
                lastCommitNs,
                (int) (offered.get() - done),
                folder.foldedSeq());
    }

    @Override
    public boolean flush(long timeoutMs) throws InterruptedException {
        long goal = offered.get();
        long leftNs = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
        lock.lockInterruptibly();
        try {
            while (committed.get() < goal && leftNs > 0 && !over()) {
                leftNs = progressed.awaitNanos(leftNs);
            }
            return committed.get() >= goal;
        } finally {
            lock.unlock();
        }
    }

    private boolean over() {
        return stopping || end != null;
    }

    @Override
    public void close() {
        stopping = true;
        folder.close();
        thread.interrupt();
        connection.drop();
        signal(0);
        try {
            if (!thread.join(STOP)) {
                log.warn("{}: the writer still waits for the database", instance);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<Edit> group = new ArrayList<>();
        try {
            while (!over()) {
                takeGroup(group);
                byte[] bytes = GroupCodec.encode(group);
                long seq = durableSeq + 1;
                long sentNs = System.nanoTime();
                long retriesBefore = retries.get();
                if (!commit(seq, bytes)) {
                    break;
                }
                listener.committed(
                        new CommitListener.Group(
                                seq,
                                group,
                                bytes.length,
                                sentNs,
                                System.nanoTime(),
                                retries.get() - retriesBefore + 1));
                durableSeq = seq;
                groups.incrementAndGet();
                durable.addAll(group);
                signal(group.size());
                group.clear();
                folder.poke();
            }
        } catch (InterruptedException e) {
            log.debug("{}: writer stopped", instance, e);
        } catch (RuntimeException | Error e) {
            // A pod that went on without its writer would refuse every edit for ever.
            log.error("{}: nothing is committed any more", instance, e);
            fenced("an error in this server: nothing is committed any more: " + e);
        } finally {
            connection.drop();
        }
    }

    private void takeGroup(List<Edit> group) throws InterruptedException {
        Edit next = held != null ? held : queued.take();
        held = null;
        int bytes = 0;
        while (next != null) {
            bytes += next.encodedBytes();
            if (!group.isEmpty() && bytes > GroupCodec.MAX_BYTES) {
                held = next;
                return;
            }
            group.add(next);
            next = group.size() < GroupCodec.MAX_EDITS ? queued.poll() : null;
        }
    }

    /** Executes the group until its outcome is known; false if it can never be committed. */
    private boolean commit(long seq, byte[] bytes) throws InterruptedException {
        long startNs = System.nanoTime();
        groupSentAtNs = startNs;
        Duration backoff = FIRST_BACKOFF;
        while (!over()) {
            try {
                GroupQueries queries = new GroupQueries(connection.get(), instance, epoch);
                switch (execute(queries, seq, bytes)) {
                    case GroupQueries.Settled.Own _ -> {
                        succeeded(System.nanoTime() - startNs);
                        return true;
                    }
                    case GroupQueries.Settled.Foreign(String reason) -> {
                        log.error("{}: fenced off: {}", instance, reason);
                        fenced(reason);
                        return false;
                    }
                    case GroupQueries.Settled.Open _ -> {}
                }
            } catch (SQLException e) {
                failed(seq, e);
            }
            retries.incrementAndGet();
            // Jitter, so that instances that met the same trouble do not come back in step.
            Thread.sleep(
                    backoff.toMillis()
                            + ThreadLocalRandom.current().nextLong(backoff.toMillis() + 1));
            Duration doubled = backoff.multipliedBy(2);
            backoff = doubled.compareTo(MAX_BACKOFF) < 0 ? doubled : MAX_BACKOFF;
        }
        return false;
    }

    private static GroupQueries.Settled execute(GroupQueries queries, long seq, byte[] bytes)
            throws SQLException {
        return queries.commit(seq, bytes)
                ? new GroupQueries.Settled.Own()
                : queries.settle(seq, bytes);
    }

    private void succeeded(long tookNs) {
        if (!trouble.isEmpty()) {
            log.info("{}: groups are committed again", instance);
            trouble = "";
        }
        groupSentAtNs = 0;
        lastCommitNs = tookNs;
    }

    private void failed(long seq, SQLException e) {
        if (SqlErrors.isConflict(e)) {
            return; // nothing was written; the same group again
        }
        String reason = SqlErrors.reason(e);
        if (trouble.isEmpty()) {
            log.warn("{}: group {}: {}; trying again", instance, seq, reason);
        }
        trouble = reason;
        connection.drop();
    }

    private void fenced(String reason) {
        end = new Health.Fenced(reason);
        signal(0);
    }

    /** By the folder's thread. */
    private void damaged(String reason) {
        if (end == null) {
            end = new Health.Damaged(reason);
            signal(0);
            thread.interrupt();
            connection.drop(); // what it waits for can be acknowledged no more
        }
    }

    private void signal(int newlyCommitted) {
        lock.lock();
        try {
            committed.addAndGet(newlyCommitted);
            progressed.signalAll();
        } finally {
            lock.unlock();
        }
    }
}
