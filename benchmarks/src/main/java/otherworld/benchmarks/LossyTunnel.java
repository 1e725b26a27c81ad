package otherworld.benchmarks;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;

/**
 * A network path on this machine that delays and loses IP packets of any protocol, so that the
 * kernel's TCP and our UDP meet the same: a Linux TUN device (Documentation/networking/tuntap.rst).
 * What is sent to {@link #FAR} comes back delayed to {@link #NEAR} as if {@link #FAR} had sent it,
 * so that both ends of every connection are here. Swapping the addresses leaves all checksums
 * right.
 *
 * <p>Needs to be root of the network namespace it runs in. It ends with the process.
 */
final class LossyTunnel {
    static final String NEAR = "10.77.0.1";
    static final String FAR = "10.77.0.2";

    private static final String DEVICE = "otherworld0";
    private static final int LONGEST_PACKET = 2_048;

    /** Packets on their way; more are lost, as in a router's queue. */
    private static final int MOST_PACKETS = 16_384;

    private static final int O_RDWR = 2;

    /** {@code _IOW('T', 202, int)} of linux/if_tun.h. */
    private static final long TUNSETIFF = 0x400454caL;

    /** struct ifreq: 16 bytes of name, then the flags in a union of 24. */
    private static final int IFREQ_BYTES = 40;

    private static final int IFREQ_FLAGS = 16;
    private static final short IFF_TUN_NO_PI = 0x1001;

    private final int descriptor;
    private final long delayNs;
    private final SplittableRandom random;
    private final long jitterNs;
    private final DelayQueue<Packet> queue = new DelayQueue<>();
    private long taken;
    private volatile double loss;

    /**
     * @param number in the order of arrival, for those that are due at once
     */
    private record Packet(long dueNs, long number, byte[] bytes) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(dueNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            Packet packet = (Packet) other; // nothing else is in the queue
            int byTime = Long.compare(dueNs - packet.dueNs, 0);
            return byTime == 0 ? Long.compare(number, packet.number) : byTime;
        }
    }

    private LossyTunnel(int descriptor, Duration delay, Duration jitter, long seed) {
        this.descriptor = descriptor;
        this.delayNs = delay.toNanos();
        this.jitterNs = jitter.toNanos();
        this.random = new SplittableRandom(seed);
    }

    /**
     * A path that loses nothing yet.
     *
     * @param delay each way
     * @param jitter by which each packet's delay is less or more, all as often: packets overtake
     */
    static LossyTunnel open(Duration delay, Duration jitter, long seed)
            throws IOException, InterruptedException {
        LossyTunnel tunnel = new LossyTunnel(device(), delay, jitter, seed);
        command("ip", "link", "set", "lo", "up");
        command("ip", "addr", "add", NEAR + "/24", "dev", DEVICE);
        command("ip", "link", "set", DEVICE, "mtu", "1500", "up");
        Thread.ofPlatform().name("tunnel-in").daemon().start(tunnel::take);
        Thread.ofPlatform().name("tunnel-out").daemon().start(tunnel::deliver);
        return tunnel;
    }

    /** Of packets each way, from now on. */
    void loss(double fraction) {
        loss = fraction;
    }

    private static void command(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (!process.waitFor(5, TimeUnit.SECONDS) || process.exitValue() != 0) {
            throw new IOException("failed: " + String.join(" ", List.of(command)));
        }
    }

    private static int device() throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment path = arena.allocateFrom("/dev/net/tun");
            int file = (int) Native.OPEN.invokeExact(path, O_RDWR);
            if (file < 0) {
                throw new IOException("cannot open /dev/net/tun");
            }
            MemorySegment request = arena.allocate(IFREQ_BYTES);
            byte[] name = DEVICE.getBytes(StandardCharsets.US_ASCII);
            MemorySegment.copy(name, 0, request, ValueLayout.JAVA_BYTE, 0, name.length);
            request.set(ValueLayout.JAVA_SHORT, IFREQ_FLAGS, IFF_TUN_NO_PI);
            if ((int) Native.IOCTL.invokeExact(file, TUNSETIFF, request) < 0) {
                throw new IOException("cannot make a TUN device: is this root of its namespace?");
            }
            return file;
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private void take() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LONGEST_PACKET);
            while (true) {
                long length =
                        (long) Native.READ.invokeExact(descriptor, buffer, (long) LONGEST_PACKET);
                if (length < 20 || buffer.get(ValueLayout.JAVA_BYTE, 0) >>> 4 != 4) {
                    continue; // IPv6's neighbour discovery
                }
                if (random.nextDouble() >= loss && queue.size() < MOST_PACKETS) {
                    byte[] bytes = buffer.asSlice(0, length).toArray(ValueLayout.JAVA_BYTE);
                    swapAddresses(bytes);
                    queue.add(new Packet(System.nanoTime() + delay(), taken++, bytes));
                }
            }
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private long delay() {
        return jitterNs == 0 ? delayNs : delayNs + random.nextLong(-jitterNs, jitterNs + 1);
    }

    /** Source at 12, destination at 16 (RFC 791 section 3.1). */
    private static void swapAddresses(byte[] packet) {
        for (int i = 12; i < 16; i++) {
            byte source = packet[i];
            packet[i] = packet[i + 4];
            packet[i + 4] = source;
        }
    }

    private void deliver() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment buffer = arena.allocate(LONGEST_PACKET);
            while (true) {
                Packet packet = queue.take();
                int length = packet.bytes().length;
                MemorySegment.copy(packet.bytes(), 0, buffer, ValueLayout.JAVA_BYTE, 0, length);
                long written = (long) Native.WRITE.invokeExact(descriptor, buffer, (long) length);
                if (written != length) {
                    throw new IOException(
                            "the tunnel took %d of %d bytes".formatted(written, length));
                }
            }
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    /** Of libc. */
    private static final class Native {
        private static final Linker LINKER = Linker.nativeLinker();
        static final MethodHandle OPEN =
                handle(
                        "open",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.JAVA_INT),
                        Linker.Option.firstVariadicArg(2));
        static final MethodHandle IOCTL =
                handle(
                        "ioctl",
                        FunctionDescriptor.of(
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_INT,
                                ValueLayout.JAVA_LONG,
                                ValueLayout.ADDRESS),
                        Linker.Option.firstVariadicArg(2));
        static final MethodHandle READ = transfer("read");
        static final MethodHandle WRITE = transfer("write");

        private Native() {}

        private static MethodHandle transfer(String name) {
            return handle(
                    name,
                    FunctionDescriptor.of(
                            ValueLayout.JAVA_LONG,
                            ValueLayout.JAVA_INT,
                            ValueLayout.ADDRESS,
                            ValueLayout.JAVA_LONG));
        }

        /** The types are libc's; no other way to make a TUN device needs no code but Java's. */
        @SuppressWarnings("restricted")
        private static MethodHandle handle(
                String name, FunctionDescriptor type, Linker.Option... options) {
            return LINKER.downcallHandle(LINKER.defaultLookup().findOrThrow(name), type, options);
        }
    }
}
