package otherworld.webrtc;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Runs a fuzzer for a while: longer with {@code -Dfuzz.seconds=}, one round again with {@code
 * -Dseed=}. Whatever a round throws fails the test with its seed, and so does a heap that grows.
 */
public final class Fuzz {
    /** Room for what the JVM itself keeps: compiled code's data, caches of the crypto library. */
    private static final long GROWTH_BYTES = 16L << 20;

    private static final int[] INTERESTING = {0, 1, 0x7F, 0x80, 0xFF, 0xFE, 22, 4, 8, 20};

    /** One round from a seed; returns how many inputs it gave. */
    @FunctionalInterface
    public interface Round {
        long run(Random random) throws Exception;
    }

    private Fuzz() {}

    /** Rounds until the time is over. */
    public static void run(String name, int defaultSeconds, Round round) throws Exception {
        Long replay = Long.getLong("seed");
        if (replay != null) {
            round.run(new Random(replay));
            return;
        }
        long seconds = Integer.getInteger("fuzz.seconds", defaultSeconds);
        long beganNs = System.nanoTime();
        long beganCpuNs = cpuNs();
        var seeds = new Random();
        long inputs = 0;
        int rounds = 0;
        long warmBytes = 0;
        for (long ran = 0; ran < seconds * 1_000_000_000L; ran = System.nanoTime() - beganNs) {
            inputs += run(round, seeds.nextLong());
            rounds++;
            if (warmBytes == 0 && ran > seconds * 300_000_000L) {
                warmBytes = heapBytes();
            }
        }
        long grownBytes = heapBytes() - warmBytes;
        System.out.printf(
                "fuzz %s: %,d inputs in %,d rounds, %.1f s of CPU, heap %+,d kB%n",
                name, inputs, rounds, (cpuNs() - beganCpuNs) / 1e9, grownBytes >> 10);
        assertThat(inputs).isPositive();
        assertThat(warmBytes).as("time for at least two rounds").isPositive();
        assertThat(grownBytes).as("heap growth").isLessThan(GROWTH_BYTES);
    }

    private static long run(Round round, long seed) {
        try {
            return round.run(new Random(seed));
        } catch (Exception | AssertionError e) {
            throw new AssertionError("-Dseed=" + seed, e);
        }
    }

    private static long cpuNs() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }

    /** After a collection. */
    private static long heapBytes() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    /** A copy with one to four faults: bits, bytes, a cut, a repeat, a splice, other lengths. */
    public static byte[] mutate(byte[] input, List<byte[]> corpus, Random random) {
        byte[] bytes = input.clone();
        for (int n = 1 + random.nextInt(4); n > 0; n--) {
            bytes = fault(bytes, corpus, random);
        }
        return bytes;
    }

    private static byte[] fault(byte[] bytes, List<byte[]> corpus, Random random) {
        if (bytes.length < 2) {
            byte[] noise = new byte[random.nextInt(64)];
            random.nextBytes(noise);
            return noise;
        }
        int at = random.nextInt(bytes.length);
        switch (random.nextInt(7)) {
            case 0 -> bytes[at] ^= (byte) (1 << random.nextInt(8));
            case 1 -> bytes[at] = (byte) random.nextInt();
            case 2 -> bytes[at] = (byte) INTERESTING[random.nextInt(INTERESTING.length)];
            case 3 -> {
                return Arrays.copyOf(bytes, at);
            }
            case 4 -> {
                return splice(bytes, at, bytes, random);
            }
            case 5 -> {
                return splice(bytes, at, corpus.get(random.nextInt(corpus.size())), random);
            }
            default -> {
                int next = Math.min(at, bytes.length - 2);
                bytes[next] = 0;
                bytes[next + 1] = (byte) random.nextInt(64);
            }
        }
        return bytes;
    }

    /** The beginning of one and the end of the other, at most a datagram. */
    private static byte[] splice(byte[] head, int at, byte[] tail, Random random) {
        int from = random.nextInt(Math.max(1, tail.length));
        byte[] both = Arrays.copyOf(head, Math.min(1_500, at + tail.length - from));
        System.arraycopy(tail, from, both, at, Math.max(0, both.length - at));
        return both;
    }
}
