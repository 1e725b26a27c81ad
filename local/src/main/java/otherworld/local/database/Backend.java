package otherworld.local.database;

import java.util.Optional;
import otherworld.local.process.ChildProcess;

/** One kind of database under {@link DatabaseServer}. Its methods are called one at a time. */
interface Backend {
    DatabaseServer.Kind kind();

    /** The JDBC URL of {@code database}, without credentials. */
    String jdbcUrl(String database);

    /** A database that always exists, to create others from. */
    String maintenanceDatabase();

    String user();

    String password();

    /** The server's process; empty if it is not ours. */
    Optional<ChildProcess> process();

    /** SIGKILL to the server and its children. */
    void kill();

    /** Starts it again on the same port with its data; stops it first if it runs. */
    void restart();

    void pause();

    void resume();

    /** Stops it in order; its data stays. */
    void stop();
}
