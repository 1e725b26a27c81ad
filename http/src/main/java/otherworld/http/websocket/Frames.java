package otherworld.http.websocket;

import io.netty.buffer.ByteBuf;

/** WebSocket frames of a server (RFC 6455, section 5.2): whole, unmasked, never fragmented. */
public final class Frames {
    public static final int MAX_HEADER_BYTES = 10;
    public static final int CLOSE_BYTES = 4;

    private static final int FINAL = 0x80;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PONG = 0xa;

    private Frames() {}

    /** Writes a binary message. */
    public static void put(byte[] message, int length, ByteBuf to) {
        header(BINARY, length, to);
        to.writeBytes(message, 0, length);
    }

    public static void pong(byte[] payload, int offset, int length, ByteBuf to) {
        header(PONG, length, to);
        to.writeBytes(payload, offset, length);
    }

    /** The code alone: what else there is to say, Goodbye said. */
    public static void close(int code, ByteBuf to) {
        header(CLOSE, 2, to);
        to.writeShort(code);
    }

    /** A close that says no code. */
    public static void close(ByteBuf to) {
        header(CLOSE, 0, to);
    }

    private static void header(int opcode, int length, ByteBuf to) {
        to.writeByte(FINAL | opcode);
        if (length < 126) {
            to.writeByte(length);
        } else if (length < 1 << 16) {
            to.writeByte(126);
            to.writeShort(length);
        } else {
            to.writeByte(127);
            to.writeLong(length);
        }
    }
}
