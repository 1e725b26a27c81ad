package otherworld.webrtc.stun;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Numbers and checksums of STUN (RFC 8489; ICE's attributes: RFC 8445, TURN's: RFC 8656).
 * Stateless.
 */
final class StunFormat {
    static final int HEADER_BYTES = 20;
    static final int ATTRIBUTE_HEADER_BYTES = 4;
    static final int ID_BYTES = 12;
    static final int HMAC_BYTES = 20;
    static final int INTEGRITY_BYTES = ATTRIBUTE_HEADER_BYTES + HMAC_BYTES;
    static final int FINGERPRINT_BYTES = ATTRIBUTE_HEADER_BYTES + 4;
    static final int MAGIC_COOKIE = 0x2112A442;

    // Message types.
    static final int BINDING_REQUEST = 0x0001;
    static final int BINDING_INDICATION = 0x0011;
    static final int BINDING_SUCCESS = 0x0101;
    static final int BINDING_ERROR = 0x0111;

    // Methods and classes of TURN's (RFC 8656 section 17).
    static final int SUCCESS = 0x0100;
    static final int ERROR = 0x0110;
    static final int CLASS_BITS = 0x0110;

    // Attributes.
    static final int USERNAME = 0x0006;
    static final int MESSAGE_INTEGRITY = 0x0008;
    static final int ERROR_CODE = 0x0009;
    static final int UNKNOWN_ATTRIBUTES = 0x000A;
    static final int CHANNEL_NUMBER = 0x000C;
    static final int LIFETIME = 0x000D;
    static final int XOR_PEER_ADDRESS = 0x0012;
    static final int REALM = 0x0014;
    static final int NONCE = 0x0015;
    static final int XOR_RELAYED_ADDRESS = 0x0016;
    static final int REQUESTED_TRANSPORT = 0x0019;
    static final int XOR_MAPPED_ADDRESS = 0x0020;
    static final int PRIORITY = 0x0024;
    static final int USE_CANDIDATE = 0x0025;
    static final int FINGERPRINT = 0x8028;
    static final int ICE_CONTROLLED = 0x8029;
    static final int ICE_CONTROLLING = 0x802A;

    static final int FAMILY_IPV4 = 1;
    static final int FAMILY_IPV6 = 2;

    private static final int FINGERPRINT_XOR = 0x5354554E; // "STUN"
    private static final String HMAC = "HmacSHA1";

    private StunFormat() {}

    static int uint16(byte[] bytes, int at) {
        return (bytes[at] & 0xFF) << 8 | (bytes[at + 1] & 0xFF);
    }

    static int int32(byte[] bytes, int at) {
        return uint16(bytes, at) << 16 | uint16(bytes, at + 2);
    }

    static long int64(byte[] bytes, int at) {
        return (long) int32(bytes, at) << 32 | Integer.toUnsignedLong(int32(bytes, at + 4));
    }

    /** Writes the length field of a message that ends at {@code end}. */
    static void putLength(byte[] message, int end) {
        int length = end - HEADER_BYTES;
        message[2] = (byte) (length >> 8);
        message[3] = (byte) length;
    }

    /** FINGERPRINT's value for a message of which it begins at {@code end} (section 14.7). */
    static int fingerprint(byte[] message, int end) {
        CRC32 crc = new CRC32();
        crc.update(message, 0, end);
        return (int) crc.getValue() ^ FINGERPRINT_XOR;
    }

    /** MESSAGE-INTEGRITY's value for a message of which it begins at {@code end}. */
    static byte[] integrity(byte[] message, int end, StunKey key) {
        try {
            Mac mac = Mac.getInstance(HMAC);
            mac.init(new SecretKeySpec(key.bytes(), HMAC));
            mac.update(message, 0, end);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HMAC, e);
        }
    }

    /**
     * An attribute with a masked address (section 14.2); empty if it is none.
     *
     * @param value where the attribute's value begins
     * @param length of the value
     */
    static Optional<InetSocketAddress> address(byte[] message, int value, int length) {
        boolean fits =
                switch (length - 4) {
                    case 4 -> message[value + 1] == FAMILY_IPV4;
                    case 16 -> message[value + 1] == FAMILY_IPV6;
                    default -> false;
                };
        if (!fits) {
            return Optional.empty();
        }
        byte[] address = Arrays.copyOfRange(message, value + 4, value + length);
        mask(address, message, HEADER_BYTES - ID_BYTES);
        int port = uint16(message, value + 2) ^ MAGIC_COOKIE >>> 16;
        try {
            return Optional.of(new InetSocketAddress(InetAddress.getByAddress(address), port));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are an address", e);
        }
    }

    /** Masks an address or takes the mask off (section 14.2); {@code address} is changed. */
    static void mask(byte[] address, byte[] message, int idAt) {
        for (int i = 0; i < address.length; i++) {
            // The cookie and the transaction id stand side by side.
            address[i] ^= message[idAt - 4 + i];
        }
    }
}
