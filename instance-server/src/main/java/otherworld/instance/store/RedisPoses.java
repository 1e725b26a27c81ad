package otherworld.instance.store;

import io.lettuce.core.ScriptOutputType;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ledger.RedisLink;
import otherworld.ledger.RedisSettings;

/**
 * Keeps an instance's newest poses in Redis, at {@code ow:{world}:pose:<ordinal>}, on a virtual
 * thread of its own. What Redis does not take in time is replaced by what is newer.
 */
public final class RedisPoses implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(RedisPoses.class);
    private static final byte[] SCRIPT = resource("pose.lua");

    private final RedisLink<byte[]> redis;
    private final byte[] key;
    private final InstanceMetrics metrics;
    private final BlockingQueue<byte[]> newest = new ArrayBlockingQueue<>(1);
    private final AtomicInteger unwritten = new AtomicInteger();
    private final Thread writer;
    private volatile boolean running = true;

    public RedisPoses(RedisSettings redis, InstanceId instance, InstanceMetrics metrics) {
        this.redis = new RedisLink<>(redis, ByteArrayCodec.INSTANCE);
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
            return Optional.ofNullable(redis.call(commands -> commands.get(key)))
                    .map(PoseBlob::decode);
        } catch (LedgerUnavailable | IllegalArgumentException e) {
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
        redis.close();
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
            } catch (LedgerUnavailable e) {
                metrics.poseError(); // counted; the next poses are due in half a second
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private void write(byte[] blob, byte[] life) {
        Long written =
                redis.call(commands ->
                        commands.eval(
                                SCRIPT, ScriptOutputType.INTEGER, new byte[][] {key}, blob, life));
        if (written != null && written == 1) {
            metrics.posesWritten.inc();
        }
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
