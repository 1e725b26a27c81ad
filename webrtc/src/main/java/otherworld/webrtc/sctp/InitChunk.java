package otherworld.webrtc.sctp;

import static otherworld.webrtc.sctp.Protocol.FORWARD_TSN;
import static otherworld.webrtc.sctp.Protocol.FORWARD_TSN_SUPPORTED;
import static otherworld.webrtc.sctp.Protocol.RE_CONFIG;
import static otherworld.webrtc.sctp.Protocol.STATE_COOKIE;
import static otherworld.webrtc.sctp.Protocol.SUPPORTED_EXTENSIONS;
import static otherworld.webrtc.sctp.Protocol.UNRECOGNIZED_PARAMETER;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * INIT and INIT ACK (RFC 9260 sections 3.3.2 and 3.3.3), read.
 *
 * @param tag the sender's, 0 is never valid
 * @param windowBytes the sender's receive window
 * @param outStreams streams the sender wants to send on
 * @param inStreams streams the sender takes
 * @param initialTsn the sender's first TSN
 * @param cookie of an INIT ACK
 * @param unrecognized parameters to report to the sender, whole, at most {@link
 *     #MOST_REPORTED_BYTES} of them
 * @param hostName whether it carries a host name address, which ends the handshake (section
 *     3.3.2.1.4)
 */
record InitChunk(
        int tag,
        long windowBytes,
        int outStreams,
        int inStreams,
        int initialTsn,
        boolean forwardTsn,
        boolean reconfig,
        byte @Nullable [] cookie,
        byte[] unrecognized,
        boolean hostName) {

    /** More than this of what a peer sent is not sent back to it. */
    static final int MOST_REPORTED_BYTES = 128;

    private static final byte[] NOTHING = new byte[0];

    /** Bytes of the two parameters that this side announces. */
    private static final int OWN_PARAMETERS_BYTES = 4 + 8;

    /** The smallest receive window that an endpoint may offer (section 3.3.2). */
    static final int LEAST_WINDOW_BYTES = 1_500;

    /** Whether the values are legal: a tag, at least one stream each way, a window. */
    boolean valid() {
        return tag != 0 && outStreams != 0 && inStreams != 0 && windowBytes >= LEAST_WINDOW_BYTES;
    }

    /**
     * Reads a chunk of at least {@link Protocol#INIT_BYTES}. Parameters after a malformed one are
     * not read, nor those after an unknown one whose type says to stop (section 3.2.1).
     */
    static InitChunk read(byte[] buf, int at, int length) {
        boolean forwardTsn = false;
        boolean reconfig = false;
        boolean hostName = false;
        boolean stop = false;
        byte[] cookie = null;
        byte[] unrecognized = NOTHING;
        int end = at + length;
        for (int p = at + Protocol.INIT_BYTES; p + 4 <= end && !stop; ) {
            int type = Wire.u16(buf, p);
            int bytes = Wire.u16(buf, p + 2);
            if (bytes < 4 || p + bytes > end) {
                break;
            }
            switch (type) {
                case STATE_COOKIE -> cookie = Arrays.copyOfRange(buf, p + 4, p + bytes);
                case FORWARD_TSN_SUPPORTED -> forwardTsn = true;
                case SUPPORTED_EXTENSIONS -> {
                    forwardTsn |= lists(buf, p, bytes, FORWARD_TSN);
                    reconfig |= lists(buf, p, bytes, RE_CONFIG);
                }
                case Protocol.HOST_NAME -> hostName = true;
                // One path, given by the layers below: addresses say nothing here (RFC 8261 section
                // 5).
                case Protocol.IPV4_ADDRESS,
                        Protocol.IPV6_ADDRESS,
                        Protocol.SUPPORTED_ADDRESS_TYPES,
                        Protocol.COOKIE_PRESERVATIVE,
                        UNRECOGNIZED_PARAMETER -> {}
                default -> {
                    stop = (type & 0x8000) == 0;
                    if ((type & 0x4000) != 0) {
                        unrecognized = append(unrecognized, buf, p, bytes);
                    }
                }
            }
            p += Wire.padded(bytes);
        }
        return new InitChunk(
                Wire.i32(buf, at + 4),
                Wire.u32(buf, at + 8),
                Wire.u16(buf, at + 12),
                Wire.u16(buf, at + 14),
                Wire.i32(buf, at + 16),
                forwardTsn,
                reconfig,
                cookie,
                unrecognized,
                hostName);
    }

    /** Length of the chunk that {@link #write} makes. */
    static int length(int cookieBytes, int unrecognizedBytes) {
        return Protocol.INIT_BYTES
                + OWN_PARAMETERS_BYTES
                + (cookieBytes == 0 ? 0 : Wire.padded(4 + cookieBytes))
                + (unrecognizedBytes == 0 ? 0 : 4 + unrecognizedBytes);
    }

    /** Fills in a chunk of {@link #length} bytes with what this side announces. */
    static void write(
            byte[] buf,
            int at,
            SctpSettings settings,
            int tag,
            int initialTsn,
            byte[] cookie,
            byte[] unrecognized) {
        Wire.put32(buf, at + 4, tag);
        Wire.put32(buf, at + 8, settings.receiveBufferBytes());
        Wire.put16(buf, at + 12, settings.maxStreams());
        Wire.put16(buf, at + 14, settings.maxStreams());
        Wire.put32(buf, at + 16, initialTsn);
        int p = at + Protocol.INIT_BYTES;
        Wire.put16(buf, p, FORWARD_TSN_SUPPORTED);
        Wire.put16(buf, p + 2, 4);
        Wire.put16(buf, p + 4, SUPPORTED_EXTENSIONS);
        Wire.put16(buf, p + 6, 6);
        buf[p + 8] = (byte) RE_CONFIG;
        buf[p + 9] = (byte) FORWARD_TSN;
        Wire.put16(buf, p + 10, 0);
        p += OWN_PARAMETERS_BYTES;
        if (cookie.length > 0) {
            p = parameter(buf, p, STATE_COOKIE, cookie);
        }
        if (unrecognized.length > 0) {
            parameter(buf, p, UNRECOGNIZED_PARAMETER, unrecognized);
        }
    }

    private static int parameter(byte[] buf, int at, int type, byte[] value) {
        int bytes = 4 + value.length;
        Wire.put16(buf, at, type);
        Wire.put16(buf, at + 2, bytes);
        System.arraycopy(value, 0, buf, at + 4, value.length);
        Arrays.fill(buf, at + bytes, at + Wire.padded(bytes), (byte) 0);
        return at + Wire.padded(bytes);
    }

    private static boolean lists(byte[] buf, int at, int bytes, int chunkType) {
        for (int i = at + 4; i < at + bytes; i++) {
            if (Wire.u8(buf, i) == chunkType) {
                return true;
            }
        }
        return false;
    }

    private static byte[] append(byte[] reported, byte[] buf, int at, int bytes) {
        int begin = reported.length;
        if (begin + Wire.padded(bytes) > MOST_REPORTED_BYTES) {
            return reported;
        }
        byte[] longer = Arrays.copyOf(reported, begin + Wire.padded(bytes));
        System.arraycopy(buf, at, longer, begin, bytes);
        return longer;
    }
}
