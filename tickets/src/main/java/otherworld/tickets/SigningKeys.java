package otherworld.tickets;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.text.ParseException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * The matchmaker's signing keys: a JWK Set of Ed25519 private keys. The first signs, all are
 * published, so a key is rotated by first adding the new one at the end, later moving it to the
 * front, and at last removing the old one.
 */
public final class SigningKeys {
    private final String kid;
    private final byte[] secret;
    private final byte[] open;
    private final String publicJson;
    private final List<VerificationKey> published;
    private final NativeEd25519.Loading library;

    private SigningKeys(JWKSet set) {
        OctetKeyPair first = (OctetKeyPair) set.getKeys().getFirst();
        this.published =
                set.getKeys().stream().map(key -> VerificationKey.of((OctetKeyPair) key)).toList();
        this.publicJson = set.toPublicJWKSet().toString(true);
        this.kid = first.getKeyID();
        this.secret = first.getDecodedD();
        this.open = first.getDecodedX();
        byte[] message = kid.getBytes(StandardCharsets.UTF_8);
        this.library = NativeEd25519.load(secret, message, signInJava(message));
    }

    /** A JWK Set with one new private key, as JSON: a secret. */
    public static String generate() {
        return generate(Instant.now());
    }

    /** The same of a key that says that it was made {@code now}. */
    static String generate(Instant now) {
        byte[] secret = new byte[Ed25519.SECRET_KEY_SIZE];
        byte[] open = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePrivateKey(new SecureRandom(), secret);
        Ed25519.generatePublicKey(secret, 0, open, 0);
        try {
            JWK key =
                    new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(open))
                            .d(Base64URL.encode(secret))
                            .keyUse(KeyUse.SIGNATURE)
                            .algorithm(JWSAlgorithm.EdDSA)
                            .keyIDFromThumbprint()
                            .issueTime(Date.from(now.truncatedTo(ChronoUnit.SECONDS)))
                            .build();
            return new JWKSet(key).toString(false);
        } catch (JOSEException e) {
            throw new IllegalStateException("SHA-256 is part of every JDK", e);
        }
    }

    /**
     * @throws IllegalArgumentException if {@code json} is not a JWK Set of Ed25519 private keys
     *     with a {@code kid} each; the message says what is wrong and never contains a key
     */
    public static SigningKeys parse(String json) {
        return new SigningKeys(checked(json));
    }

    /** What {@link #parse} would say of {@code json}; empty if it would take it. */
    public static String fault(String json) {
        try {
            check(json);
            return "";
        } catch (IllegalArgumentException e) {
            return String.valueOf(e.getMessage());
        }
    }

    /**
     * Whether {@link #parse} takes it, without loading what signs.
     *
     * @throws IllegalArgumentException as {@link #parse}
     */
    public static void check(String json) {
        checked(json);
    }

    private static JWKSet checked(String json) {
        JWKSet set;
        try {
            set = JWKSet.parse(json);
        } catch (ParseException e) {
            throw new IllegalArgumentException("the signing keys are not a JWK Set");
        }
        if (set.isEmpty()) {
            throw new IllegalArgumentException("the JWK Set of signing keys is empty");
        }
        set.getKeys().forEach(SigningKeys::check);
        if (set.getKeys().stream().map(JWK::getKeyID).distinct().count() < set.size()) {
            throw new IllegalArgumentException(
                    "two signing keys have one kid: instances would know one of them alone");
        }
        return set;
    }

    private static void check(JWK key) {
        String kid = key.getKeyID();
        if (kid == null || kid.isEmpty() || kid.length() > 128) {
            throw new IllegalArgumentException(
                    "each signing key needs a kid of 1 to 128 characters");
        }
        if (!(key instanceof OctetKeyPair pair)
                || !Curve.Ed25519.equals(pair.getCurve())
                || !pair.isPrivate()
                || pair.getDecodedD().length != Ed25519.SECRET_KEY_SIZE) {
            throw new IllegalArgumentException(
                    "signing key '%s' must be an Ed25519 private key (kty OKP, crv Ed25519, with d)"
                            .formatted(kid));
        }
        byte[] expected = new byte[Ed25519.PUBLIC_KEY_SIZE];
        Ed25519.generatePublicKey(pair.getDecodedD(), 0, expected, 0);
        if (!Base64URL.encode(expected).equals(pair.getX())) {
            throw new IllegalArgumentException(
                    "signing key '%s': x is not the public key of d".formatted(kid));
        }
    }

    /** The JWK Set to publish: no private part. */
    public String publicJson() {
        return publicJson;
    }

    /**
     * Bytes that only who has the first key can make, and that tell nothing of it: HMAC-SHA256 of
     * {@code label}. For numbers that strangers must not foresee.
     */
    public byte[] derive(String label) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return mac.doFinal(("otherworld " + label).getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("HMAC-SHA256 is part of every JDK", e);
        }
    }

    /** Of the key that signs. */
    public String kid() {
        return kid;
    }

    /** Those that are published, the one that signs first. */
    public List<VerificationKey> published() {
        return published;
    }

    /** What makes the signatures, and if that is not the quicker one, why; for the log. */
    public String signedBy() {
        return switch (library) {
            case NativeEd25519.Loading.Loaded _ -> "AWS-LC";
            case NativeEd25519.Loading.Absent(String reason) ->
                    "Bouncy Castle, at three times the cost of AWS-LC: " + reason;
        };
    }

    /** The signature of {@code message} by the first key, 64 bytes. */
    public byte[] sign(byte[] message) {
        return switch (library) {
            case NativeEd25519.Loading.Loaded(NativeEd25519 signer) -> signer.sign(message);
            case NativeEd25519.Loading.Absent _ -> signInJava(message);
        };
    }

    byte[] signInJava(byte[] message) {
        byte[] signature = new byte[Ed25519.SIGNATURE_SIZE];
        Ed25519.sign(secret, 0, open, 0, null, message, 0, message.length, signature, 0);
        return signature;
    }
}
