package otherworld.webrtc.channel;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The two messages of the Data Channel Establishment Protocol (RFC 8832 section 5). */
final class Dcep {
    /** Payload protocol identifier of both. */
    static final int PPID = 50;

    static final int ACK = 2;
    static final int OPEN = 3;
    static final byte[] ACK_MESSAGE = {ACK};

    private static final int HEADER_BYTES = 12;
    private static final int UNORDERED = 0x80;
    private static final int RELIABLE = 0;
    private static final int RETRANSMITS = 1;
    private static final int LIFETIME = 2;

    private Dcep() {}

    static byte[] open(ChannelSpec spec) {
        byte[] label = spec.label().getBytes(StandardCharsets.UTF_8);
        byte[] protocol = spec.protocol().getBytes(StandardCharsets.UTF_8);
        int order = spec.ordered() ? 0 : UNORDERED;
        int type =
                switch (spec.reliability()) {
                    case Reliability.Reliable() -> RELIABLE;
                    case Reliability.MaxRetransmits(int times) -> RETRANSMITS;
                    case Reliability.MaxLifetime(long milliseconds) -> LIFETIME;
                };
        int limit =
                switch (spec.reliability()) {
                    case Reliability.Reliable() -> 0;
                    case Reliability.MaxRetransmits(int times) -> times;
                    case Reliability.MaxLifetime(long milliseconds) -> (int) milliseconds;
                };
        return ByteBuffer.allocate(HEADER_BYTES + label.length + protocol.length)
                .put((byte) OPEN)
                .put((byte) (order | type))
                .putShort((short) spec.priority())
                .putInt(limit)
                .putShort((short) label.length)
                .putShort((short) protocol.length)
                .put(label)
                .put(protocol)
                .array();
    }

    /** What an OPEN asks for, or null when it is malformed, unknown or beyond a limit. */
    static @Nullable ChannelSpec readOpen(byte[] buf, int off, int len) {
        if (len < HEADER_BYTES || buf[off] != OPEN) {
            return null;
        }
        ByteBuffer open = ByteBuffer.wrap(buf, off, len);
        int type = open.get(off + 1) & 0xff;
        int priority = open.getShort(off + 2) & 0xffff;
        Reliability reliability = reliability(type & ~UNORDERED, open.getInt(off + 4));
        int label = open.getShort(off + 8) & 0xffff;
        int protocol = open.getShort(off + 10) & 0xffff;
        if (reliability == null
                || label > ChannelSpec.MOST_NAME_BYTES
                || protocol > ChannelSpec.MOST_NAME_BYTES
                || HEADER_BYTES + label + protocol != len) {
            return null;
        }
        String itsLabel = text(open, off + HEADER_BYTES, label);
        String itsProtocol = text(open, off + HEADER_BYTES + label, protocol);
        if (itsLabel == null || itsProtocol == null) {
            return null;
        }
        boolean ordered = (type & UNORDERED) == 0;
        return new ChannelSpec(itsLabel, itsProtocol, ordered, reliability, priority);
    }

    private static @Nullable Reliability reliability(int type, int limit) {
        return switch (type) {
            case RELIABLE -> new Reliability.Reliable();
            case RETRANSMITS ->
                    new Reliability.MaxRetransmits(limit < 0 ? Integer.MAX_VALUE : limit);
            case LIFETIME -> new Reliability.MaxLifetime(limit & 0xffff_ffffL);
            default -> null;
        };
    }

    private static @Nullable String text(ByteBuffer from, int at, int bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(from.slice(at, bytes)).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
