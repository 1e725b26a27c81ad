package otherworld.matchmaker.http;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import otherworld.tickets.VerificationKey;

/**
 * Signatures of bearer tokens: RSA, ECDSA and Ed25519 (RFC 7518, 8037). The key decides which
 * algorithms are possible, never the token: so {@code none} and the symmetric ones do not exist.
 */
final class SignatureCheck {
    private static final int MIN_RSA_BITS = 2048;
    private static final Set<JWSAlgorithm> RSA =
            Set.of(
                    JWSAlgorithm.RS256,
                    JWSAlgorithm.RS384,
                    JWSAlgorithm.RS512,
                    JWSAlgorithm.PS256,
                    JWSAlgorithm.PS384,
                    JWSAlgorithm.PS512);
    private static final Map<Curve, JWSAlgorithm> ECDSA =
            Map.of(
                    Curve.P_256, JWSAlgorithm.ES256,
                    Curve.P_384, JWSAlgorithm.ES384,
                    Curve.P_521, JWSAlgorithm.ES512);

    /** RFC 9864 names Ed25519 what was EdDSA of that curve. */
    private static final Set<JWSAlgorithm> ED25519 =
            Set.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519);

    private SignatureCheck() {}

    static Optional<JWSAlgorithm> algorithm(String name) {
        JWSAlgorithm algorithm = JWSAlgorithm.parse(name);
        return RSA.contains(algorithm)
                        || ECDSA.containsValue(algorithm)
                        || ED25519.contains(algorithm)
                ? Optional.of(algorithm)
                : Optional.empty();
    }

    /** Whether tokens of this key can be checked at all. */
    static boolean knows(JWK key) {
        return switch (key) {
            case RSAKey rsa -> rsa.size() >= MIN_RSA_BITS;
            case ECKey ec -> ECDSA.containsKey(ec.getCurve());
            case OctetKeyPair pair -> Curve.Ed25519.equals(pair.getCurve());
            default -> false;
        };
    }

    /** Whether {@code key} may have made a signature of this algorithm. */
    static boolean fits(JWK key, JWSAlgorithm algorithm) {
        boolean ofType =
                switch (key) {
                    case RSAKey _ -> RSA.contains(algorithm);
                    case ECKey ec -> algorithm.equals(ECDSA.get(ec.getCurve()));
                    case OctetKeyPair _ -> ED25519.contains(algorithm);
                    default -> false;
                };
        return ofType
                && (key.getAlgorithm() == null
                        || key.getAlgorithm().equals(algorithm)
                        || (ED25519.contains(algorithm)
                                && ED25519.stream().anyMatch(key.getAlgorithm()::equals)));
    }

    static boolean verifies(
            JWK key, JWSAlgorithm algorithm, byte[] signingInput, byte[] signature) {
        JWSHeader header = new JWSHeader(algorithm);
        try {
            return switch (key) {
                case RSAKey rsa ->
                        new RSASSAVerifier(rsa)
                                .verify(header, signingInput, Base64URL.encode(signature));
                case ECKey ec ->
                        new ECDSAVerifier(ec)
                                .verify(header, signingInput, Base64URL.encode(signature));
                case OctetKeyPair pair ->
                        VerificationKey.of(pair).verifies(signingInput, signature);
                default -> false;
            };
        } catch (JOSEException e) {
            return false;
        }
    }
}
