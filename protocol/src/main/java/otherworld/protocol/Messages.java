package otherworld.protocol;

import java.util.Arrays;
import otherworld.protocol.MalformedMessage.Reason;

/**
 * Encodes and decodes whole messages: a type byte, then the fields. Decoding allocates the message
 * alone; encoding with a {@link Writer} nothing. Thread-safe.
 */
public final class Messages {
    /** No message of a client is longer. A transport need not receive more. */
    public static final int MAX_CLIENT_BYTES = ClientMessage.LONGEST_BYTES;

    /** No message of a server is longer. */
    public static final int MAX_SERVER_BYTES = ServerMessage.LONGEST_BYTES;

    private Messages() {}

    /**
     * Reads what a client sent: exactly {@code length} bytes from {@code offset}.
     *
     * @throws MalformedMessage and nothing else, whatever the bytes are
     */
    public static ClientMessage decodeClient(byte[] buffer, int offset, int length)
            throws MalformedMessage {
        return decodeClient(new Reader().wrap(buffer, offset, length));
    }

    /** Reads what a client sent with a reader that was wrapped around one message. */
    public static ClientMessage decodeClient(Reader in) throws MalformedMessage {
        ClientMessage message = ClientMessage.read(type(in), in);
        in.end();
        return message;
    }

    /** Reads what an instance sent, as {@link #decodeClient(byte[], int, int)}. */
    public static ServerMessage decodeServer(byte[] buffer, int offset, int length)
            throws MalformedMessage {
        return decodeServer(new Reader().wrap(buffer, offset, length));
    }

    /** Reads what an instance sent with a reader that was wrapped around one message. */
    public static ServerMessage decodeServer(Reader in) throws MalformedMessage {
        ServerMessage message = ServerMessage.read(type(in), in);
        in.end();
        return message;
    }

    /**
     * Writes {@code message} at {@code offset} and returns its length in bytes.
     *
     * @throws IllegalArgumentException if a field is beyond its limit
     * @throws IndexOutOfBoundsException if the buffer is too small
     */
    public static int encode(Message message, byte[] buffer, int offset) {
        Writer out = new Writer().wrap(buffer, offset);
        encode(message, out);
        return out.position() - offset;
    }

    /**
     * Writes {@code message} where {@code out} stands, as the version says that it speaks. Answers
     * whether that version has the message; if not, nothing is written.
     */
    public static boolean encode(Message message, Writer out) {
        if (!message.isIn(out.version())) {
            return false;
        }
        out.u8(message.type());
        message.writeFields(out);
        return true;
    }

    /** {@code message} in an array of its own; not for hot paths. */
    public static byte[] encode(Message message) {
        return encode(message, Protocol.VERSION);
    }

    /** The same for a peer of another version: empty if that does not have the message. */
    public static byte[] encode(Message message, int version) {
        int bound = message instanceof ServerMessage ? MAX_SERVER_BYTES : MAX_CLIENT_BYTES;
        byte[] buffer = new byte[bound];
        Writer out = new Writer().wrap(buffer, 0);
        out.speak(version);
        encode(message, out);
        return Arrays.copyOf(buffer, out.position());
    }

    private static int type(Reader in) throws MalformedMessage {
        if (in.remaining() == 0) {
            throw Reason.EMPTY.exception();
        }
        return in.u8();
    }
}
