package otherworld.webrtc.udp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/** One non-blocking socket. Sending is for any thread, receiving for the loop's. */
public final class UdpSocket {
    private final DatagramChannel channel;
    private final InetSocketAddress local;
    private final Object owner;

    /** {@code owner} is whom its datagrams are for; the loop hands it back with each. */
    UdpSocket(InetSocketAddress bind, int bufferBytes, Object owner) throws IOException {
        this.owner = owner;
        // Without a family: a socket of IPv6 that also speaks IPv4, if bound to the wildcard.
        this.channel = DatagramChannel.open();
        try {
            channel.configureBlocking(false);
            channel.setOption(StandardSocketOptions.SO_RCVBUF, bufferBytes);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, bufferBytes);
            channel.bind(bind);
            this.local = (InetSocketAddress) channel.getLocalAddress();
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw new IOException("cannot open UDP " + bind + ": " + e.getMessage(), e);
        }
    }

    /** The bound address, with the port that was chosen if 0 was asked for. */
    public InetSocketAddress local() {
        return local;
    }

    /** What was named as owner when it was opened. */
    public Object owner() {
        return owner;
    }

    DatagramChannel channel() {
        return channel;
    }

    /** The sender of a datagram now in the buffer; null if none is waiting. */
    @Nullable InetSocketAddress receive(ByteBuffer buffer) throws IOException {
        return (InetSocketAddress) channel.receive(buffer);
    }

    /**
     * Sends now or not at all.
     *
     * @return whether the system took it; if its buffer is full or the address cannot be reached,
     *     the datagram is lost, as any may be
     */
    public boolean send(byte[] datagram, int offset, int length, InetSocketAddress to) {
        try {
            return channel.send(ByteBuffer.wrap(datagram, offset, length), to) == length;
        } catch (IOException | RuntimeException e) {
            // Unreachable, forbidden, unresolved or closed: all the same to UDP.
            return false;
        }
    }

    /** Datagrams that the system still holds are lost. */
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // A datagram socket has nothing left to lose.
        }
    }
}
