package otherworld.local.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import otherworld.local.files.Trees;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.Service;
import otherworld.local.process.Signal;
import otherworld.local.process.StartFailed;

/** PostgreSQL on loopback TCP alone (no socket file), with a password, as an ordinary account. */
final class PostgresBackend implements Backend {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    private static final Duration STOP_GRACE = Duration.ofSeconds(20);
    private static final Duration INITDB_LIMIT = Duration.ofMinutes(2);

    private final Path programs;
    private final RunAs account = RunAs.choose();
    private final ServerOptions options;
    private final Service service;

    PostgresBackend(ServerOptions options) {
        this.options = options;
        this.programs = PostgresBinaries.folder().resolve("bin");
        account.ownedFolder(options.data());
        if (!Files.exists(cluster().resolve("PG_VERSION"))) {
            initialise();
        }
        // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave. Its
        // backends leave the process group: Service follows them by descent.
        this.service =
                new Service(
                        spec("PostgreSQL", command()),
                        options.log(),
                        new Service.Limits(START_LIMIT, Signal.INTERRUPT, STOP_GRACE),
                        () -> Sql.answers(this));
        service.start();
    }

    @Override
    public DatabaseServer.Kind kind() {
        return DatabaseServer.Kind.POSTGRESQL;
    }

    @Override
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://127.0.0.1:%d/%s".formatted(options.port(), database);
    }

    @Override
    public String maintenanceDatabase() {
        return "postgres";
    }

    @Override
    public String user() {
        return ServerOptions.USER;
    }

    @Override
    public String password() {
        return options.password();
    }

    @Override
    public Optional<Service> service() {
        return Optional.of(service);
    }

    private Path cluster() {
        return options.data().resolve("cluster");
    }

    private void initialise() {
        // What an interrupted run left is not a cluster yet.
        Trees.delete(cluster());
        Path passwordFile = options.data().resolve("password");
        try {
            writePassword(passwordFile);
            List<String> command = new ArrayList<>();
            command.add(programs.resolve("initdb").toString());
            command.addAll(
                    List.of(
                            "--pgdata=" + cluster(),
                            "--username=" + ServerOptions.USER,
                            "--pwfile=" + passwordFile,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--no-instructions"));
            if (!options.durable()) {
                command.add("--no-sync");
            }
            ChildProcess initdb = ChildProcess.start(spec("initdb", command));
            int exit =
                    initdb.onExit()
                            .orTimeout(
                                    INITDB_LIMIT.toSeconds(), java.util.concurrent.TimeUnit.SECONDS)
                            .join();
            if (exit != 0) {
                throw StartFailed.withLog("initdb failed with exit code " + exit, options.log());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not prepare PostgreSQL's data folder", e);
        } finally {
            Trees.delete(passwordFile);
        }
    }

    private void writePassword(Path file) throws IOException {
        Files.writeString(file, options.password());
        // In a folder that only the account can enter.
        if (account.user().isPresent()) {
            Files.setOwner(file, Files.getOwner(options.data()));
        }
    }

    private List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(programs.resolve("postgres").toString());
        command.addAll(List.of("-D", cluster().toString(), "-p", String.valueOf(options.port())));
        settings().forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
        return command;
    }

    private Map<String, String> settings() {
        return Map.of(
                "listen_addresses", "127.0.0.1",
                "unix_socket_directories", "",
                "max_connections", "300",
                "shared_buffers", "128MB",
                "fsync", options.durable() ? "on" : "off",
                "timezone", "UTC");
    }

    private ProcessSpec spec(String name, List<String> command) {
        return ProcessSpec.of(name, options.data(), options.log(), command)
                .withPrefix(account.prefix());
    }
}
