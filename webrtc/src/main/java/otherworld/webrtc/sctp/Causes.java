package otherworld.webrtc.sctp;

import java.nio.charset.StandardCharsets;

/** ERROR and ABORT chunks with their causes (RFC 9260 section 3.3.10), written and read. */
final class Causes {
    /** Longer texts and reports are cut. */
    static final int MOST_DETAIL_BYTES = 128;

    private Causes() {}

    /** ERROR with one cause; what it reports is copied from where it was received. */
    static void error(PacketWriter writer, int cause, byte[] buf, int off, int len) {
        int detail = Math.min(len, MOST_DETAIL_BYTES);
        int at = writer.chunk(Protocol.ERROR, 0, 8 + detail);
        write(writer.buffer(), at + 4, cause, buf, off, detail);
    }

    static void invalidStream(PacketWriter writer, int streamId) {
        byte[] detail = new byte[4];
        Wire.put16(detail, 0, streamId);
        error(writer, Protocol.CAUSE_INVALID_STREAM, detail, 0, detail.length);
    }

    static void unrecognizedParameters(PacketWriter writer, byte[] parameters) {
        error(writer, Protocol.CAUSE_UNRECOGNIZED_PARAMETERS, parameters, 0, parameters.length);
    }

    /** ERROR alone under the peer's tag: its cookie came too late (section 3.3.10.3). */
    static void staleCookie(PacketWriter writer, int peerTag, long microsecondsLate) {
        int at = writer.chunkAlone(peerTag, Protocol.ERROR, 0, 12);
        Wire.put16(writer.buffer(), at + 4, Protocol.CAUSE_STALE_COOKIE);
        Wire.put16(writer.buffer(), at + 6, 8);
        Wire.put32(writer.buffer(), at + 8, (int) Math.min(microsecondsLate, Integer.MAX_VALUE));
        writer.flush();
    }

    /** ABORT alone, with a cause and a text in ASCII. */
    static void abort(PacketWriter writer, int tag, int cause, String text) {
        byte[] detail = text.getBytes(StandardCharsets.US_ASCII);
        int bytes = Math.min(detail.length, MOST_DETAIL_BYTES);
        int at = writer.chunkAlone(tag, Protocol.ABORT, 0, 8 + bytes);
        write(writer.buffer(), at + 4, cause, detail, 0, bytes);
        writer.flush();
    }

    /** A chunk without body, alone, whose tag is the one received (section 8.4). */
    static void reflected(PacketWriter writer, int tag, int type) {
        writer.chunkAlone(tag, type, Protocol.FLAG_REFLECTED, 4);
        writer.flush();
    }

    /** The first cause of an ERROR or ABORT chunk, 0 for none. */
    static int first(byte[] buf, int at, int length) {
        return length >= 8 ? Wire.u16(buf, at + 4) : 0;
    }

    /** What an ABORT says: its first cause and, if it is a text, that, printable and cut. */
    static String describe(byte[] buf, int at, int length) {
        int cause = first(buf, at, length);
        StringBuilder text = new StringBuilder("cause ").append(cause);
        boolean readable =
                cause == Protocol.CAUSE_USER_ABORT || cause == Protocol.CAUSE_PROTOCOL_VIOLATION;
        int bytes = length >= 8 ? Math.min(Wire.u16(buf, at + 6), length - 4) - 4 : 0;
        if (readable && bytes > 0) {
            text.append(": ");
            for (int i = 0; i < Math.min(bytes, MOST_DETAIL_BYTES); i++) {
                int c = Wire.u8(buf, at + 8 + i);
                text.append(c >= 32 && c < 127 ? (char) c : '?');
            }
        }
        return text.toString();
    }

    private static void write(byte[] to, int at, int cause, byte[] buf, int off, int bytes) {
        Wire.put16(to, at, cause);
        Wire.put16(to, at + 2, 4 + bytes);
        System.arraycopy(buf, off, to, at + 4, bytes);
    }
}
