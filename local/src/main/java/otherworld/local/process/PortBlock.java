package otherworld.local.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A run of TCP ports on loopback that one process has for itself among all that take theirs here:
 * it listens on the first of them for as long as it has the block, which only one can do. What else
 * is in the block is free to be given to its children. Thread-safe.
 */
public final class PortBlock implements AutoCloseable {
    /** For parts of local clusters. */
    public static final Range PARTS = new Range(10_000, 20, 100);

    /** For servers that a program needs while it runs, such as a test's: {@link FreePorts}. */
    static final Range PROGRAMS = new Range(12_000, 100, 80);

    /** For pods of local clusters: play ports and, 100 above each, management ports. */
    public static final Range PODS = new Range(20_000, 200, 50);

    private final Range range;
    private final ServerSocket guard;

    private PortBlock(Range range, ServerSocket guard) {
        this.range = range;
        this.guard = guard;
    }

    /**
     * Blocks side by side.
     *
     * @param first port of the first block
     * @param size ports of each, its guard included
     */
    public record Range(int first, int size, int count) {
        /** Whether a block of this range begins at {@code base}. */
        boolean has(int base) {
            return base >= first
                    && base < first + size * count
                    && Math.floorMod(base - first, size) == 0;
        }
    }

    /**
     * Takes a block that nobody has.
     *
     * @param preferred the base of the one to take if it can be had
     * @param used how many ports behind the guard nobody else may listen on either
     * @throws StartFailed if none can be had
     */
    public static PortBlock claim(Range range, OptionalInt preferred, int used) {
        if (preferred.isPresent() && range.has(preferred.getAsInt())) {
            Optional<PortBlock> block = tryClaim(range, preferred.getAsInt(), used);
            if (block.isPresent()) {
                return block.get();
            }
        }
        for (int i = 0; i < range.count(); i++) {
            Optional<PortBlock> block = tryClaim(range, range.first() + i * range.size(), used);
            if (block.isPresent()) {
                return block.get();
            }
        }
        throw new StartFailed(
                "All %d blocks of ports in %d-%d are taken: end other clusters or programs that listen there"
                        .formatted(
                                range.count(),
                                range.first(),
                                range.first() + range.size() * range.count() - 1));
    }

    private static Optional<PortBlock> tryClaim(Range range, int base, int used) {
        ServerSocket guard;
        try {
            guard = listen(base);
        } catch (IOException e) {
            return Optional.empty(); // somebody's
        }
        for (int port = base + 1; port <= base + used; port++) {
            if (!FreePorts.isFree(port)) {
                close(guard);
                return Optional.empty();
            }
        }
        return Optional.of(new PortBlock(range, guard));
    }

    static ServerSocket listen(int port) throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1);
            return socket;
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Could not close port " + socket.getLocalPort(), e);
        }
    }

    /** The guard's port. */
    public int base() {
        return guard.getLocalPort();
    }

    /**
     * @param offset from 1 to below the block's size
     */
    public int port(int offset) {
        if (offset < 1 || offset >= range.size()) {
            throw new IllegalArgumentException(
                    "Offset %d is not from 1 to %d".formatted(offset, range.size() - 1));
        }
        return base() + offset;
    }

    public int last() {
        return base() + range.size() - 1;
    }

    /** Others may have the block. */
    @Override
    public void close() {
        close(guard);
    }
}
