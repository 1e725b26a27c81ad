package otherworld.webrtc.dtls;

import java.util.Arrays;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.AlertLevel;
import org.bouncycastle.tls.ContentType;
import org.jspecify.annotations.Nullable;

/**
 * Encrypts and decrypts after the handshake. On the owner thread, never blocking.
 *
 * <p>Bouncy Castle could do it, at the cost of some 4 kB a peer, and it ends the connection for
 * some malformed ones (e.g. shorter than a GCM tag), which anybody who can forge the peer's address
 * could send. DTLS discards such silently (RFC 6347 section 4.1.2.7).
 */
public final class DtlsRecords {
    private static final int HEADER_BYTES = RecordCipher.HEADER_BYTES;
    private static final int DTLS_1_0 = 0xFEFF;

    /** Bytes that a record adds to a plaintext. */
    public static final int OVERHEAD_BYTES = RecordCipher.OVERHEAD_BYTES;

    /** What a datagram held. */
    public enum Received {
        /** Nothing authentic, or nothing of use: discarded. */
        NOTHING,
        /** At least one record of data, given to the sink. */
        DATA,
        /** The peer has said close_notify; ours has been sent. */
        CLOSED,
        /** A fatal alert, or a bug: over. */
        FAILED
    }

    /** Takes decrypted data; the array is valid during the call only. */
    @FunctionalInterface
    public interface Plaintext {
        void take(byte[] buffer, int offset, int length);
    }

    private final DatagramOut out;
    private final RecordCipher sealing;
    private final RecordCipher opening;
    private final ReplayWindow window;
    private long nextSequence;

    /** What the handshake has left, until {@link #begin} takes it. */
    private @Nullable DatagramPipe handshake;

    /** Our last flight, until the peer is known to have it. */
    private byte @Nullable [] lastFlight;

    private boolean closing;

    /**
     * Handshake's thread, at its end.
     *
     * @param role the server's flight is the handshake's last: only it may have to come again
     */
    DtlsRecords(RecordCrypto crypto, DatagramPipe handshake, DtlsHandshake.Role role) {
        this.out = handshake.out();
        this.handshake = handshake;
        this.sealing = crypto.sealing().goOn();
        this.opening = crypto.opening().goOn();
        this.nextSequence = crypto.sealing().lastSequence() + 1;
        this.window = new ReplayWindow(crypto.opening().lastSequence());
        this.lastFlight =
                switch (role) {
                    case CLIENT -> null;
                    case SERVER -> handshake.lastSent();
                };
    }

    /** Takes over from the handshake's thread what came behind the handshake. Call once, first. */
    public Received begin(byte[] scratch, Plaintext sink) {
        DatagramPipe left = handshake;
        handshake = null;
        Received received = Received.NOTHING;
        if (left != null) {
            for (byte[] datagram : left.unread()) {
                received = worse(received, receive(datagram, 0, datagram.length, scratch, sink));
            }
        }
        return received;
    }

    /**
     * Decrypts a datagram from a verified path.
     *
     * @param scratch for the plaintext, at least as long as the datagram
     */
    public Received receive(
            byte[] datagram, int offset, int length, byte[] scratch, Plaintext sink) {
        Received received = Received.NOTHING;
        boolean repeated = false;
        int at = offset;
        int end = offset + length;
        while (end - at >= HEADER_BYTES && !closing) {
            int recordBytes = recordBytes(datagram, at);
            if (recordBytes > end - at) {
                break;
            }
            if (isEncrypted(datagram, at, recordBytes)) {
                received = worse(received, open(datagram, at, recordBytes, scratch, sink));
            } else {
                repeated |= isHandshake(datagram, at, recordBytes);
            }
            at += recordBytes;
        }
        if (repeated) {
            repeatLastFlight();
        }
        return received;
    }

    /**
     * The peer repeats its last flight if ours got lost: once for each datagram, so that who forges
     * such gets no more than it sends. The same bytes again are what a network may do, too.
     */
    private void repeatLastFlight() {
        byte[] flight = lastFlight;
        if (flight != null && !closing) {
            out.send(flight, 0, flight.length);
        }
    }

    private Received open(
            byte[] datagram, int at, int recordBytes, byte[] scratch, Plaintext sink) {
        long sequence = RecordCipher.sequence(datagram, at + 3);
        if (!window.isNew(sequence)) {
            return Received.NOTHING;
        }
        int bytes = opening.open(datagram, at, recordBytes, scratch);
        if (bytes < 0) {
            return Received.NOTHING;
        }
        window.mark(sequence);
        return switch (datagram[at] & 0xFF) {
            case ContentType.application_data -> {
                lastFlight = null; // who sends data has our Finished
                sink.take(scratch, 0, bytes);
                yield Received.DATA;
            }
            case ContentType.alert -> alert(scratch, bytes);
            // A repeated Finished, or a wish to renegotiate: may be ignored (RFC 5246, 7.4.1.1).
            default -> Received.NOTHING;
        };
    }

    private Received alert(byte[] plain, int bytes) {
        if (bytes == 2 && plain[1] == AlertDescription.close_notify) {
            close();
            return Received.CLOSED;
        }
        if (bytes == 2 && plain[0] == AlertLevel.fatal) {
            closing = true;
            return Received.FAILED;
        }
        return Received.NOTHING;
    }

    /** Whether it could be an authentic record of the connection's keys. */
    private static boolean isEncrypted(byte[] datagram, int at, int recordBytes) {
        return recordBytes > OVERHEAD_BYTES
                && uint16(datagram, at + 1) == RecordCipher.DTLS_1_2
                && uint16(datagram, at + 3) == RecordCipher.EPOCH
                && switch (datagram[at] & 0xFF) {
                    case ContentType.application_data, ContentType.alert, ContentType.handshake ->
                            true;
                    default -> false;
                };
    }

    private static boolean isHandshake(byte[] datagram, int at, int recordBytes) {
        return (datagram[at] & 0xFF) == ContentType.handshake && isPlain(datagram, at, recordBytes);
    }

    /** Whether it could be a record before there are keys: hellos may still say DTLS 1.0. */
    private static boolean isPlain(byte[] datagram, int at, int recordBytes) {
        int version = uint16(datagram, at + 1);
        return uint16(datagram, at + 3) == 0
                && recordBytes > HEADER_BYTES
                && (version == RecordCipher.DTLS_1_2 || version == DTLS_1_0);
    }

    /**
     * A copy of a datagram without what Bouncy Castle would end a handshake for, though anybody can
     * send it: records of unknown versions or cut short, and encrypted ones too short to be so.
     */
    static byte[] wellFormed(byte[] datagram, int offset, int length) {
        byte[] kept = new byte[length];
        int bytes = 0;
        int at = offset;
        int end = offset + length;
        while (end - at >= HEADER_BYTES) {
            int recordBytes = recordBytes(datagram, at);
            if (recordBytes > end - at) {
                break;
            }
            if (isPlain(datagram, at, recordBytes) || isEncrypted(datagram, at, recordBytes)) {
                System.arraycopy(datagram, at, kept, bytes, recordBytes);
                bytes += recordBytes;
            }
            at += recordBytes;
        }
        return Arrays.copyOf(kept, bytes);
    }

    /** The length of the record whose header is there, by what it says. */
    static int recordBytes(byte[] datagram, int at) {
        return HEADER_BYTES + uint16(datagram, at + 11);
    }

    private static int uint16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }

    private static Received worse(Received a, Received b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /** Encrypts one packet and sends it, unless closed. */
    public void send(byte[] packet, int offset, int length) {
        if (!closing) {
            seal(ContentType.application_data, packet, offset, length);
        }
    }

    private void seal(int type, byte[] plain, int offset, int length) {
        if (nextSequence > RecordCipher.MAX_SEQUENCE) {
            closing = true; // after 2^48 records: a number must not come again under the same key
            return;
        }
        byte[] record = sealing.seal(type, nextSequence++, plain, offset, length);
        out.send(record, 0, record.length);
    }

    /** Says close_notify, once; what comes after is discarded. */
    public void close() {
        if (!closing) {
            byte[] alert = {AlertLevel.warning, AlertDescription.close_notify};
            seal(ContentType.alert, alert, 0, alert.length);
            closing = true;
        }
    }
}
