package otherworld.persistence;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;

/** {@link InstanceStore} over CockroachDB, or PostgreSQL where none runs. Thread-safe. */
public final class SqlInstanceStore implements InstanceStore {
    /** How often a read is tried again that collided with the writer or the folding. */
    private static final int TRIES = 10;

    private static final Logger log = LoggerFactory.getLogger(SqlInstanceStore.class);

    private final Database database;

    private SqlInstanceStore(Database database) {
        this.database = database;
    }

    /**
     * Connects to nothing yet: an unreachable database shows in what is opened here.
     *
     * @param url {@code jdbc:postgresql://HOST:PORT/DATABASE}
     * @throws IllegalArgumentException if {@code url} is not such a URL
     */
    public static SqlInstanceStore connect(String url, String user, String password) {
        return new SqlInstanceStore(new Database(url, user, password));
    }

    @Override
    public Ownership contend(InstanceId instance, String podUid) {
        return new Lease(
                new KeptConnection(database::openForLease), instance, podUid, System::nanoTime);
    }

    @Override
    public Loaded load(InstanceId instance, long epoch, EntitySink entities) {
        return transaction(
                instance,
                reader -> {
                    InstanceReader.Position position =
                            reader.position()
                                    .filter(found -> found.epoch() == epoch)
                                    .orElseThrow(() -> notHeld(instance, epoch));
                    InstanceReader.End end = reader.journalEnd();
                    InstanceReader.Position whole = mended(reader, instance, position, end.seq());
                    Fold fold = reader.read(whole, entities);
                    if (fold.highestSeq() > whole.seq()) {
                        whole = mended(reader, instance, whole, fold.highestSeq());
                    }
                    return new Loaded(
                            whole.seq(),
                            List.of(),
                            fold.recent(),
                            Math.max(end.epoch(), fold.highestEpoch()),
                            List.copyOf(fold.unreadable()));
                });
    }

    /**
     * The instance's row may have been lost or set back while what was committed under it is there:
     * groups go on after the last of those, or they would be taken for folded ones and be lost.
     */
    private static InstanceReader.Position mended(
            InstanceReader reader, InstanceId instance, InstanceReader.Position at, long last)
            throws SQLException {
        long seq = Math.max(last, at.foldedSeq());
        if (seq <= at.seq()) {
            return at;
        }
        if (!reader.raiseSeq(at, seq)) {
            throw notHeld(instance, at.epoch());
        }
        log.warn(
                "{}: the row of table instance says group {}, but group {} was committed: it goes on after that",
                instance,
                at.seq(),
                seq);
        return new InstanceReader.Position(at.epoch(), seq, at.foldedSeq());
    }

    private static StoreUnavailable notHeld(InstanceId instance, long epoch) {
        return new StoreUnavailable(
                "%s is not held at epoch %d any more: load only what you hold"
                        .formatted(instance, epoch));
    }

    /** The entities of {@code instance} as of now, held or not; empty if it has never run. */
    List<EntityPatch> entities(InstanceId instance) {
        return transaction(
                instance,
                reader -> {
                    EntityList entities = new EntityList();
                    var position = reader.position();
                    if (position.isPresent()) {
                        reader.read(position.get(), entities);
                    }
                    return entities.byId();
                });
    }

    @Override
    public PatchWriter writer(
            InstanceId instance, long epoch, Loaded loaded, CommitListener listener) {
        return new GroupWriter(
                new KeptConnection(database::openForWriter),
                database,
                instance,
                epoch,
                loaded.seq(),
                listener);
    }

    @Override
    public void close() {
        database.close();
    }

    @FunctionalInterface
    private interface Reading<T> {
        T read(InstanceReader reader) throws SQLException;
    }

    private <T> T transaction(InstanceId instance, Reading<T> reading) {
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = database.pooled()) {
                try {
                    T result = reading.read(new InstanceReader(connection, instance));
                    connection.commit();
                    return result;
                } catch (SQLException | RuntimeException e) {
                    connection.rollback();
                    throw e;
                }
            } catch (SQLException e) {
                if (!SqlErrors.isConflict(e) || attempt == TRIES) {
                    throw new StoreUnavailable(
                            "Reading %s: %s".formatted(instance, SqlErrors.reason(e)), e);
                }
            }
        }
    }
}
