package otherworld.persistence;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import otherworld.base.InstanceId;

/** {@link InstanceStore} over CockroachDB, or PostgreSQL where none runs. Thread-safe. */
public final class SqlInstanceStore implements InstanceStore {
    /** How often a read is tried again that collided with the writer or the folding. */
    private static final int TRIES = 10;

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
    public Loaded load(InstanceId instance, long epoch) {
        InstanceReader.Position[] at = new InstanceReader.Position[1];
        Fold fold =
                transaction(
                        instance,
                        reader -> {
                            at[0] =
                                    reader.position()
                                            .filter(found -> found.epoch() == epoch)
                                            .orElseThrow(() -> notHeld(instance, epoch));
                            return reader.fold(at[0]);
                        });
        return new Loaded(at[0].seq(), fold.existing(), fold.recent());
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
                    var position = reader.position();
                    return position.isEmpty() ? List.of() : reader.fold(position.get()).existing();
                });
    }

    @Override
    public PatchWriter writer(InstanceId instance, long epoch, Loaded loaded) {
        return new GroupWriter(
                new KeptConnection(database::openForWriter),
                database,
                instance,
                epoch,
                loaded.seq());
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
