package otherworld.local.database;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import otherworld.local.files.CacheFolder;
import otherworld.local.files.DataFolders;
import otherworld.local.files.Found;
import otherworld.local.files.Trees;
import otherworld.local.process.FreePorts;
import otherworld.local.process.Programs;
import otherworld.local.process.Service;
import otherworld.local.process.StartFailed;

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
                        folder.resolve("database.log"),
                        folder.resolve("data"),
                        FreePorts.next(),
                        UUID.randomUUID().toString(),
                        false);
        try {
            return new DatabaseServer(choose(options, System.getenv()), Optional.of(folder));
        } catch (RuntimeException e) {
            Trees.delete(folder);
            throw e;
        }
    }

    /**
     * A server that keeps its data.
     *
     * @param environment may name another by {@code CRDB_URL}
     */
    public static DatabaseServer start(ServerOptions options, Map<String, String> environment) {
        return new DatabaseServer(choose(options, environment), Optional.empty());
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
        return backend.service().isPresent();
    }

    /** Its process, to watch it or start it again; empty for the database of {@code CRDB_URL}. */
    public Optional<Service> service() {
        return backend.service();
    }

    /** SIGKILL to the server; what was committed stays for {@link #restart}. */
    public void kill() {
        ours().kill();
    }

    /** Starts it again, with its data, on the same port; stops it first if it runs. */
    public void restart() {
        ours().restart();
    }

    /** Freezes it: connections stay open and nothing answers, until {@link #resume}. */
    public void pause() {
        ours().pause();
    }

    public void resume() {
        ours().resume();
    }

    private Service ours() {
        return backend.service()
                .orElseThrow(() ->
                        new UnsupportedOperationException(
                                "The database of CRDB_URL is not ours to stop; see isControllable()"));
    }

    /** Stops it; a temporary one's data is deleted. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed.compareAndSet(false, true)) {
            backend.service().ifPresent(Service::stop);
            temporary.ifPresent(Trees::delete);
        }
    }

    private static Backend choose(ServerOptions options, Map<String, String> environment) {
        String url = environment.getOrDefault("CRDB_URL", "");
        if (!url.isEmpty()) {
            return ExternalBackend.connect(url);
        }
        Optional<Path> cockroach = Programs.find("cockroach").or(DatabaseServer::cached);
        return switch (dataOf(options)) {
            case NOBODY ->
                    cockroach.isPresent()
                            ? new CockroachBackend(cockroach.get(), options)
                            : new PostgresBackend(options);
            case POSTGRESQL -> {
                cockroach.ifPresent(program ->
                        options.tell()
                                .accept(
                                        "%s is there, but this cluster's data is PostgreSQL's: up --anew database would change over"
                                                .formatted(program)));
                yield new PostgresBackend(options);
            }
            case COCKROACHDB ->
                    new CockroachBackend(
                            cockroach.orElseThrow(() ->
                                    new StartFailed(
                                            "%s is CockroachDB's data, and no cockroach is on PATH: put it there, or up --anew database"
                                                    .formatted(options.data()))),
                            options);
        };
    }

    /** Whose data a folder holds. */
    private enum Data {
        NOBODY,
        POSTGRESQL,
        COCKROACHDB
    }

    private static Data dataOf(ServerOptions options) {
        if (Files.exists(PostgresBackend.cluster(options.data()))) {
            return Data.POSTGRESQL;
        }
        return CockroachBackend.holdsData(options.data()) ? Data.COCKROACHDB : Data.NOBODY;
    }

    /** What is in a folder of {@link ServerOptions#data}. */
    public static Found look(Path data) {
        Path cluster = PostgresBackend.cluster(data);
        if (!Files.exists(cluster) && CockroachBackend.holdsData(data)) {
            return new Found.Whole();
        }
        return DataFolders.postgres(cluster);
    }

    private static Optional<Path> cached() {
        Path program = CacheFolder.ofUser().resolve("cockroach").resolve("cockroach");
        return Optional.of(program).filter(Files::isExecutable);
    }
}
