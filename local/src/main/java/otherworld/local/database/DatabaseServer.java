package otherworld.local.database;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import otherworld.local.files.CacheFolder;
import otherworld.local.files.Trees;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.Programs;

/**
 * A SQL database on loopback: the CockroachDB that {@code CRDB_URL} names, else a {@code cockroach}
 * on PATH or in the cache started as a single node, else PostgreSQL 18. Thread-safe.
 */
public final class DatabaseServer implements AutoCloseable {
    private static final String DEFAULT_DATABASE = "otherworld";

    private static @Nullable DatabaseServer shared;

    /** What answers; everything of ours keeps to the SQL that both understand. */
    public enum Kind {
        COCKROACHDB,
        POSTGRESQL
    }

    private final Backend backend;
    private final Optional<Path> temporary;
    private final AtomicBoolean closed = new AtomicBoolean();

    private DatabaseServer(Backend backend, Optional<Path> temporary) {
        this.backend = backend;
        this.temporary = temporary;
        if (!Sql.exists(backend, DEFAULT_DATABASE)) {
            Sql.create(backend, DEFAULT_DATABASE);
        }
    }

    /** A server of its own on a free port; its data goes with {@link #close}. */
    public static DatabaseServer start() {
        // Passable by the account PostgreSQL runs under.
        Path folder = Trees.makePublic(Trees.temporary("database"));
        ServerOptions options =
                new ServerOptions(
                        folder,
                        folder.resolve("data"),
                        FreePorts.next(),
                        UUID.randomUUID().toString(),
                        false);
        try {
            return new DatabaseServer(choose(options), Optional.of(folder));
        } catch (RuntimeException e) {
            Trees.delete(folder);
            throw e;
        }
    }

    /** A server that keeps its data. */
    public static DatabaseServer start(ServerOptions options) {
        return new DatabaseServer(choose(options), Optional.empty());
    }

    /**
     * One server for all tests of this JVM that do not stop it; it ends with the JVM. Each test
     * class makes a database of its own with {@link #createDatabase}.
     */
    public static synchronized DatabaseServer shared() {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    public Kind kind() {
        return backend.kind();
    }

    /** The JDBC URL of the database {@code otherworld}, without credentials. */
    public String jdbcUrl() {
        return backend.jdbcUrl(DEFAULT_DATABASE);
    }

    public String user() {
        return backend.user();
    }

    public String password() {
        return backend.password();
    }

    /**
     * Creates an empty database.
     *
     * @param name lower-case letters, digits and underscores, not yet in use
     * @return its JDBC URL, without credentials
     */
    public String createDatabase(String name) {
        Sql.create(backend, name);
        return backend.jdbcUrl(name);
    }

    /** False for the database of {@code CRDB_URL}, which is never stopped from here. */
    public boolean isControllable() {
        return !(backend instanceof ExternalBackend);
    }

    /** The server's process; empty for the database of {@code CRDB_URL}. */
    public synchronized Optional<ChildProcess> process() {
        return backend.process();
    }

    /** SIGKILL to the server; what was committed stays for {@link #restart}. */
    public synchronized void kill() {
        backend.kill();
    }

    /** Starts it again, with its data, on the same port; stops it first if it runs. */
    public synchronized void restart() {
        backend.restart();
    }

    /** Freezes it: connections stay open and nothing answers, until {@link #resume}. */
    public synchronized void pause() {
        backend.pause();
    }

    public synchronized void resume() {
        backend.resume();
    }

    /** Stops it; a temporary one's data is deleted. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed.compareAndSet(false, true)) {
            backend.stop();
            temporary.ifPresent(Trees::delete);
        }
    }

    private static Backend choose(ServerOptions options) {
        String url = System.getenv("CRDB_URL");
        if (url != null && !url.isEmpty()) {
            return ExternalBackend.parse(url);
        }
        Optional<Path> cockroach = Programs.find("cockroach").or(DatabaseServer::cached);
        return cockroach.isPresent()
                ? new CockroachBackend(cockroach.get(), options)
                : new PostgresBackend(options);
    }

    private static Optional<Path> cached() {
        Path program = CacheFolder.ofUser().resolve("cockroach").resolve("cockroach");
        return Optional.of(program).filter(Files::isExecutable);
    }
}
