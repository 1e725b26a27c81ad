package otherworld.webrtc.sctp;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What the passive side of a handshake would have to remember, given to the peer to bring back (RFC
 * 9260 section 5.1.3), signed with HMAC-SHA-256 so that only what this side wrote comes back.
 *
 * @param terms what the association would start with
 * @param localTieTag this side's tag when an association already existed, else 0
 * @param peerTieTag the peer's tag of that association, else 0
 * @param madeNs when it was made
 */
record StateCookie(Terms terms, int localTieTag, int peerTieTag, long madeNs) {
    private static final int BODY_BYTES = 4 * 4 + 8 + 4 + 1 + 3 + 4 + 4 + 8;
    private static final int MAC_BYTES = 32;

    /** Length of every cookie. */
    static final int BYTES = BODY_BYTES + MAC_BYTES;

    byte[] sign(byte[] key) {
        byte[] cookie = new byte[BYTES];
        Wire.put32(cookie, 0, terms.localTag());
        Wire.put32(cookie, 4, terms.localInitialTsn());
        Wire.put32(cookie, 8, terms.peerTag());
        Wire.put32(cookie, 12, terms.peerInitialTsn());
        Wire.put64(cookie, 16, terms.peerWindowBytes());
        Wire.put32(cookie, 24, terms.outStreams());
        cookie[28] = (byte) ((terms.forwardTsn() ? 1 : 0) | (terms.reconfig() ? 2 : 0));
        Wire.put32(cookie, 32, localTieTag);
        Wire.put32(cookie, 36, peerTieTag);
        Wire.put64(cookie, 40, madeNs);
        System.arraycopy(mac(key, cookie, 0), 0, cookie, BODY_BYTES, MAC_BYTES);
        return cookie;
    }

    /** The cookie at a place in a packet, or null when this side did not write it. */
    static @Nullable StateCookie verify(byte[] key, byte[] buf, int at, int bytes) {
        if (bytes != BYTES) {
            return null;
        }
        byte[] given = Arrays.copyOfRange(buf, at + BODY_BYTES, at + BYTES);
        if (!MessageDigest.isEqual(given, mac(key, buf, at))) {
            return null;
        }
        int extensions = buf[at + 28];
        Terms terms =
                new Terms(
                        Wire.i32(buf, at),
                        Wire.i32(buf, at + 4),
                        Wire.i32(buf, at + 8),
                        Wire.i32(buf, at + 12),
                        Wire.i64(buf, at + 16),
                        Wire.i32(buf, at + 24),
                        (extensions & 1) != 0,
                        (extensions & 2) != 0);
        return new StateCookie(
                terms, Wire.i32(buf, at + 32), Wire.i32(buf, at + 36), Wire.i64(buf, at + 40));
    }

    private static byte[] mac(byte[] key, byte[] buf, int at) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(buf, at, BODY_BYTES);
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }
}
