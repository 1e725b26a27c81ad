package otherworld.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;

/**
 * Folds the journal into rows of entities and results, in the background, so that loading an
 * instance stays short. A chunk is one SERIALIZABLE transaction: it reads the epoch (its fence),
 * the next groups, writes what they come to, moves {@code journal_fold} and deletes the groups.
 *
 * <p>It never writes the instance's row, so groups do not wait for it. It does not touch a group
 * whose outcome the writer does not know yet: the writer settles by that journal row.
 */
final class Folder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Folder.class);

    /** Groups and bytes of one chunk, at most. */
    static final int CHUNK_GROUPS = 64;

    static final int CHUNK_BYTES = 2 << 20;

    /** So many groups are folded at once; fewer wait for {@link #LINGER}. */
    static final int BACKLOG_GROUPS = 256;

    static final Duration LINGER = Duration.ofSeconds(10);
    static final Duration RESULT_LIFE = Duration.ofHours(24);
    private static final Duration EXPIRE_EVERY = Duration.ofHours(1);
    private static final Duration RETRY = Duration.ofMillis(500);

    private final Database database;
    private final InstanceId instance;
    private final long epoch;
    private final LongSupplier durableSeq;
    private final Consumer<String> damaged;
    private final Thread thread;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition poked = lock.newCondition();
    private volatile boolean stopping;
    private volatile long foldedSeq = -1; // -1: not read yet

    /**
     * @param damaged told once of a gap in the journal: nothing above it is loaded again
     */
    Folder(
            Database database,
            InstanceId instance,
            long epoch,
            LongSupplier durableSeq,
            Consumer<String> damaged) {
        this.database = database;
        this.instance = instance;
        this.epoch = epoch;
        this.durableSeq = durableSeq;
        this.damaged = damaged;
        thread = Thread.ofVirtual().name("folder-" + instance).unstarted(this::run);
    }

    /** Folds from now on, until {@link #close} or until another epoch is seen. */
    void start() {
        thread.start();
    }

    long foldedSeq() {
        return Math.max(0, foldedSeq);
    }

    /** A group was committed. */
    void poke() {
        if (durableSeq.getAsLong() - foldedSeq >= BACKLOG_GROUPS) {
            lock.lock();
            try {
                poked.signal();
            } finally {
                lock.unlock();
            }
        }
    }

    @Override
    public void close() {
        stopping = true;
        thread.interrupt();
    }

    private void run() {
        long expiredAtNs = System.nanoTime();
        try {
            while (!stopping) {
                lingerOrBacklog();
                try {
                    while (!stopping && foldedSeq < durableSeq.getAsLong()) {
                        if (!foldChunk()) {
                            log.info("{}: folding ends: epoch {} is over", instance, epoch);
                            return;
                        }
                    }
                    if (System.nanoTime() - expiredAtNs > EXPIRE_EVERY.toNanos()) {
                        expiredAtNs = System.nanoTime();
                        expireResults();
                    }
                } catch (SQLException e) {
                    if (!SqlErrors.isConflict(e) && !stopping) {
                        log.warn("{}: folding: {}; later", instance, SqlErrors.reason(e));
                    }
                    Thread.sleep(RETRY);
                } catch (StoreDamaged e) {
                    log.error("{}: {}", instance, e.getMessage());
                    damaged.accept(String.valueOf(e.getMessage()));
                    return;
                } catch (RuntimeException e) {
                    // The journal keeps what was committed meanwhile.
                    log.error("{}: folding failed and is tried again", instance, e);
                    Thread.sleep(LINGER);
                }
            }
        } catch (InterruptedException e) {
            log.debug("{}: folding stopped", instance, e);
        }
    }

    private void lingerOrBacklog() throws InterruptedException {
        long leftNs = LINGER.toNanos();
        lock.lockInterruptibly();
        try {
            while (leftNs > 0 && durableSeq.getAsLong() - foldedSeq < BACKLOG_GROUPS) {
                leftNs = poked.awaitNanos(leftNs);
            }
        } finally {
            lock.unlock();
        }
    }

    /** One transaction; false if the epoch is over. */
    boolean foldChunk() throws SQLException {
        try (Connection connection = database.pooled()) {
            try {
                boolean ours = foldChunk(connection);
                connection.commit();
                return ours;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        }
    }

    private boolean foldChunk(Connection connection) throws SQLException {
        InstanceReader reader = new InstanceReader(connection, instance);
        Optional<InstanceReader.Position> position = reader.position();
        if (position.isEmpty() || position.get().epoch() != epoch) {
            return false;
        }
        long from = position.get().foldedSeq();
        List<InstanceReader.Group> groups = new ArrayList<>();
        int[] bytes = {0};
        long to =
                reader.journal(
                        from,
                        // As of this transaction's snapshot: the writer may have gone on since.
                        Math.min(durableSeq.getAsLong(), position.get().seq()),
                        CHUNK_GROUPS,
                        group -> {
                            groups.add(group);
                            bytes[0] += group.bytes();
                            return bytes[0] < CHUNK_BYTES;
                        });
        if (to == from) {
            foldedSeq = from;
            return true;
        }
        writeEntities(connection, groups);
        writeResults(connection, groups);
        execute(connection, Sql.DELETE_JOURNAL, from, to);
        if (execute(connection, Sql.MOVE_FOLD, to, from) != 1) {
            throw new SQLException("another folding moved on", "40001");
        }
        foldedSeq = to;
        return true;
    }

    private void writeEntities(Connection connection, List<InstanceReader.Group> groups)
            throws SQLException {
        Fold fold = new Fold();
        groups.forEach(group -> fold.group(group.seq(), group.edits()));
        try (PreparedStatement upsert = prepare(connection, Sql.FOLD_ENTITY);
                PreparedStatement remove = prepare(connection, Sql.REMOVE_ENTITY)) {
            for (Fold.Versioned entity : fold.touched()) {
                boolean removed = entity.patch().removed();
                PreparedStatement write = removed ? remove : upsert;
                write.setLong(3, entity.patch().id());
                write.setLong(4, entity.seq());
                if (!removed) {
                    write.setBytes(5, entity.patch().body());
                }
                write.addBatch();
            }
            upsert.executeBatch();
            remove.executeBatch();
        }
    }

    private void writeResults(Connection connection, List<InstanceReader.Group> groups)
            throws SQLException {
        Set<PlayerId> players = new HashSet<>();
        try (PreparedStatement insert = prepare(connection, Sql.FOLD_RESULT)) {
            for (InstanceReader.Group group : groups) {
                for (Edit edit : group.edits()) {
                    if (edit.clientSequence() > 0) {
                        players.add(edit.player());
                        addResult(insert, edit, group.committedAt());
                    }
                }
            }
            insert.executeBatch();
        }
        try (PreparedStatement trim = prepare(connection, Sql.TRIM_RESULTS)) {
            for (PlayerId player : players) {
                trim.setString(3, player.value());
                trim.setString(4, instance.world().value());
                trim.setLong(5, instance.ordinal());
                trim.setString(6, player.value());
                trim.setInt(7, Fold.RESULTS_PER_PLAYER - 1);
                trim.addBatch();
            }
            trim.executeBatch();
        }
    }

    private static void addResult(PreparedStatement insert, Edit edit, OffsetDateTime committedAt)
            throws SQLException {
        insert.setString(3, edit.player().value());
        insert.setLong(4, edit.clientSequence());
        insert.setBytes(5, edit.result());
        insert.setObject(6, committedAt);
        insert.addBatch();
    }

    private void expireResults() throws SQLException {
        try (Connection connection = database.pooled();
                PreparedStatement expire = prepare(connection, Sql.EXPIRE_RESULTS)) {
            expire.setLong(3, RESULT_LIFE.toMillis());
            expire.executeUpdate();
            connection.commit();
        }
    }

    private int execute(Connection connection, Sql sql, long third, long fourth)
            throws SQLException {
        try (PreparedStatement statement = prepare(connection, sql)) {
            statement.setLong(3, third);
            statement.setLong(4, fourth);
            return statement.executeUpdate();
        }
    }

    private PreparedStatement prepare(Connection connection, Sql sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql.text());
        statement.setString(1, instance.world().value());
        statement.setLong(2, instance.ordinal());
        return statement;
    }
}
