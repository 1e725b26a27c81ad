package otherworld.persistence;

import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import otherworld.local.database.DatabaseServer;

/** A database of its own for each test, in which {@link TestDatabase#PLAZA} is held at epoch 1. */
abstract class HeldInstance {
    TestDatabase database;
    SqlInstanceStore store;

    @BeforeEach
    void open() throws SQLException {
        database = TestDatabase.create(DatabaseServer.shared());
        database.heldByADeadPod(1);
        store = database.store();
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** Connections as the store itself opens them. */
    Database direct() {
        return new Database(database.url(), database.server().user(), database.server().password());
    }
}
