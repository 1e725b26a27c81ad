package otherworld.webrtc.stun;

import java.nio.charset.StandardCharsets;

/**
 * The key of short-term credentials: the password's bytes (RFC 8489 section 9.1.1). ICE passwords
 * are ASCII, so OpaqueString leaves them as they are.
 */
public final class StunKey {
    private final byte[] bytes;

    public StunKey(String password) {
        this.bytes = password.getBytes(StandardCharsets.UTF_8);
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
