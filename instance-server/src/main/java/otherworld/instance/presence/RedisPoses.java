package otherworld.instance.presence;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.TimeoutOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;

/**
 * Keeps an instance's newest poses in Redis, at {@code ow:{world}:pose:<ordinal>}, on a virtual
 * thread of its own. What Redis does not take in time is replaced by what is newer.
 */
public final class RedisPoses implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisPoses.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final byte[] SCRIPT = resource("pose.lua");

    private final RedisClient client;
    private final byte[] key;
    private final InstanceMetrics metrics;
    private final BlockingQueue<byte[]> newest = new ArrayBlockingQueue<>(1);
    private final AtomicInteger unwritten = new AtomicInteger();
    private final Thread writer;
    private volatile boolean running = true;
    private @Nullable StatefulRedisConnection<byte[], byte[]> connection; // guarded by this

    public RedisPoses(String redisUrl, InstanceId instance, InstanceMetrics metrics) {
        RedisURI uri = RedisURI.create(redisUrl);
        uri.setTimeout(TIMEOUT);
        this.client = RedisClient.create(uri);
        client.setOptions(
                ClientOptions.builder()
                        .socketOptions(SocketOptions.builder().connectTimeout(TIMEOUT).build())
                        .timeoutOptions(TimeoutOptions.enabled(TIMEOUT))
                        .disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                        .build());
        this.key =
                "ow:{%s}:pose:%d"
                        .formatted(instance.world(), instance.ordinal())
                        .getBytes(StandardCharsets.UTF_8);
        this.metrics = metrics;
        this.writer = Thread.ofVirtual().name("poses").start(this::write);
    }

    /** Takes the newest poses; never blocks. One thread. */
    public void offer(byte[] blob) {
        if (newest.poll() == null) {
            unwritten.incrementAndGet();
        }
        newest.add(blob);
    }

    /** The poses a host of this instance left; empty if there are none or Redis does not answer. */
    public Optional<PoseBlob> read() {
        try {
            return Optional.ofNullable(connected().sync().get(key)).map(PoseBlob::decode);
        } catch (RedisException | IllegalArgumentException e) {
            metrics.poseError();
            log.warn("No poses from Redis: {}", e.getMessage());
            return Optional.empty();
        }
    }

    /** Waits until what was offered is written, or {@code patience} has passed. */
    public void flush(Duration patience) throws InterruptedException {
        long untilNs = System.nanoTime() + patience.toNanos();
        while (unwritten.get() > 0 && System.nanoTime() < untilNs) {
            Thread.sleep(5);
        }
    }

    @Override
    public void close() {
        running = false;
        writer.interrupt();
        client.shutdown(Duration.ZERO, Duration.ofSeconds(1));
    }

    private void write() {
        byte[] life = Integer.toString(Limits.POSES_LIFE_S).getBytes(StandardCharsets.US_ASCII);
        while (running) {
            try {
                byte[] blob = newest.take();
                try {
                    write(blob, life);
                } finally {
                    unwritten.decrementAndGet();
                }
            } catch (RedisException e) {
                metrics.poseError(); // counted; the next poses are due in half a second
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void write(byte[] blob, byte[] life) {
        Long written =
                connected()
                        .sync()
                        .eval(SCRIPT, ScriptOutputType.INTEGER, new byte[][] {key}, blob, life);
        if (written != null && written == 1) {
            metrics.posesWritten.inc();
        }
    }

    private synchronized StatefulRedisConnection<byte[], byte[]> connected() {
        StatefulRedisConnection<byte[], byte[]> open = connection;
        if (open == null) {
            open = client.connect(ByteArrayCodec.INSTANCE);
            connection = open;
        }
        return open;
    }

    private static byte[] resource(String name) {
        try (InputStream in = RedisPoses.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException(name + " is missing from the program");
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
