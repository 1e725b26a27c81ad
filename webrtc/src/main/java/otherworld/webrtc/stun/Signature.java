package otherworld.webrtc.stun;

import java.security.MessageDigest;
import org.ice4j.attribute.MessageIntegrityAttribute;

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
    Signature(byte[] message, int at, byte[] hmac) {
        this.covered = java.util.Arrays.copyOf(message, at);
        this.hmac = hmac;
        // The length that was signed ends with this attribute, not with FINGERPRINT behind it.
        StunWriter.putLength(covered, at + StunWriter.INTEGRITY_BYTES);
    }

    /** Whether the message was signed with this password (in constant time). */
    public boolean by(StunKey key) {
        return MessageDigest.isEqual(
                hmac,
                MessageIntegrityAttribute.calculateHmacSha1(
                        covered, 0, covered.length, key.bytes()));
    }
}
