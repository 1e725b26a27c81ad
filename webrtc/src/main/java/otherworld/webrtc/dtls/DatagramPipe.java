package otherworld.webrtc.dtls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DatagramTransport;
import org.jspecify.annotations.Nullable;

/**
 * What Bouncy Castle reads from and writes to. While the handshake runs, a queue that its virtual
 * thread waits at (full: datagrams are dropped, DTLS resends). Afterwards, the one record that the
 * owner thread has at hand.
 *
 * <p>Bouncy Castle sends each handshake message on its own; here a flight's records share datagrams
 * (RFC 6347 section 4.1.1), so that a path that loses one in ten stops one flight in ten, not two
 * in five.
 */
final class DatagramPipe implements DatagramTransport {
    /** A flight has fewer datagrams; the rest is what the peer sends behind it. */
    private static final int QUEUED_DATAGRAMS = 16;

    private static final int HANDSHAKE_RECEIVE_BYTES = 2_048;
    private static final int HANDSHAKE_SEND_BYTES = 1_200;

    /** The IPv6 minimum of 1,280 less the headers of IPv6 and UDP: passes everywhere. */
    private static final int SEND_BYTES = 1_232;

    private static final byte[] ABORT = new byte[0];

    /** Tells Bouncy Castle that there is no more to read now; a timeout would have it try again. */
    @SuppressWarnings("serial")
    private static final class Drained extends InterruptedIOException {

        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    private final DatagramOut out;
    private @Nullable ArrayBlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(QUEUED_DATAGRAMS);
    private byte[] record = ABORT;
    private int recordOffset;
    private int recordLength;
    private volatile boolean closed;

    /** Records of a flight not yet sent. Of the handshake's thread. */
    private byte @Nullable [] flight = new byte[HANDSHAKE_SEND_BYTES];

    private int flightBytes;

    DatagramPipe(DatagramOut out) {
        this.out = out;
    }

    /** Owner thread, while the handshake runs. */
    void enqueue(byte[] datagram) {
        var waiting = queue;
        if (waiting != null) {
            waiting.offer(datagram);
        }
    }

    /** Ends the handshake as soon as its thread looks. */
    void abort() {
        var waiting = queue;
        if (waiting != null) {
            waiting.clear();
            waiting.offer(ABORT);
        }
    }

    /** Owner thread, once the handshake's thread is done: the queue's rest is handed over. */
    byte[][] handOver() {
        var waiting = queue;
        queue = null;
        return waiting == null ? new byte[0][] : waiting.toArray(new byte[0][]);
    }

    /** The record that the next {@link #receive} gives. */
    void atHand(byte[] datagram, int offset, int length) {
        record = datagram;
        recordOffset = offset;
        recordLength = length;
    }

    boolean isClosed() {
        return closed;
    }

    /**
     * Bouncy Castle allocates an array of this size for each receive, so no more than is needed.
     */
    @Override
    public int getReceiveLimit() {
        return queue == null ? recordLength : HANDSHAKE_RECEIVE_BYTES;
    }

    @Override
    public int getSendLimit() {
        return queue == null ? SEND_BYTES : HANDSHAKE_SEND_BYTES;
    }

    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
        var waiting = queue;
        if (waiting == null) {
            return receiveAtHand(buffer, offset, length);
        }
        sendFlight();
        try {
            byte[] datagram =
                    waitMillis <= 0
                            ? waiting.take()
                            : waiting.poll(waitMillis, TimeUnit.MILLISECONDS);
            if (datagram == null) {
                return -1;
            }
            if (datagram.length == 0) {
                throw new IOException("given up by the owner");
            }
            int bytes = Math.min(length, datagram.length);
            System.arraycopy(datagram, 0, buffer, offset, bytes);
            return bytes;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    private int receiveAtHand(byte[] buffer, int offset, int length) throws Drained {
        if (recordLength == 0) {
            throw new Drained();
        }
        int bytes = Math.min(length, recordLength);
        System.arraycopy(record, recordOffset, buffer, offset, bytes);
        atHand(ABORT, 0, 0);
        return bytes;
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
        byte[] gathering = flight;
        if (gathering == null) {
            out.send(buffer, offset, length);
            return;
        }
        if (flightBytes + length > gathering.length) {
            sendFlight();
        }
        System.arraycopy(buffer, offset, gathering, flightBytes, length);
        flightBytes += length;
    }

    private void sendFlight() {
        byte[] gathered = flight;
        if (gathered != null && flightBytes > 0) {
            out.send(gathered, 0, flightBytes);
            flightBytes = 0;
        }
    }

    /**
     * Handshake's thread, at its end: sends the last flight. Records go out at once from now on.
     */
    void endFlights() {
        sendFlight();
        flight = null;
    }

    /** Bouncy Castle closes when either side has said close_notify or failed. */
    @Override
    public void close() {
        closed = true;
    }
}
