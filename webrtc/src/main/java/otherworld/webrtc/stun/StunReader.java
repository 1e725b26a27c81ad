package otherworld.webrtc.stun;

import static otherworld.webrtc.stun.StunFormat.ATTRIBUTE_HEADER_BYTES;
import static otherworld.webrtc.stun.StunFormat.HEADER_BYTES;
import static otherworld.webrtc.stun.StunFormat.int32;
import static otherworld.webrtc.stun.StunFormat.int64;
import static otherworld.webrtc.stun.StunFormat.uint16;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads STUN. Every array a stranger may send gives a {@link StunInput}, never an exception.
 * Stateless; any thread.
 */
public final class StunReader {
    private static final int FIRST_ERROR = 300;
    private static final int LAST_ERROR = 699;

    /** Longest message that is read: checks have about 100 bytes, and no attribute is long. */
    public static final int MAX_BYTES = 1_280;

    /**
     * Longest USERNAME that is read: two ufrags of at most 256 characters and a colon (RFC 8839).
     */
    public static final int MAX_USERNAME_BYTES = 513;

    private StunReader() {}

    /**
     * Whether the datagram is meant to be STUN: RFC 7983's first byte, the cookie and the length.
     */
    public static boolean isStun(byte[] datagram, int offset, int length) {
        return length >= HEADER_BYTES
                && length <= MAX_BYTES
                && (datagram[offset] & 0xFC) == 0
                && int32(datagram, offset + 4) == StunFormat.MAGIC_COOKIE
                && uint16(datagram, offset + 2) == length - HEADER_BYTES
                && length % 4 == 0;
    }

    /** Whether a message of which {@link #isStun} holds is a Binding request. */
    public static boolean isCheck(byte[] datagram, int offset) {
        return uint16(datagram, offset) == StunFormat.BINDING_REQUEST;
    }

    /**
     * The receiver's ufrag from the first USERNAME, without looking at anything else: what a flood
     * of strangers' checks costs is this and a look-up. Empty if there is none.
     */
    public static String receiverUfrag(byte[] datagram, int offset, int length) {
        int end = offset + length;
        int at = offset + HEADER_BYTES;
        while (at + 4 <= end) {
            int bytes = uint16(datagram, at + 2);
            if (uint16(datagram, at) == StunFormat.USERNAME) {
                if (bytes > MAX_USERNAME_BYTES || at + 4 + bytes > end) {
                    return "";
                }
                return beforeColon(datagram, at + 4, bytes);
            }
            at += 4 + ((bytes + 3) & ~3);
        }
        return "";
    }

    private static String beforeColon(byte[] datagram, int offset, int length) {
        for (int i = 0; i < length; i++) {
            if (datagram[offset + i] == ':') {
                return new String(datagram, offset, i, StandardCharsets.US_ASCII);
            }
        }
        return "";
    }

    /** Reads a whole message. The array may be used again afterwards. */
    public static StunInput read(byte[] datagram, int offset, int length) {
        if (!isStun(datagram, offset, length)) {
            return new StunInput.Malformed("no STUN header");
        }
        byte[] message = Arrays.copyOfRange(datagram, offset, offset + length);
        Optional<Attributes> attributes = Attributes.of(message);
        if (attributes.isEmpty()) {
            return new StunInput.Malformed("an attribute goes beyond the end");
        }
        return interpret(message, attributes.get());
    }

    private static StunInput interpret(byte[] message, Attributes attributes) {
        int type = uint16(message, 0);
        if (type == StunFormat.BINDING_INDICATION) {
            return new StunInput.KeepAlive();
        }
        int end = message.length - StunFormat.FINGERPRINT_BYTES;
        if (attributes.fingerprint != end
                || int32(message, end + ATTRIBUTE_HEADER_BYTES)
                        != StunFormat.fingerprint(message, end)) {
            return new StunInput.Malformed("no right FINGERPRINT at the end");
        }
        if (!Attributes.has(attributes.integrity)
                || attributes.length(attributes.integrity) != StunFormat.HMAC_BYTES) {
            return new StunInput.Malformed("no MESSAGE-INTEGRITY");
        }
        Signature signature = new Signature(message, attributes.integrity);
        return switch (type) {
            case StunFormat.BINDING_REQUEST -> check(message, attributes, signature);
            case StunFormat.BINDING_SUCCESS -> success(message, attributes, signature);
            case StunFormat.BINDING_ERROR -> failure(message, attributes, signature);
            default -> new StunInput.Malformed("message type " + type);
        };
    }

    private static StunInput check(byte[] message, Attributes attributes, Signature signature) {
        int at = attributes.username;
        if (!Attributes.has(at) || attributes.length(at) > MAX_USERNAME_BYTES) {
            return new StunInput.Malformed("no USERNAME of up to %d".formatted(MAX_USERNAME_BYTES));
        }
        var role = StunInput.ClaimedRole.NONE;
        int claim = -1;
        if (Attributes.has(attributes.controlling)) {
            role = StunInput.ClaimedRole.CONTROLLING;
            claim = attributes.controlling;
        } else if (Attributes.has(attributes.controlled)) {
            role = StunInput.ClaimedRole.CONTROLLED;
            claim = attributes.controlled;
        }
        if (claim >= 0 && attributes.length(claim) != Long.BYTES) {
            return new StunInput.Malformed("a tie-breaker of other than 8 bytes");
        }
        return new StunInput.Check(
                transactionId(message),
                new String(
                        message,
                        at + ATTRIBUTE_HEADER_BYTES,
                        attributes.length(at),
                        StandardCharsets.UTF_8),
                role,
                claim < 0 ? 0 : int64(message, claim + ATTRIBUTE_HEADER_BYTES),
                attributes.useCandidate,
                attributes.unknownRequired,
                signature,
                message.length);
    }

    private static StunInput success(byte[] message, Attributes attributes, Signature signature) {
        return mapped(message, attributes)
                .<StunInput>map(
                        mapped -> new StunInput.Success(transactionId(message), mapped, signature))
                .orElseGet(() -> new StunInput.Malformed("no XOR-MAPPED-ADDRESS"));
    }

    private static Optional<InetSocketAddress> mapped(byte[] message, Attributes attributes) {
        int at = attributes.mapped;
        return Attributes.has(at)
                ? StunFormat.address(message, at + ATTRIBUTE_HEADER_BYTES, attributes.length(at))
                : Optional.empty();
    }

    private static StunInput failure(byte[] message, Attributes attributes, Signature signature) {
        int at = attributes.errorCode;
        if (Attributes.has(at) && attributes.length(at) >= 4) {
            int value = at + ATTRIBUTE_HEADER_BYTES;
            int code = (message[value + 2] & 7) * 100 + (message[value + 3] & 0xFF);
            if (code >= FIRST_ERROR && code <= LAST_ERROR) {
                return new StunInput.Failure(transactionId(message), code, signature);
            }
        }
        return new StunInput.Malformed(
                "no ERROR-CODE of %d to %d".formatted(FIRST_ERROR, LAST_ERROR));
    }

    private static byte[] transactionId(byte[] message) {
        return Arrays.copyOfRange(message, HEADER_BYTES - StunFormat.ID_BYTES, HEADER_BYTES);
    }
}
