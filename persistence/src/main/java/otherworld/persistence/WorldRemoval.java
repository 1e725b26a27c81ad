package otherworld.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import otherworld.base.WorldId;

/**
 * Removes a World's rows from every table, in transactions of at most {@value #BATCH} rows, so that
 * a large World neither holds locks for long nor makes one huge transaction. It begins with the
 * rows of {@code instance}: without them nothing of a host that may still be there can be
 * committed. To be called again after a failure: it goes on where it was. Thread-safe.
 */
public final class WorldRemoval implements AutoCloseable {
    /** Most rows of one transaction. */
    static final int BATCH = 500;

    private static final int TRIES = 10;
    private static final List<Sql> TABLES =
            List.of(
                    Sql.DELETE_WORLD_INSTANCES,
                    Sql.DELETE_WORLD_JOURNAL,
                    Sql.DELETE_WORLD_GAPS,
                    Sql.DELETE_WORLD_FOLDS,
                    Sql.DELETE_WORLD_ENTITIES,
                    Sql.DELETE_WORLD_RESULTS);

    private final Database database;

    private WorldRemoval(Database database) {
        this.database = database;
    }

    /**
     * Connects to nothing yet.
     *
     * @param url {@code jdbc:postgresql://HOST:PORT/DATABASE}
     * @throws IllegalArgumentException if {@code url} is not such a URL
     */
    public static WorldRemoval connect(String url, String user, String password) {
        return new WorldRemoval(new Database(url, user, password));
    }

    /**
     * Blocks until nothing of {@code world} is left; it must have no host any more.
     *
     * @return how many rows were removed
     * @throws StoreUnavailable if the database does not answer; some rows may be gone
     */
    public long remove(WorldId world) {
        long removed = 0;
        for (Sql table : TABLES) {
            int rows;
            do {
                rows = batch(table, world);
                removed += rows;
            } while (rows == BATCH);
        }
        return removed;
    }

    private int batch(Sql table, WorldId world) {
        for (int attempt = 1; ; attempt++) {
            try (Connection connection = database.pooled()) {
                try (PreparedStatement statement = connection.prepareStatement(table.text())) {
                    statement.setString(1, world.value());
                    statement.setInt(2, BATCH);
                    int rows = statement.executeUpdate();
                    connection.commit();
                    return rows;
                } catch (SQLException | RuntimeException e) {
                    connection.rollback();
                    throw e;
                }
            } catch (SQLException e) {
                if (!SqlErrors.isConflict(e) || attempt == TRIES) {
                    throw new StoreUnavailable(
                            "Removing the rows of World %s: %s"
                                    .formatted(world, SqlErrors.reason(e)),
                            e);
                }
            }
        }
    }

    @Override
    public void close() {
        database.close();
    }
}
