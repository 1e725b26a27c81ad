package otherworld.webrtc.dtls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.bouncycastle.tls.DatagramTransport;

/**
 * What Bouncy Castle reads from and writes to during a handshake: a queue that its virtual thread
 * waits at (full: datagrams are dropped, DTLS resends).
 *
 * <p>Bouncy Castle sends each handshake message on its own; here a flight's records share datagrams
 * (RFC 6347 section 4.1.1), so that a path that loses one in ten stops one flight in ten, not two
 * in five. It reads one record at a time, so that it never holds what comes behind the handshake.
 */
final class DatagramPipe implements DatagramTransport {
    /** A flight has fewer datagrams; the rest is what the peer sends behind it. */
    private static final int QUEUED_DATAGRAMS = 16;

    private static final int RECEIVE_BYTES = 2_048;
    private static final int SEND_BYTES = 1_200;
    private static final byte[] NOTHING = new byte[0];

    private final DatagramOut out;
    private final ArrayBlockingQueue<byte[]> queue = new ArrayBlockingQueue<>(QUEUED_DATAGRAMS);

    /** The datagram that is being read, from where on. Of the handshake's thread, as all below. */
    private byte[] reading = NOTHING;

    private int readingAt;

    /** Records of a flight not yet sent. */
    private final byte[] flight = new byte[SEND_BYTES];

    private int flightBytes;

    /** What was sent last. */
    private byte[] lastSent = NOTHING;

    DatagramPipe(DatagramOut out) {
        this.out = out;
    }

    /**
     * Owner thread, while the handshake runs.
     *
     * @param datagram of whole records, as {@link DtlsRecords#wellFormed} makes it; not empty
     */
    void enqueue(byte[] datagram) {
        queue.offer(datagram);
    }

    /** Ends the handshake as soon as its thread looks. */
    void abort() {
        queue.clear();
        queue.offer(NOTHING);
    }

    DatagramOut out() {
        return out;
    }

    /** Owner thread, once the handshake's thread is done: what has come and was not read. */
    List<byte[]> unread() {
        var unread = new ArrayList<byte[]>();
        if (readingAt < reading.length) {
            unread.add(Arrays.copyOfRange(reading, readingAt, reading.length));
        }
        queue.drainTo(unread);
        return unread;
    }

    /**
     * Owner thread, once the handshake's thread is done: the datagram that ended its last flight.
     */
    byte[] lastSent() {
        return lastSent;
    }

    @Override
    public int getReceiveLimit() {
        return RECEIVE_BYTES;
    }

    @Override
    public int getSendLimit() {
        return SEND_BYTES;
    }

    @Override
    public int receive(byte[] buffer, int offset, int length, int waitMillis) throws IOException {
        if (readingAt == reading.length && !next(waitMillis)) {
            return -1;
        }
        int recordBytes = DtlsRecords.recordBytes(reading, readingAt);
        int bytes = Math.min(length, recordBytes);
        System.arraycopy(reading, readingAt, buffer, offset, bytes);
        readingAt += recordBytes;
        return bytes;
    }

    /** Waits for a datagram, whose first record is the next to be read. */
    private boolean next(int waitMillis) throws IOException {
        sendFlight();
        try {
            byte[] datagram =
                    waitMillis <= 0 ? queue.take() : queue.poll(waitMillis, TimeUnit.MILLISECONDS);
            if (datagram == null) {
                return false;
            }
            if (datagram.length == 0) {
                throw new IOException("given up by the owner");
            }
            reading = datagram;
            readingAt = 0;
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new InterruptedIOException();
        }
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
        if (flightBytes + length > flight.length) {
            sendFlight();
        }
        System.arraycopy(buffer, offset, flight, flightBytes, length);
        flightBytes += length;
    }

    /** Handshake's thread: before it waits, and at its end. */
    void sendFlight() {
        if (flightBytes > 0) {
            lastSent = Arrays.copyOf(flight, flightBytes);
            flightBytes = 0;
            out.send(lastSent, 0, lastSent.length);
        }
    }

    /** Bouncy Castle closes when a handshake has failed. */
    @Override
    public void close() {
        // The outcome says so.
    }
}
