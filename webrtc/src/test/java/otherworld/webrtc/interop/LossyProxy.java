package otherworld.webrtc.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * A path between peers and a server on the loopback that loses datagrams and lets some overtake
 * others, both ways. Each peer has a socket of its own towards the server, as behind a NAT.
 */
public final class LossyProxy implements AutoCloseable {
    private static final int LONGEST = 2_048;
    private static final double LATE = 0.1;
    private static final int LATE_MOST_MS = 30;

    private final InetSocketAddress server;
    private final int delayMs;
    private volatile double loss;
    private final Random random;
    private final DatagramChannel front;
    private final Map<SocketAddress, DatagramChannel> backs = new ConcurrentHashMap<>();
    private final ScheduledExecutorService late = Executors.newSingleThreadScheduledExecutor();

    LossyProxy(int serverPort, double loss, long seed) throws IOException {
        this(serverPort, loss, 0, seed);
    }

    /**
     * @param delayMs what each datagram that arrives takes, at least
     */
    public LossyProxy(int serverPort, double loss, int delayMs, long seed) throws IOException {
        InetAddress loopback = InetAddress.ofLiteral("127.0.0.1");
        this.server = new InetSocketAddress(loopback, serverPort);
        this.loss = loss;
        this.delayMs = delayMs;
        this.random = new Random(seed);
        this.front = open(loopback);
        Thread.ofVirtual().name("proxy").start(this::forwardToServer);
    }

    private static DatagramChannel open(InetAddress loopback) throws IOException {
        return DatagramChannel.open().bind(new InetSocketAddress(loopback, 0));
    }

    /** From now on this share of the datagrams is lost, and some come late if any is. */
    void lose(double share) {
        loss = share;
    }

    public int port() {
        return front.socket().getLocalPort();
    }

    private void forwardToServer() {
        ByteBuffer buffer = ByteBuffer.allocate(LONGEST);
        try {
            while (true) {
                SocketAddress peer = front.receive(buffer.clear());
                DatagramChannel back = backs.get(peer);
                if (back == null) {
                    back = newBack(peer);
                }
                forward(back, server, buffer.flip());
            }
        } catch (ClosedChannelException e) {
            // closed: the end
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private DatagramChannel newBack(SocketAddress peer) throws IOException {
        DatagramChannel back = open(server.getAddress());
        backs.put(peer, back);
        Thread.ofVirtual().name("proxy-" + peer).start(() -> forwardToPeer(back, peer));
        return back;
    }

    private void forwardToPeer(DatagramChannel back, SocketAddress peer) {
        ByteBuffer buffer = ByteBuffer.allocate(LONGEST);
        try {
            while (true) {
                back.receive(buffer.clear());
                forward(front, peer, buffer.flip());
            }
        } catch (ClosedChannelException e) {
            // closed: the end
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void forward(DatagramChannel from, SocketAddress to, ByteBuffer datagram)
            throws IOException {
        double share = loss;
        if (share == 0) {
            from.send(datagram, to);
            return;
        }
        double fate;
        int lateMs;
        synchronized (random) {
            fate = random.nextDouble();
            lateMs = 1 + random.nextInt(LATE_MOST_MS);
        }
        if (fate < share) {
            return;
        }
        int waitMs = delayMs + (fate < share + LATE ? lateMs : 0);
        if (waitMs > 0) {
            ByteBuffer copy = ByteBuffer.allocate(datagram.remaining()).put(datagram).flip();
            // One that fails is one more lost.
            try {
                var _ = late.schedule(() -> from.send(copy, to), waitMs, TimeUnit.MILLISECONDS);
            } catch (RejectedExecutionException e) {
                throw new ClosedChannelException();
            }
        } else {
            from.send(datagram, to);
        }
    }

    @Override
    public void close() throws IOException {
        late.shutdownNow();
        front.close();
        for (DatagramChannel back : backs.values()) {
            back.close();
        }
    }
}
