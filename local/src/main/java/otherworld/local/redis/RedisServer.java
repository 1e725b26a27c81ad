package otherworld.local.redis;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import otherworld.local.files.Trees;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.Service;
import otherworld.local.process.Signal;

/**
 * One redis-server on loopback with a password. Every write is in the append-only file before it is
 * answered ({@code appendfsync always}), so that a killed server has lost nothing it acknowledged.
 * Thread-safe.
 */
public final class RedisServer implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(30);
    private static final Duration STOP_GRACE = Duration.ofSeconds(10);
    private static final int PROBE_TIMEOUT_MS = 1_000;

    private static @Nullable RedisServer shared;

    private final Path folder;
    private final int port;
    private final String password;
    private final boolean temporary;
    private final List<String> more;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final Service service;

    private RedisServer(
            Path folder,
            Path log,
            int port,
            String password,
            boolean temporary,
            List<String> more) {
        this.folder = folder;
        this.port = port;
        this.password = password;
        this.temporary = temporary;
        this.more = List.copyOf(more);
        this.service =
                new Service(
                        ProcessSpec.of(
                                "redis",
                                folder,
                                log,
                                List.of(
                                        RedisBinary.find().toString(),
                                        folder.resolve("redis.conf").toString())),
                        log,
                        new Service.Limits(START_LIMIT, Signal.TERMINATE, STOP_GRACE),
                        this::answers,
                        () -> !replies().isEmpty());
        begin();
    }

    /** A server of its own on a free port; its data goes with {@link #close}. */
    public static RedisServer start() {
        return start(List.of());
    }

    /** The same with more lines in its configuration, which go before what stands there. */
    public static RedisServer start(List<String> more) {
        return start(UUID.randomUUID().toString(), more);
    }

    /** The same with a password that it shares with others. */
    public static RedisServer start(String password, List<String> more) {
        Path folder = Trees.temporary("redis");
        return new RedisServer(
                folder, folder.resolve("redis.log"), FreePorts.next(), password, true, more);
    }

    /** A server that keeps its data in {@code folder}. */
    public static RedisServer start(Path folder, Path log, int port, String password) {
        return new RedisServer(folder, log, port, password, false, List.of());
    }

    /**
     * One server for all tests of this JVM that do not stop it; it ends with the JVM. Tests keep
     * apart by the World ids they use.
     */
    public static synchronized RedisServer shared() {
        if (shared == null) {
            shared = start();
        }
        return shared;
    }

    /** {@code redis://:password@127.0.0.1:port}. */
    public String url() {
        return "redis://:%s@127.0.0.1:%d".formatted(password, port);
    }

    public String password() {
        return password;
    }

    public int port() {
        return port;
    }

    public Path log() {
        return service.log();
    }

    /** Its process, to watch it or start it again. */
    public Service service() {
        return service;
    }

    public ChildProcess process() {
        return service.process().orElseThrow();
    }

    /** SIGKILL; what was acknowledged stays for {@link #restart}. */
    public void kill() {
        service.kill();
    }

    /** Starts it again, with its data, on the same port; stops it first if it runs. */
    public void restart() {
        service.restart();
    }

    /** Stops it, deletes its data and starts it again: an empty server at the same URL. */
    public synchronized void wipe() {
        service.kill();
        Trees.delete(data());
        begin();
    }

    /** Freezes it: connections stay open and nothing answers, until {@link #resume}. */
    public void pause() {
        service.pause();
    }

    public void resume() {
        service.resume();
    }

    /** Stops it; a temporary one's data is deleted. Idempotent. */
    @Override
    public synchronized void close() {
        if (closed.compareAndSet(false, true)) {
            service.stop();
            if (temporary) {
                Trees.delete(folder);
            }
        }
    }

    private Path data() {
        return data(folder);
    }

    /** Where a server that keeps its data in {@code folder} keeps it. */
    public static Path data(Path folder) {
        return folder.resolve("data");
    }

    private void begin() {
        writeConfiguration();
        service.start();
    }

    /** A file, not arguments: the password must not show in a process list. */
    private void writeConfiguration() {
        Path file = folder.resolve("redis.conf");
        try {
            Trees.makePrivate(folder);
            Files.createDirectories(data());
            Files.deleteIfExists(file);
            Files.createFile(
                    file,
                    PosixFilePermissions.asFileAttribute(
                            Set.copyOf(PosixFilePermissions.fromString("rw-------"))));
            Files.writeString(
                    file,
                    """
                    bind 127.0.0.1
                    port %d
                    requirepass %s
                    dir "%s"
                    appendonly yes
                    appendfsync always
                    save ""
                    daemonize no
                    """
                                    .formatted(port, password, data())
                            + String.join("\n", more)
                            + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("Could not write " + file, e);
        }
    }

    /** False also while it loads its data. */
    private boolean answers() {
        return replies().equals(List.of("+OK", "+PONG"));
    }

    /** What it says to a password and a PING; empty if nothing. */
    private List<String> replies() {
        try (Socket socket = new Socket()) {
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
                    PROBE_TIMEOUT_MS);
            socket.setSoTimeout(PROBE_TIMEOUT_MS);
            socket.getOutputStream()
                    .write(
                            "AUTH %s\r\nPING\r\n"
                                    .formatted(password)
                                    .getBytes(StandardCharsets.US_ASCII));
            BufferedReader replies =
                    new BufferedReader(
                            new InputStreamReader(
                                    socket.getInputStream(), StandardCharsets.US_ASCII));
            String first = replies.readLine();
            String second = first == null ? null : replies.readLine();
            return second == null ? List.of() : List.of(first, second);
        } catch (IOException e) {
            return List.of();
        }
    }
}
