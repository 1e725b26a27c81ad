package otherworld.local.database;

import java.util.Optional;
import otherworld.local.process.Service;

/** One kind of database under {@link DatabaseServer}. Its methods are called one at a time. */
interface Backend {
    DatabaseServer.Kind kind();

    /** The JDBC URL of {@code database}, without credentials. */
    String jdbcUrl(String database);

    /** A database that always exists, to create others from. */
    String maintenanceDatabase();

    String user();

    String password();

    /** The server's process; empty if it is not ours to start and stop. */
    Optional<Service> service();
}
