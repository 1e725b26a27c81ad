package otherworld.webrtc.stun;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.ice4j.StunException;
import org.ice4j.attribute.Attribute;
import org.ice4j.attribute.ErrorCodeAttribute;
import org.ice4j.attribute.IceControlAttribute;
import org.ice4j.attribute.MessageIntegrityAttribute;
import org.ice4j.attribute.OptionalAttribute;
import org.ice4j.attribute.UsernameAttribute;
import org.ice4j.attribute.XorMappedAddressAttribute;
import org.ice4j.message.Message;

/**
 * Reads STUN with ice4j's decoder. Every array a stranger may send gives a {@link StunInput}, never
 * an exception. Stateless; any thread.
 */
public final class StunReader {
    private static final int HEADER_BYTES = 20;
    private static final int MAGIC_COOKIE = 0x2112A442;
    private static final int USERNAME = 0x0006;
    private static final int HMAC_BYTES = 20;

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
                && int32(datagram, offset + 4) == MAGIC_COOKIE
                && uint16(datagram, offset + 2) == length - HEADER_BYTES
                && length % 4 == 0;
    }

    /** Whether a message of which {@link #isStun} holds is a Binding request. */
    public static boolean isCheck(byte[] datagram, int offset) {
        return uint16(datagram, offset) == Message.BINDING_REQUEST;
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
            if (uint16(datagram, at) == USERNAME) {
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
        // A copy of exactly the message, so that the decoder's checks of bounds are against its
        // end.
        byte[] bytes = Arrays.copyOfRange(datagram, offset, offset + length);
        try {
            return interpret(Message.decode(bytes, 0, bytes.length), bytes);
        } catch (StunException e) {
            return new StunInput.Malformed("not decodable: " + e.getMessage());
        } catch (IndexOutOfBoundsException
                | IllegalArgumentException
                | NegativeArraySizeException e) {
            // Found by fuzzing: ice4j's attributes trust their length fields.
            return new StunInput.Malformed("not decodable: " + e);
        }
    }

    private static StunInput interpret(Message message, byte[] bytes) {
        char type = message.getMessageType();
        if (type == Message.BINDING_INDICATION) {
            return new StunInput.KeepAlive();
        }
        // ice4j has compared the checksum; here it must only be there, and be the last attribute.
        Attribute fingerprint = message.getAttribute(Attribute.FINGERPRINT);
        if (fingerprint == null
                || fingerprint.getLocationInMessage()
                        != bytes.length - StunWriter.FINGERPRINT_BYTES) {
            return new StunInput.Malformed("no FINGERPRINT at the end");
        }
        if (!(message.getAttribute(Attribute.MESSAGE_INTEGRITY)
                        instanceof MessageIntegrityAttribute integrity)
                || integrity.getHmacSha1Content().length != HMAC_BYTES) {
            return new StunInput.Malformed("no MESSAGE-INTEGRITY");
        }
        var signature =
                new Signature(
                        bytes, integrity.getLocationInMessage(), integrity.getHmacSha1Content());
        return switch (type) {
            case Message.BINDING_REQUEST -> check(message, signature, bytes.length);
            case Message.BINDING_SUCCESS_RESPONSE -> success(message, signature);
            case Message.BINDING_ERROR_RESPONSE -> failure(message, signature);
            default -> new StunInput.Malformed("message type " + (int) type);
        };
    }

    private static StunInput check(Message message, Signature signature, int bytes) {
        if (!(message.getAttribute(Attribute.USERNAME) instanceof UsernameAttribute username)
                || username.getDataLength() > MAX_USERNAME_BYTES) {
            return new StunInput.Malformed("no USERNAME");
        }
        var role = StunInput.ClaimedRole.NONE;
        long tieBreaker = 0;
        if (message.getAttribute(Attribute.ICE_CONTROLLING) instanceof IceControlAttribute claim) {
            role = StunInput.ClaimedRole.CONTROLLING;
            tieBreaker = claim.getTieBreaker();
        } else if (message.getAttribute(Attribute.ICE_CONTROLLED)
                instanceof IceControlAttribute claim) {
            role = StunInput.ClaimedRole.CONTROLLED;
            tieBreaker = claim.getTieBreaker();
        }
        return new StunInput.Check(
                message.getTransactionID(),
                new String(username.getUsername(), StandardCharsets.UTF_8),
                role,
                tieBreaker,
                message.containsAttribute(Attribute.USE_CANDIDATE),
                unknownRequired(message),
                signature,
                bytes);
    }

    /** Types below 0x8000 must be understood (RFC 8489 section 14). */
    private static int unknownRequired(Message message) {
        for (Attribute attribute : message.getAttributes()) {
            if (attribute instanceof OptionalAttribute && attribute.getAttributeType() < 0x8000) {
                return attribute.getAttributeType();
            }
        }
        return 0;
    }

    private static StunInput success(Message message, Signature signature) {
        if (!(message.getAttribute(Attribute.XOR_MAPPED_ADDRESS)
                instanceof XorMappedAddressAttribute mapped)) {
            return new StunInput.Malformed("no XOR-MAPPED-ADDRESS");
        }
        byte[] id = message.getTransactionID();
        var address = mapped.getAddress(id);
        return new StunInput.Success(
                id, new InetSocketAddress(address.getAddress(), address.getPort()), signature);
    }

    private static StunInput failure(Message message, Signature signature) {
        if (!(message.getAttribute(Attribute.ERROR_CODE) instanceof ErrorCodeAttribute error)
                || error.getErrorCode() < 300
                || error.getErrorCode() > 699) {
            return new StunInput.Malformed("no ERROR-CODE of 300 to 699");
        }
        return new StunInput.Failure(message.getTransactionID(), error.getErrorCode(), signature);
    }

    private static int uint16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }

    private static int int32(byte[] bytes, int at) {
        return uint16(bytes, at) << 16 | uint16(bytes, at + 2);
    }
}
