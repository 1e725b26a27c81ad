package otherworld.webrtc.udp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread that owns a set of sockets and all state behind them. It turns in a duty cycle: wait →
 * receive a batch → timers → commands → flush. Other threads hand work over by queues of the {@link
 * UdpWork} and call {@link #wakeUp}.
 *
 * <p>Under load it rests half a millisecond between cycles, as network cards do between interrupts:
 * else it would wake for nearly every datagram, which costs more than the datagram.
 */
public final class UdpLoop implements AutoCloseable {
    /** Longest datagram taken; WebRTC's are at most 1,280 with headers, Ethernet's 1,500. */
    public static final int MAX_DATAGRAM_BYTES = 1_500;

    private static final Logger LOG = LoggerFactory.getLogger(UdpLoop.class);

    /** Datagrams of one socket before timers and commands get their turn. */
    private static final int BATCH_DATAGRAMS = 256;

    private static final long MAX_WAIT_MS = 1_000;

    /** Cycles follow each other no sooner than this, once {@link #BUSY_CYCLES} have. */
    private static final long REST_NS = 500_000;

    /** So many cycles in a row, each begun within two rests of the one before, are load. */
    private static final int BUSY_CYCLES = 8;

    private final Selector selector;
    private final UdpWork work;
    private final LongSupplier clockNs;
    private final Thread thread;
    private final byte[] buffer = new byte[MAX_DATAGRAM_BYTES + 1];
    private final ByteBuffer view = ByteBuffer.wrap(buffer);
    private long lastBeganNs = System.nanoTime();
    private int busyCycles;
    private volatile boolean parked;
    private volatile boolean ending;

    /** Makes the loop; {@link #start} lets it turn. */
    public UdpLoop(String name, UdpWork work, LongSupplier clockNs) {
        try {
            this.selector = Selector.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        this.work = work;
        this.clockNs = clockNs;
        this.thread = Thread.ofPlatform().name(name).daemon().unstarted(this::run);
    }

    public void start() {
        thread.start();
    }

    /** Any thread. Opens a socket whose datagrams go to the work from now on. */
    public UdpSocket open(InetSocketAddress bind, int bufferBytes, Object owner)
            throws IOException {
        var socket = new UdpSocket(bind, bufferBytes, owner);
        try {
            socket.channel().register(selector, SelectionKey.OP_READ, socket);
        } catch (ClosedChannelException | RuntimeException e) {
            socket.close();
            throw new IOException("the loop is closed", e);
        }
        wakeUp();
        return socket;
    }

    /** Any thread. Has the loop look at its commands soon; costs little if it is awake. */
    public void wakeUp() {
        if (parked) {
            selector.wakeup();
        }
    }

    /** Whether the caller is the owner thread. */
    public boolean isOwner() {
        return Thread.currentThread().equals(thread);
    }

    private void run() {
        try {
            while (!ending) {
                await();
                long beganNs = System.nanoTime();
                receive();
                turn();
                rest(beganNs);
            }
            contained(() -> work.closing(clockNs.getAsLong()));
        } finally {
            closeAll();
        }
    }

    /** Not in {@link #parked}: who hands something over need not wake a loop that soon looks. */
    private void rest(long beganNs) {
        busyCycles =
                beganNs - lastBeganNs < 2 * REST_NS ? Math.min(busyCycles + 1, BUSY_CYCLES) : 0;
        lastBeganNs = beganNs;
        long leftNs = beganNs + REST_NS - System.nanoTime();
        if (busyCycles == BUSY_CYCLES && leftNs > 0) {
            LockSupport.parkNanos(this, leftNs);
        }
    }

    private void turn() {
        contained(() -> work.timers(clockNs.getAsLong()));
        contained(() -> work.commands(clockNs.getAsLong()));
        contained(() -> work.flush(clockNs.getAsLong()));
    }

    private void contained(Runnable chapter) {
        try {
            chapter.run();
        } catch (RuntimeException e) {
            work.failed(e);
        }
    }

    /** Waits for datagrams, the next timer or {@link #wakeUp}. */
    private void await() {
        try {
            parked = true;
            // Looked at after saying that we sleep: who hands over later sees that and wakes us.
            long waitMs = work.hasCommands() || ending ? 0 : waitMs();
            if (waitMs == 0) {
                selector.selectNow();
            } else {
                selector.select(waitMs);
            }
        } catch (IOException e) {
            LOG.warn("waiting for datagrams failed", e);
        } finally {
            parked = false;
        }
    }

    private long waitMs() {
        long next = work.nextTimerNs();
        if (next == Long.MAX_VALUE) {
            return MAX_WAIT_MS;
        }
        long untilNs = next - clockNs.getAsLong();
        // Rounded up, so that the loop does not turn empty through a timer's last millisecond.
        return untilNs <= 0
                ? 0
                : Math.min(MAX_WAIT_MS, TimeUnit.NANOSECONDS.toMillis(untilNs + 999_999));
    }

    private void receive() {
        for (SelectionKey key : selector.selectedKeys()) {
            if (key.attachment() instanceof UdpSocket socket && key.isValid()) {
                receive(socket);
            }
        }
        selector.selectedKeys().clear();
    }

    private void receive(UdpSocket socket) {
        for (int i = 0; i < BATCH_DATAGRAMS; i++) {
            view.clear();
            InetSocketAddress from = receiveOne(socket);
            if (from == null) {
                return;
            }
            int length = view.position();
            try {
                if (length > MAX_DATAGRAM_BYTES) {
                    work.oversize(socket);
                } else {
                    work.datagram(socket, from, buffer, length, clockNs.getAsLong());
                }
            } catch (RuntimeException e) {
                work.failed(e);
            }
        }
    }

    private @Nullable InetSocketAddress receiveOne(UdpSocket socket) {
        try {
            return socket.receive(view);
        } catch (ClosedChannelException e) {
            return null; // closed by its owner meanwhile
        } catch (IOException e) {
            LOG.debug("receiving on {} failed", socket.local(), e);
            return null;
        }
    }

    private void closeAll() {
        for (SelectionKey key : selector.keys()) {
            if (key.attachment() instanceof UdpSocket socket) {
                socket.close();
            }
        }
        try {
            selector.close();
        } catch (IOException e) {
            LOG.debug("closing the selector failed", e);
        }
    }

    /** Ends the loop, closes its sockets and waits for its thread (unless called by it). */
    @Override
    public void close() {
        ending = true;
        selector.wakeup();
        if (!isOwner() && thread.getState() != Thread.State.NEW) {
            try {
                thread.join(5_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        } else if (thread.getState() == Thread.State.NEW) {
            closeAll();
        }
    }
}
