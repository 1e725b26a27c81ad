package otherworld.local.database;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import otherworld.local.process.Await;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessSpec;

/**
 * A single-node CockroachDB on loopback. Without certificates there are no passwords: every local
 * user can connect, which docs/operations.md says.
 */
final class CockroachBackend implements Backend {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_GRACE = Duration.ofSeconds(20);

    private final Path program;
    private final ServerOptions options;
    private ChildProcess child;

    CockroachBackend(Path program, ServerOptions options) {
        this.program = program;
        this.options = options;
        this.child = start();
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
    public Optional<ChildProcess> process() {
        return Optional.of(child);
    }

    @Override
    public void kill() {
        child.kill();
    }

    @Override
    public void restart() {
        child.stop(STOP_GRACE);
        child = start();
    }

    @Override
    public void pause() {
        child.pause();
    }

    @Override
    public void resume() {
        child.resume();
    }

    @Override
    public void stop() {
        child.stop(STOP_GRACE);
    }

    private ChildProcess start() {
        ChildProcess started =
                ChildProcess.start(
                        ProcessSpec.of(
                                "CockroachDB",
                                options.folder(),
                                options.log(),
                                List.of(
                                        program.toString(),
                                        "start-single-node",
                                        "--insecure",
                                        "--listen-addr=127.0.0.1:" + options.port(),
                                        "--http-addr=127.0.0.1:" + FreePorts.next(),
                                        "--store=" + options.data(),
                                        "--cache=128MiB",
                                        "--max-sql-memory=128MiB",
                                        "--logtostderr=WARNING")));
        try {
            Await.ready(started, options.log(), START_LIMIT, () -> Sql.answers(this));
            return started;
        } catch (RuntimeException e) {
            started.kill();
            throw e;
        }
    }
}
