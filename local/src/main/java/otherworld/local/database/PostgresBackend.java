package otherworld.local.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import otherworld.local.files.AtomicFiles;
import otherworld.local.files.DataFolders;
import otherworld.local.files.Found;
import otherworld.local.files.SecretFiles;
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

    private static final String UNFINISHED = "unfinished-";

    private final Path programs;
    private final RunAs account = RunAs.choose();
    private final ServerOptions options;
    private final Service service;

    PostgresBackend(ServerOptions options) {
        this.options = options;
        this.programs = PostgresBinaries.folder().resolve("bin");
        account.ownedFolder(options.data());
        switch (DataFolders.postgres(cluster())) {
            case Found.Nothing() -> initialise();
            case Found.Whole() -> {}
            case Found.Damaged(String fault) ->
                    throw new StartFailed(
                            "PostgreSQL's data is not whole, and nothing is begun over it: "
                                    + fault);
        }
        // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave. Its
        // backends leave the process group: Service follows them by descent.
        this.service =
                new Service(
                        spec("PostgreSQL", command()),
                        options.log(),
                        new Service.Limits(START_LIMIT, Signal.INTERRUPT, STOP_GRACE),
                        () -> Sql.look(this) != Sql.Answer.NONE,
                        () -> Sql.responds(this));
        service.start();
        if (Sql.look(this) == Sql.Answer.WRONG_PASSWORD) {
            resetPassword();
        }
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

    /** The cluster that is, or will be, in the data folder. */
    static Path cluster(Path data) {
        return data.resolve("cluster");
    }

    private Path cluster() {
        return cluster(options.data());
    }

    /** The cluster appears at once and complete: an interrupted run leaves none. */
    private void initialise() {
        deleteUnfinished();
        Path work = options.data().resolve(UNFINISHED + SecretFiles.random());
        Path passwordFile = options.data().resolve("password");
        try {
            writePassword(passwordFile);
            List<String> command = new ArrayList<>();
            command.add(programs.resolve("initdb").toString());
            command.addAll(
                    List.of(
                            "--pgdata=" + work,
                            "--username=" + ServerOptions.USER,
                            "--pwfile=" + passwordFile,
                            "--auth=scram-sha-256",
                            // Stretching is for passwords that can be guessed; this one is random,
                            // and each connection of each instance would pay for it.
                            "--set=scram_iterations=1",
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
            Files.move(work, cluster(), StandardCopyOption.ATOMIC_MOVE);
            AtomicFiles.forceFolder(options.data());
        } catch (IOException e) {
            throw new UncheckedIOException("Could not prepare PostgreSQL's data folder", e);
        } finally {
            Trees.delete(passwordFile);
        }
    }

    /** What interrupted runs left: no cluster has such a name. */
    private void deleteUnfinished() {
        try (DirectoryStream<Path> all =
                Files.newDirectoryStream(options.data(), UNFINISHED + "*")) {
            all.forEach(Trees::delete);
        } catch (IOException e) {
            throw new UncheckedIOException("Could not list " + options.data(), e);
        }
    }

    /**
     * The password file was lost or changed, the data is ours: PostgreSQL's single-user mode, which
     * asks for none, sets the new one.
     */
    private void resetPassword() {
        service.stop();
        Path statement = options.data().resolve("password");
        try {
            writePassword(statement);
            Files.writeString(
                    statement,
                    "ALTER ROLE %s PASSWORD '%s'%n"
                            .formatted(ServerOptions.USER, options.password()));
            List<String> command = new ArrayList<>(account.prefix());
            command.addAll(
                    List.of(
                            programs.resolve("postgres").toString(),
                            "--single",
                            "-D",
                            cluster().toString(),
                            maintenanceDatabase()));
            int exit =
                    new ProcessBuilder(command)
                            .directory(options.data().toFile())
                            .redirectErrorStream(true)
                            .redirectInput(statement.toFile())
                            .redirectOutput(
                                    ProcessBuilder.Redirect.appendTo(options.log().toFile()))
                            .start()
                            .waitFor();
            if (exit != 0) {
                throw StartFailed.withLog(
                        "PostgreSQL's single-user mode failed with exit code " + exit,
                        options.log());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not set PostgreSQL's password", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailed("Interrupted while PostgreSQL's password was set", e);
        } finally {
            Trees.delete(statement);
        }
        service.start();
        if (Sql.look(this) != Sql.Answer.YES) {
            service.stop();
            throw StartFailed.withLog(
                    "PostgreSQL refuses the user %s with the password it was given; its data is untouched"
                            .formatted(ServerOptions.USER),
                    options.log());
        }
        options.tell()
                .accept(
                        "the database had another password than its file says: it was set anew, and the data is as it was");
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
