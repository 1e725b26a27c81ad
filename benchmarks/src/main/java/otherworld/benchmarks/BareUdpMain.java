package otherworld.benchmarks;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The floor of bench webrtc: one thread and one bare UDP socket that take and send as many
 * datagrams of as many bytes as WebRTC does with the bench's messages, without DTLS, SCTP or
 * anything else. It rests between looks at the socket as our port does, and is quiet while nothing
 * comes.
 *
 * <p>A datagram begins with its peer's number, and one to a peer with how many came in all.
 * Arguments: port, peers.
 */
final class BareUdpMain {
    /** 200 of the message, 28 of SCTP's packet and chunk, 37 of DTLS 1.2's record with AES-GCM. */
    static final int DATAGRAM_BYTES = WebRtcLoad.MESSAGE_BYTES + 65;

    private static final long TICK_NS = 1_000_000_000L / WebRtcLoad.PER_SECOND;
    private static final long QUIET_AFTER_NS = 500_000_000;
    private static final long REST_NS = 500_000;
    private static final int BUFFER_BYTES = 4 << 20;

    private BareUdpMain() {}

    public static void main(String[] arguments) throws IOException {
        @Nullable SocketAddress[] peers =
                new @Nullable SocketAddress[Integer.parseInt(arguments[1])];
        try (DatagramChannel channel = open(Integer.parseInt(arguments[0]))) {
            System.out.println("listening");
            serve(channel, peers);
        }
    }

    /** A socket of either side, which does not wait. */
    static DatagramChannel open(int port) throws IOException {
        DatagramChannel channel = DatagramChannel.open();
        channel.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER_BYTES);
        channel.bind(new InetSocketAddress(WebRtcLoad.LOOPBACK, port));
        channel.configureBlocking(false);
        return channel;
    }

    private static void serve(DatagramChannel channel, @Nullable SocketAddress[] peers)
            throws IOException {
        ByteBuffer in = ByteBuffer.allocateDirect(2 * DATAGRAM_BYTES);
        ByteBuffer out = ByteBuffer.allocateDirect(DATAGRAM_BYTES);
        long dueNs = System.nanoTime();
        long lastNs = dueNs - QUIET_AFTER_NS;
        long count = 0;
        while (true) {
            for (SocketAddress from = channel.receive(in.clear());
                    from != null;
                    from = channel.receive(in.clear())) {
                count++;
                int peer = in.getInt(0);
                if (peer >= 0 && peer < peers.length) {
                    peers[peer] = from;
                }
                lastNs = System.nanoTime();
            }
            long nowNs = System.nanoTime();
            if (nowNs >= dueNs) {
                dueNs = Math.max(dueNs + TICK_NS, nowNs - TICK_NS);
                if (nowNs - lastNs < QUIET_AFTER_NS) {
                    tell(channel, peers, out, count);
                }
            }
            LockSupport.parkNanos(REST_NS);
        }
    }

    private static void tell(
            DatagramChannel channel, @Nullable SocketAddress[] peers, ByteBuffer out, long count)
            throws IOException {
        for (int peer = 0; peer < peers.length; peer++) {
            SocketAddress to = peers[peer];
            if (to != null) {
                out.clear().putInt(0, peer).putLong(Integer.BYTES, count);
                channel.send(out, to);
            }
        }
    }
}
