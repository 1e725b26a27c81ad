package otherworld.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/** Peers of {@link BareUdpMain}, all on one socket; what comes back is counted. */
final class BareUdpPeers implements EchoPeers {
    private static final long REST_NS = 500_000;

    private final DatagramChannel channel;
    private final InetSocketAddress server;
    private final int count;
    private final ByteBuffer out = ByteBuffer.allocateDirect(BareUdpMain.DATAGRAM_BYTES);
    private final Thread reader;
    private final AtomicLong received = new AtomicLong();
    private volatile long arrived;

    BareUdpPeers(int port, int count) throws IOException {
        this.count = count;
        this.server = new InetSocketAddress(WebRtcLoad.LOOPBACK, port);
        this.channel = BareUdpMain.open(0);
        this.reader = Thread.ofPlatform().name("bare-udp").daemon().start(this::read);
    }

    /** Datagrams from the server. */
    long received() {
        return received.get();
    }

    /** Datagrams that the server had, when it sent the newest one. */
    long arrived() {
        return arrived;
    }

    @Override
    public int count() {
        return count;
    }

    /** As many bytes as the message has in WebRTC. */
    @Override
    public void send(int peer, byte[] message) {
        try {
            channel.send(out.clear().putInt(0, peer), server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void flush() {}

    private void read() {
        ByteBuffer in = ByteBuffer.allocateDirect(2 * BareUdpMain.DATAGRAM_BYTES);
        try {
            while (channel.isOpen()) {
                while (channel.receive(in.clear()) != null) {
                    received.incrementAndGet();
                    arrived = in.getLong(Integer.BYTES);
                }
                LockSupport.parkNanos(REST_NS);
            }
        } catch (IOException e) {
            // closed while it was read
        }
    }

    @Override
    public void close() {
        try {
            channel.close();
            reader.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
