package otherworld.local.database;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.Service;
import otherworld.local.process.Signal;

/**
 * A single-node CockroachDB on loopback. Without certificates there are no passwords: every local
 * user can connect, which docs/operations.md says.
 */
final class CockroachBackend implements Backend {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_GRACE = Duration.ofSeconds(20);

    private final ServerOptions options;
    private final Service service;

    CockroachBackend(Path program, ServerOptions options) {
        this.options = options;
        this.service =
                new Service(
                        ProcessSpec.of(
                                "CockroachDB",
                                options.folder(),
                                options.log(),
                                command(program, options)),
                        options.log(),
                        new Service.Limits(START_LIMIT, Signal.TERMINATE, STOP_GRACE),
                        () -> Sql.answers(this),
                        () -> Sql.responds(this));
        service.start();
    }

    @Override
    public DatabaseServer.Kind kind() {
        return DatabaseServer.Kind.COCKROACHDB;
    }

    @Override
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s?sslmode=disable"
                .formatted(options.port(), database);
    }

    @Override
    public String maintenanceDatabase() {
        return "defaultdb";
    }

    @Override
    public String user() {
        return "root";
    }

    @Override
    public String password() {
        return "";
    }

    @Override
    public Optional<Service> service() {
        return Optional.of(service);
    }

    /** Each store has had one of these since its first start. */
    static boolean holdsData(Path store) {
        return Files.exists(store.resolve("STORAGE_MIN_VERSION"))
                || Files.exists(store.resolve("CURRENT"));
    }

    private static List<String> command(Path program, ServerOptions options) {
        return List.of(
                program.toString(),
                "start-single-node",
                "--insecure",
                "--listen-addr=127.0.0.1:" + options.port(),
                "--http-addr=127.0.0.1:" + FreePorts.next(),
                "--store=" + options.data(),
                "--cache=128MiB",
                "--max-sql-memory=128MiB",
                "--logtostderr=WARNING");
    }
}
