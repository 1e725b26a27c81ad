package otherworld.webrtc.stun;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** What messages are signed with. */
public final class StunKey {
    private final byte[] bytes;

    /**
     * Of short-term credentials: the password's bytes (RFC 8489 section 9.1.1). ICE passwords are
     * ASCII, so OpaqueString leaves them as they are.
     */
    public StunKey(String password) {
        this(password.getBytes(StandardCharsets.UTF_8));
    }

    private StunKey(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Of long-term credentials, as TURN has them (RFC 8489 section 9.2.2). */
    public static StunKey longTerm(String username, String realm, String password) {
        try {
            return new StunKey(
                    MessageDigest.getInstance("MD5")
                            .digest(
                                    (username + ":" + realm + ":" + password)
                                            .getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has MD5", e);
        }
    }

    byte[] bytes() {
        return bytes;
    }

    /** Never the password. */
    @Override
    public String toString() {
        return "StunKey[" + bytes.length + " bytes]";
    }
}
