package otherworld.webrtc.stun;

import java.security.MessageDigest;
import java.util.Arrays;

/**
 * The MESSAGE-INTEGRITY of a received message with the bytes that it covers (RFC 8489 section
 * 14.5).
 */
public final class Signature {
    private final byte[] covered;
    private final byte[] hmac;

    /**
     * @param message the whole message
     * @param at offset of the attribute in it
     */
    Signature(byte[] message, int at) {
        int value = at + StunFormat.ATTRIBUTE_HEADER_BYTES;
        this.covered = Arrays.copyOf(message, at);
        this.hmac = Arrays.copyOfRange(message, value, value + StunFormat.HMAC_BYTES);
        // The length that was signed ends with this attribute, not with FINGERPRINT behind it.
        StunFormat.putLength(covered, at + StunFormat.INTEGRITY_BYTES);
    }

    /** Whether the message was signed with this password (in constant time). */
    public boolean by(StunKey key) {
        return MessageDigest.isEqual(hmac, StunFormat.integrity(covered, covered.length, key));
    }
}
