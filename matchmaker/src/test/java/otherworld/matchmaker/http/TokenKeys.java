package otherworld.matchmaker.http;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Signature;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.text.ParseException;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import otherworld.tickets.SigningKeys;

/** A key of each kind, and tokens whose header and claims are any text at all, genuinely signed. */
final class TokenKeys {
    private final RSAKey rsa;
    private final ECKey p256;
    private final ECKey p384;
    private final ECKey p521;
    private final SigningKeys ed25519 = SigningKeys.parse(SigningKeys.generate());

    TokenKeys() {
        try {
            rsa = new RSAKeyGenerator(2048).keyID("rsa").generate();
            p256 = new ECKeyGenerator(Curve.P_256).keyID("p256").generate();
            p384 = new ECKeyGenerator(Curve.P_384).keyID("p384").generate();
            p521 = new ECKeyGenerator(Curve.P_521).keyID("p521").generate();
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    List<JWK> all() {
        return Stream.concat(Stream.of(rsa, p256, p384, p521), Stream.of(of(JWSAlgorithm.EdDSA)))
                .toList();
    }

    String set(List<JWK> keys) {
        return new JWKSet(keys).toString(true);
    }

    JWK of(JWSAlgorithm algorithm) {
        return switch (algorithm.getName()) {
            case "ES256" -> p256;
            case "ES384" -> p384;
            case "ES512" -> p521;
            case "EdDSA", "Ed25519" -> {
                try {
                    yield JWKSet.parse(ed25519.publicJson()).getKeys().get(0);
                } catch (ParseException e) {
                    throw new IllegalStateException(e);
                }
            }
            default -> rsa;
        };
    }

    String sign(JWK key, String header, String claims) {
        String input = encode(header) + "." + encode(claims);
        byte[] bytes = input.getBytes(StandardCharsets.US_ASCII);
        try {
            byte[] signature =
                    switch (key) {
                        case RSAKey pair -> rsa(pair, header, bytes);
                        case ECKey pair -> ec(pair, bytes);
                        default -> ed25519.sign(bytes);
                    };
            return input + "." + Base64.getUrlEncoder().withoutPadding().encodeToString(signature);
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    String hmacWithPublicKey(String header, String claims) {
        String input = encode(header) + "." + encode(claims);
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(rsa.toRSAPublicKey().getEncoded(), "HmacSHA256"));
            return input
                    + "."
                    + Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(mac.doFinal(input.getBytes(StandardCharsets.US_ASCII)));
        } catch (GeneralSecurityException | JOSEException e) {
            throw new IllegalStateException(e);
        }
    }

    static String encode(String text) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(text.getBytes(StandardCharsets.UTF_8));
    }

    private static byte[] rsa(RSAKey key, String header, byte[] bytes)
            throws GeneralSecurityException, JOSEException {
        String bits = header.replaceFirst(".*\"alg\":\"[RP]S(\\d{3})\".*", "$1");
        bits = bits.length() == 3 ? bits : "256";
        Signature signature;
        if (header.contains("\"PS")) {
            signature = Signature.getInstance("RSASSA-PSS");
            signature.setParameter(
                    new PSSParameterSpec(
                            "SHA-" + bits,
                            "MGF1",
                            new MGF1ParameterSpec("SHA-" + bits),
                            Integer.parseInt(bits) / 8,
                            1));
        } else {
            signature = Signature.getInstance("SHA" + bits + "withRSA");
        }
        signature.initSign(key.toRSAPrivateKey());
        signature.update(bytes);
        return signature.sign();
    }

    private static byte[] ec(ECKey key, byte[] bytes)
            throws GeneralSecurityException, JOSEException {
        int bits =
                key.getCurve().equals(Curve.P_256)
                        ? 256
                        : key.getCurve().equals(Curve.P_384) ? 384 : 512;
        Signature signature = Signature.getInstance("SHA" + bits + "withECDSAinP1363Format");
        signature.initSign(key.toECPrivateKey());
        signature.update(bytes);
        return signature.sign();
    }
}
