package otherworld.webrtc.interop;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import otherworld.webrtc.channel.MessageKind;

/**
 * What a message was, told apart by content: {@code tools/interop/README.md} has what peers send.
 *
 * @param seq its number, −1 if it is too short to have one
 * @param fnv 32-bit FNV-1a of its bytes, unsigned
 */
record Payload(MessageKind kind, int size, long seq, long fnv) {
    static Payload binary(int size, int seq) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) (seq * 31 + i * 7);
        }
        for (int i = 0; size >= 4 && i < 4; i++) {
            bytes[i] = (byte) (seq >>> (24 - 8 * i));
        }
        return of(MessageKind.BINARY, bytes, 0, size);
    }

    static Payload text(int size, int seq) {
        byte[] bytes = new byte[size];
        for (int i = 0; i < size; i++) {
            bytes[i] = (byte) ('a' + (seq + i) % 26);
        }
        if (size >= 8) {
            byte[] number =
                    String.format(Locale.ROOT, "%08x", seq).getBytes(StandardCharsets.US_ASCII);
            System.arraycopy(number, 0, bytes, 0, number.length);
        }
        return of(MessageKind.TEXT, bytes, 0, size);
    }

    static Payload text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return of(MessageKind.TEXT, bytes, 0, bytes.length);
    }

    static Payload of(MessageKind kind, byte[] buffer, int offset, int length) {
        long fnv = 0x811c9dc5L;
        for (int i = offset; i < offset + length; i++) {
            fnv = ((fnv ^ (buffer[i] & 0xff)) * 0x01000193L) & 0xffffffffL;
        }
        return new Payload(kind, length, number(kind, buffer, offset, length), fnv);
    }

    private static long number(MessageKind kind, byte[] buffer, int offset, int length) {
        return switch (kind) {
            case TEXT -> {
                String start =
                        new String(
                                buffer, offset, Math.min(8, length), StandardCharsets.ISO_8859_1);
                yield start.matches("[0-9a-f]{8}") ? Long.parseLong(start, 16) : -1;
            }
            case BINARY -> {
                long number = 0;
                for (int i = 0; i < 4 && length >= 4; i++) {
                    number = number << 8 | (buffer[offset + i] & 0xff);
                }
                yield length >= 4 ? number : -1;
            }
        };
    }

    /** What a peer says it got. */
    static Payload of(JsonNode event) {
        return new Payload(
                event.get("kind").asText().equals("text") ? MessageKind.TEXT : MessageKind.BINARY,
                event.get("size").asInt(),
                event.get("seq").asLong(),
                event.get("fnv").asLong());
    }
}
