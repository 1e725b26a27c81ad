package otherworld.instance.transport;

/** WebSocket frames of a server (RFC 6455, section 5.2): whole, unmasked, never fragmented. */
final class Frames {
    static final int MAX_HEADER_BYTES = 10;
    static final byte[] NORMAL_CLOSE = {(byte) 0x88, 2, 0x03, (byte) 0xe8};

    private static final int FINAL_BINARY = 0x82;

    private Frames() {}

    /** Writes a binary message with its header at {@code offset}; returns where it ends. */
    static int put(byte[] message, byte[] buffer, int offset) {
        int at = offset;
        int length = message.length;
        buffer[at++] = (byte) FINAL_BINARY;
        if (length < 126) {
            buffer[at++] = (byte) length;
        } else if (length < 1 << 16) {
            buffer[at++] = 126;
            buffer[at++] = (byte) (length >>> 8);
            buffer[at++] = (byte) length;
        } else {
            buffer[at++] = 127;
            for (int shift = 56; shift >= 0; shift -= 8) {
                buffer[at++] = (byte) ((long) length >>> shift);
            }
        }
        System.arraycopy(message, 0, buffer, at, length);
        return at + length;
    }
}
