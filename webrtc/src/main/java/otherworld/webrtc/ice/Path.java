package otherworld.webrtc.ice;

import java.net.Inet4Address;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Where a datagram came from or goes to. Immutable. Each datagram is looked up by it, so that IPv4
 * paths compare as one number instead of walking through an {@link InetSocketAddress}.
 */
public final class Path {
    private final InetSocketAddress remote;

    /** Of IPv4: port, address and socket, never 0; else 0. */
    private final long key;

    private final int socket;

    /**
     * @param socket index of our socket, below 65,536
     * @param remote the other side's address as seen by that socket; resolved
     */
    public Path(int socket, InetSocketAddress remote) {
        this.socket = socket;
        this.remote = remote;
        this.key = remote.getAddress() instanceof Inet4Address ip ? key(socket, ip, remote) : 0;
    }

    private static long key(int socket, Inet4Address ip, InetSocketAddress remote) {
        byte[] address = ip.getAddress();
        long bits = 0;
        for (byte b : address) {
            bits = bits << 8 | (b & 0xFF);
        }
        return (long) remote.getPort() << 48 | bits << 16 | socket;
    }

    public int socket() {
        return socket;
    }

    public InetSocketAddress remote() {
        return remote;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Path that
                && key == that.key
                && (key != 0 || (socket == that.socket && remote.equals(that.remote)));
    }

    @Override
    public int hashCode() {
        return key == 0
                ? 31 * remote.hashCode() + socket
                : Long.hashCode(key * 0x9E3779B97F4A7C15L);
    }

    @Override
    public String toString() {
        return remote + " at socket " + socket;
    }
}
