package otherworld.http.websocket;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads a client's frames (RFC 6455, section 5), however the bytes are cut into pieces, and tells
 * of whole messages. A message that came in one piece is unmasked into a buffer that the thread's
 * connections share, so nothing is allocated for it; only what is not yet whole has memory of its
 * own. After the first fault nothing more is read.
 */
public final class FrameReader {
    private static final int CONTINUATION = 0x0;
    private static final int TEXT = 0x1;
    private static final int BINARY = 0x2;
    private static final int CLOSE = 0x8;
    private static final int PING = 0x9;
    private static final int PONG = 0xa;
    private static final int MAX_CONTROL_BYTES = 125;
    private static final byte[] NOTHING = {};
    private static final VarHandle LONG =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private static final FastThreadLocal<byte[]> SHARED =
            new FastThreadLocal<>() {
                @Override
                protected byte[] initialValue() {
                    return new byte[4096];
                }
            };

    private final int maxMessageBytes;
    private final Sink sink;

    // The header of the frame that is being read.
    private int headerBytes;
    private int headerNeeds;
    private boolean last;
    private int opcode;
    private long length;
    private int mask;

    private boolean inPayload;
    private int payloadBytes;
    private byte[] control = NOTHING;

    // The message that is being read, unmasked: of earlier frames, or of this one's first part.
    private boolean fragmented;
    private byte[] message = NOTHING;
    private int messageBytes;

    private boolean ended;

    /** Who is told; the bytes are the reader's, and good until the call returns. */
    public interface Sink {
        /** A whole binary message. False: nothing more is read until the next {@link #read}. */
        boolean message(byte[] buffer, int offset, int length);

        /** A ping, whose payload a pong brings back; or a pong; or a fragment without a byte. */
        void ping(byte[] buffer, int offset, int length);

        void idle();

        /**
         * The client closes, and sends nothing more.
         *
         * @param code 0 if it says none
         */
        void closed(int code);

        /** What came is no WebSocket of ours, for this reason. */
        void failed(CloseCode code, String why);
    }

    /**
     * @param maxMessageBytes at most 4096, of all fragments of a message together
     */
    public FrameReader(int maxMessageBytes, Sink sink) {
        this.maxMessageBytes = maxMessageBytes;
        this.sink = sink;
    }

    /** Reads all there is, unless the sink asks to wait; drops it after a close or a fault. */
    public void read(ByteBuf in) {
        while (in.isReadable()) {
            if (ended) {
                in.skipBytes(in.readableBytes());
            } else if (!inPayload) {
                header(in.readByte() & 0xff);
                if (inPayload && length == 0 && !payload(in)) {
                    return;
                }
            } else if (!payload(in)) {
                return;
            }
        }
    }

    private void header(int next) {
        int at = headerBytes++;
        if (at == 0) {
            first(next);
        } else if (at == 1) {
            second(next);
        } else if (at < headerNeeds - 4) {
            length = length << 8 | next;
            if (at == headerNeeds - 5) {
                longLength();
            }
        } else {
            mask = mask << 8 | next;
        }
        if (!ended && headerBytes > 1 && headerBytes == headerNeeds) {
            headerBytes = 0;
            inPayload = true;
            payloadBytes = 0;
        }
    }

    private void first(int next) {
        last = (next & 0x80) != 0;
        opcode = next & 0xf;
        mask = 0;
        if ((next & 0x70) != 0) {
            fail(CloseCode.PROTOCOL_ERROR, "a reserved bit is set, and no extension agreed on");
        } else if (isControl()) {
            if (opcode > PONG) {
                fail(CloseCode.PROTOCOL_ERROR, "opcode %d is reserved".formatted(opcode));
            } else if (!last) {
                fail(CloseCode.PROTOCOL_ERROR, "a control frame is fragmented");
            }
        } else if (opcode > BINARY) {
            fail(CloseCode.PROTOCOL_ERROR, "opcode %d is reserved".formatted(opcode));
        } else if (opcode == CONTINUATION && !fragmented) {
            fail(CloseCode.PROTOCOL_ERROR, "a continuation of nothing");
        } else if (opcode != CONTINUATION && fragmented) {
            fail(CloseCode.PROTOCOL_ERROR, "a new message inside a fragmented one");
        } else if (opcode == TEXT) {
            fail(CloseCode.UNSUPPORTED_DATA, "messages are binary");
        }
    }

    private void second(int next) {
        length = next & 0x7f;
        headerNeeds = 2 + 4 + (length == 126 ? 2 : length == 127 ? 8 : 0);
        if ((next & 0x80) == 0) {
            fail(CloseCode.PROTOCOL_ERROR, "a client's frame is not masked");
        } else if (isControl() && length > MAX_CONTROL_BYTES) {
            fail(
                    CloseCode.PROTOCOL_ERROR,
                    "a control frame has more than %d bytes".formatted(MAX_CONTROL_BYTES));
        } else if (length >= 126) {
            length = 0;
        } else {
            lengthKnown();
        }
    }

    private void longLength() {
        boolean two = headerNeeds == 8;
        if (length < 0 || length < (two ? 126 : 1 << 16)) {
            fail(CloseCode.PROTOCOL_ERROR, "a length that is not in its shortest form");
        } else {
            lengthKnown();
        }
    }

    private void lengthKnown() {
        if (!isControl() && length + (fragmented ? messageBytes : 0) > maxMessageBytes) {
            fail(CloseCode.TOO_BIG, "message longer than %d bytes".formatted(maxMessageBytes));
        }
    }

    /** False: the sink asks to wait. */
    private boolean payload(ByteBuf in) {
        int count = (int) Math.min(length - payloadBytes, in.readableBytes());
        boolean whole = payloadBytes + count == length;
        if (isControl()) {
            controlPayload(in, count);
            return !whole || endControl();
        }
        if (whole && last && !fragmented && payloadBytes == 0) { // what nearly always comes
            byte[] shared = SHARED.get();
            in.readBytes(shared, 0, count);
            unmask(shared, 0, count);
            inPayload = false;
            return sink.message(shared, 0, count);
        }
        if (message.length < messageBytes + count) {
            int room =
                    Math.max(messageBytes + count, Math.min(2 * message.length, maxMessageBytes));
            message = Arrays.copyOf(message, room);
        }
        in.readBytes(message, messageBytes, count);
        unmask(message, messageBytes, count);
        messageBytes += count;
        payloadBytes += count;
        return !whole || endFragment();
    }

    private boolean endFragment() {
        inPayload = false;
        if (!last) {
            fragmented = true;
            if (length == 0) {
                sink.idle();
            }
            return true;
        }
        byte[] whole = message;
        int bytes = messageBytes;
        fragmented = false;
        message = NOTHING;
        messageBytes = 0;
        return sink.message(whole, 0, bytes);
    }

    private void controlPayload(ByteBuf in, int count) {
        if (payloadBytes == 0) {
            control = length == 0 ? NOTHING : new byte[(int) length];
        }
        in.readBytes(control, payloadBytes, count);
        unmask(control, payloadBytes, count);
        payloadBytes += count;
    }

    private boolean endControl() {
        inPayload = false;
        byte[] payload = control;
        control = NOTHING;
        switch (opcode) {
            case PING -> sink.ping(payload, 0, payload.length);
            case PONG -> sink.idle();
            case CLOSE -> close(payload);
            default -> throw new IllegalStateException("opcode " + opcode);
        }
        return true;
    }

    private void close(byte[] payload) {
        if (payload.length == 1) {
            fail(CloseCode.PROTOCOL_ERROR, "a close frame with half a code");
            return;
        }
        int code = payload.length == 0 ? 0 : (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
        if (payload.length > 0 && !CloseCode.maySend(code)) {
            fail(CloseCode.PROTOCOL_ERROR, "no client may send close code " + code);
        } else if (payload.length > 2 && !isUtf8(payload, 2)) {
            fail(CloseCode.INVALID_PAYLOAD, "the reason of a close is not UTF-8");
        } else {
            ended = true;
            sink.closed(code);
        }
    }

    private void fail(CloseCode code, String why) {
        ended = true;
        message = NOTHING;
        sink.failed(code, why);
    }

    private boolean isControl() {
        return opcode >= CLOSE;
    }

    /**
     * The payload's byte i is masked with the mask's byte i mod 4; eight at once where they are.
     */
    private void unmask(byte[] bytes, int offset, int count) {
        int turned = Integer.rotateLeft(mask, 8 * (payloadBytes & 3));
        long twice = (long) turned << 32 | Integer.toUnsignedLong(turned);
        int at = 0;
        for (; at + Long.BYTES <= count; at += Long.BYTES) {
            LONG.set(bytes, offset + at, (long) LONG.get(bytes, offset + at) ^ twice);
        }
        for (; at < count; at++) {
            bytes[offset + at] ^= (byte) (turned >>> (24 - 8 * (at & 3)));
        }
    }

    private static boolean isUtf8(byte[] bytes, int from) {
        try {
            StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, bytes.length - from));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
