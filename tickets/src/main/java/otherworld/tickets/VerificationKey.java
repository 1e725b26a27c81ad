package otherworld.tickets;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import java.text.ParseException;
import java.time.Instant;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The public half of an Ed25519 key. Bouncy Castle checks and signs: it is an order of magnitude
 * faster here than the JDK (docs/decisions/0010-ed25519.md).
 */
public final class VerificationKey {
    private final String kid;
    private final Ed25519.PublicPoint point;
    private final Optional<Instant> made;

    private VerificationKey(String kid, Ed25519.PublicPoint point, Optional<Instant> made) {
        this.kid = kid;
        this.point = point;
        this.made = made;
    }

    public String kid() {
        return kid;
    }

    /** When it was made, if its set says so ({@code iat}, as OpenID Federation has it). */
    public Optional<Instant> made() {
        return made;
    }

    /** True if {@code signature} (64 bytes) is this key's for {@code message}. */
    public boolean verifies(byte[] message, byte[] signature) {
        return signature.length == Ed25519.SIGNATURE_SIZE
                && Ed25519.verify(signature, 0, point, message, 0, message.length);
    }

    /**
     * @throws IllegalArgumentException if it is not a point of the curve
     */
    public static VerificationKey of(OctetKeyPair jwk) {
        byte[] x = jwk.getDecodedX();
        Ed25519.PublicPoint point =
                x.length == Ed25519.PUBLIC_KEY_SIZE
                        ? Ed25519.validatePublicKeyFullExport(x, 0)
                        : null;
        if (point == null) {
            throw new IllegalArgumentException(
                    "key '%s' is not a point of Ed25519".formatted(jwk.getKeyID()));
        }
        return new VerificationKey(
                jwk.getKeyID(),
                point,
                Optional.ofNullable(jwk.getIssueTime()).map(Date::toInstant));
    }

    /**
     * Reads the Ed25519 keys with a {@code kid} of a JWK Set, by {@code kid}; others are for
     * someone else.
     *
     * @throws IllegalArgumentException if {@code json} is not a JWK Set, or a key is not on the
     *     curve
     */
    static Map<String, VerificationKey> parse(String json) {
        JWKSet set;
        try {
            set = JWKSet.parse(json);
        } catch (ParseException e) {
            throw new IllegalArgumentException("not a JWK Set: " + e.getMessage(), e);
        }
        Map<String, VerificationKey> keys = new LinkedHashMap<>();
        for (JWK jwk : set.getKeys()) {
            if (jwk instanceof OctetKeyPair pair
                    && Curve.Ed25519.equals(pair.getCurve())
                    && pair.getKeyID() != null) {
                keys.put(pair.getKeyID(), of(pair));
            }
        }
        return Map.copyOf(keys);
    }
}
