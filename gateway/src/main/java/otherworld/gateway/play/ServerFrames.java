package otherworld.gateway.play;

import io.netty.buffer.ByteBuf;

/**
 * Follows an instance's frames (RFC 6455, section 5.2) as their bytes pass, to know where one ends:
 * only there can the gateway say something of its own. One thread.
 */
final class ServerFrames {
    private static final int MASKED = 0x80;

    private final byte[] header = new byte[14];
    private int headerBytes;
    private long payloadLeft;

    /** Whether the next byte begins a frame. */
    boolean atBoundary() {
        return headerBytes == 0 && payloadLeft == 0;
    }

    /** Takes note of all readable bytes, and leaves them. */
    void pass(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex()) {
            at = step(bytes, at);
        }
    }

    /**
     * Takes note of bytes up to the end of the frame that has begun; the index behind it, or the
     * bytes' end if the frame is longer.
     */
    int passFrame(ByteBuf bytes) {
        int at = bytes.readerIndex();
        while (at < bytes.writerIndex() && !atBoundary()) {
            at = step(bytes, at);
        }
        return at;
    }

    private int step(ByteBuf bytes, int at) {
        if (payloadLeft > 0) {
            int count = (int) Math.min(payloadLeft, bytes.writerIndex() - at);
            payloadLeft -= count;
            return at + count;
        }
        header[headerBytes++] = bytes.getByte(at);
        if (headerBytes >= 2 && headerBytes == headerLength()) {
            payloadLeft = payloadLength();
            headerBytes = 0;
        }
        return at + 1;
    }

    private int headerLength() {
        int mask = (header[1] & MASKED) == 0 ? 0 : 4;
        return switch (header[1] & 0x7f) {
            case 126 -> 4 + mask;
            case 127 -> 10 + mask;
            default -> 2 + mask;
        };
    }

    private long payloadLength() {
        int length = header[1] & 0x7f;
        int bytes = length == 126 ? 2 : length == 127 ? 8 : 0;
        if (bytes == 0) {
            return length;
        }
        long total = 0;
        for (int i = 0; i < bytes; i++) {
            total = total << 8 | (header[2 + i] & 0xff);
        }
        return Math.max(0, total);
    }
}
