package otherworld.local.redis;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import otherworld.local.files.Trees;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.Service;
import otherworld.local.process.Signal;

/** A Redis Sentinel on loopback that decides alone, for tests of failovers. */
public final class RedisSentinel implements AutoCloseable {
    /** What it calls the primary it watches. */
    public static final String MASTER = "ledger";

    private final Path folder = Trees.temporary("sentinel");
    private final int port = FreePorts.next();
    private final Service service;

    private RedisSentinel(RedisServer primary) {
        Path log = folder.resolve("sentinel.log");
        try {
            Trees.makePrivate(folder);
            Files.writeString(
                    folder.resolve("sentinel.conf"),
                    """
                    bind 127.0.0.1
                    port %d
                    dir "%s"
                    sentinel monitor %s 127.0.0.1 %d 1
                    sentinel auth-pass %s %s
                    sentinel down-after-milliseconds %s 1000
                    sentinel failover-timeout %s 5000
                    """
                            .formatted(
                                    port,
                                    folder,
                                    MASTER,
                                    primary.port(),
                                    MASTER,
                                    primary.password(),
                                    MASTER,
                                    MASTER));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not write to " + folder, e);
        }
        service =
                new Service(
                        ProcessSpec.of(
                                "sentinel",
                                folder,
                                log,
                                List.of(
                                        RedisBinary.find().toString(),
                                        folder.resolve("sentinel.conf").toString(),
                                        "--sentinel")),
                        log,
                        new Service.Limits(
                                Duration.ofSeconds(30), Signal.TERMINATE, Duration.ofSeconds(5)),
                        this::answers);
        service.start();
    }

    /** Watches a primary and the replicas it has. */
    public static RedisSentinel start(RedisServer primary) {
        return new RedisSentinel(primary);
    }

    public int port() {
        return port;
    }

    private boolean answers() {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public void close() {
        service.stop();
        Trees.delete(folder);
    }
}
