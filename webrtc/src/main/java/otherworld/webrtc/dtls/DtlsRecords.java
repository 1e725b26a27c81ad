package otherworld.webrtc.dtls;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Arrays;
import org.bouncycastle.tls.ContentType;
import org.bouncycastle.tls.DTLSTransport;

/**
 * Encrypts and decrypts after the handshake. On the owner thread, never blocking.
 *
 * <p>Records are cut out of datagrams and looked at here, since Bouncy Castle ends the connection
 * for some malformed ones (e.g. shorter than a GCM tag), which anybody who can forge the peer's
 * address could send. DTLS discards such silently (RFC 6347 section 4.1.2.7).
 */
public final class DtlsRecords {
    private static final int HEADER_BYTES = 13;
    private static final int DTLS_1_0 = 0xFEFF;
    private static final int DTLS_1_2 = 0xFEFD;

    /** The explicit nonce and the tag of AES-GCM (RFC 5288). */
    private static final int GCM_BYTES = 24;

    /** Bytes that a record adds to a plaintext. */
    public static final int OVERHEAD_BYTES = HEADER_BYTES + GCM_BYTES;

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

    private final DTLSTransport transport;
    private final DatagramPipe pipe;
    private boolean peerHasKeys;
    private boolean closing;

    DtlsRecords(DTLSTransport transport, DatagramPipe pipe) {
        this.transport = transport;
        this.pipe = pipe;
    }

    /** Takes over from the handshake's thread what came behind the handshake. Call once, first. */
    public Received begin(byte[] scratch, Plaintext sink) {
        byte[][] waiting = pipe.handOver();
        Received received = pending(scratch, sink);
        for (byte[] datagram : waiting) {
            received = worse(received, receive(datagram, 0, datagram.length, scratch, sink));
        }
        return received;
    }

    /** Records that came in one datagram with the end of the handshake. */
    private Received pending(byte[] scratch, Plaintext sink) {
        try {
            Received received = Received.NOTHING;
            for (int bytes = transport.receivePending(scratch, 0, scratch.length);
                    bytes > 0;
                    bytes = transport.receivePending(scratch, 0, scratch.length)) {
                received = Received.DATA;
                sink.take(scratch, 0, bytes);
            }
            return pipe.isClosed() ? Received.CLOSED : received;
        } catch (IOException e) {
            closing = true;
            return Received.FAILED;
        }
    }

    /**
     * Decrypts a datagram from a verified path.
     *
     * @param scratch for the plaintext, at least as long as the datagram
     */
    public Received receive(
            byte[] datagram, int offset, int length, byte[] scratch, Plaintext sink) {
        Received received = Received.NOTHING;
        int at = offset;
        int end = offset + length;
        while (end - at >= HEADER_BYTES && !closing) {
            int recordBytes = HEADER_BYTES + uint16(datagram, at + 11);
            if (recordBytes > end - at) {
                break;
            }
            if (isWorthDecrypting(datagram, at, recordBytes)) {
                received = worse(received, decrypt(datagram, at, recordBytes, scratch, sink));
            }
            at += recordBytes;
        }
        return received;
    }

    private boolean isWorthDecrypting(byte[] datagram, int at, int recordBytes) {
        if (uint16(datagram, at + 3) == 0) {
            // The peer repeats its last flight if ours got lost; after its first data it cannot.
            return (datagram[at] & 0xFF) == ContentType.handshake
                    && !peerHasKeys
                    && isPlain(datagram, at, recordBytes);
        }
        return isEncrypted(datagram, at, recordBytes);
    }

    /** Whether a record of a later epoch than the first could be authentic. */
    private static boolean isEncrypted(byte[] datagram, int at, int recordBytes) {
        return recordBytes > OVERHEAD_BYTES
                && uint16(datagram, at + 1) == DTLS_1_2
                && switch (datagram[at] & 0xFF) {
                    case ContentType.application_data, ContentType.alert, ContentType.handshake ->
                            true;
                    default -> false;
                };
    }

    /** Whether a record of the first epoch could be one: hellos may still say DTLS 1.0. */
    private static boolean isPlain(byte[] datagram, int at, int recordBytes) {
        int version = uint16(datagram, at + 1);
        return recordBytes > HEADER_BYTES && (version == DTLS_1_2 || version == DTLS_1_0);
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
            int recordBytes = HEADER_BYTES + uint16(datagram, at + 11);
            if (recordBytes > end - at) {
                break;
            }
            if (uint16(datagram, at + 3) == 0
                    ? isPlain(datagram, at, recordBytes)
                    : isEncrypted(datagram, at, recordBytes)) {
                System.arraycopy(datagram, at, kept, bytes, recordBytes);
                bytes += recordBytes;
            }
            at += recordBytes;
        }
        return Arrays.copyOf(kept, bytes);
    }

    private Received decrypt(
            byte[] datagram, int at, int recordBytes, byte[] scratch, Plaintext sink) {
        pipe.atHand(datagram, at, recordBytes);
        try {
            // Waits for no time at all: the pipe has one record and then says that it is drained.
            int bytes = transport.receive(scratch, 0, scratch.length, 1);
            if (bytes > 0) {
                peerHasKeys = true;
                sink.take(scratch, 0, bytes);
                return Received.DATA;
            }
        } catch (InterruptedIOException e) {
            // Drained: the record was no data.
        } catch (IOException e) {
            closing = true;
            return Received.FAILED;
        } finally {
            pipe.atHand(datagram, at, 0);
        }
        if (pipe.isClosed()) {
            closing = true;
            return Received.CLOSED;
        }
        return Received.NOTHING;
    }

    private static Received worse(Received a, Received b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /** Encrypts one packet and sends it, unless closed. At most 1,195 bytes. */
    public void send(byte[] packet, int offset, int length) {
        if (closing) {
            return;
        }
        try {
            transport.send(packet, offset, length);
        } catch (IOException e) {
            // Only a packet that is too long or an exhausted sequence number: nothing more goes
            // out.
            closing = true;
        }
    }

    /** Says close_notify, once; what comes after is discarded. */
    public void close() {
        if (closing) {
            return;
        }
        closing = true;
        try {
            transport.close();
        } catch (IOException e) {
            // The alert could not be encrypted; the peer finds out by consent.
        }
    }

    private static int uint16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }
}
