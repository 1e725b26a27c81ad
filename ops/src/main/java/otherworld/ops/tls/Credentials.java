package otherworld.ops.tls;

import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A certificate and its key.
 *
 * @param chain its own first
 */
public record Credentials(List<X509Certificate> chain, PrivateKey key) {
    public Credentials {
        chain = List.copyOf(chain);
    }

    /**
     * @param certificateName of the file or field, for errors
     * @throws Unusable also if the key is another's
     */
    public static Credentials of(
            byte[] certificatePem, String certificateName, byte[] keyPem, String keyName)
            throws Unusable {
        List<X509Certificate> chain = Pem.certificates(certificatePem, certificateName);
        PrivateKey key = Pem.key(keyPem, keyName);
        if (!belongs(chain.getFirst(), key)) {
            throw new Unusable(
                    "the key in %s is not that of the first certificate in %s: give a pair"
                            .formatted(keyName, certificateName),
                    null);
        }
        return new Credentials(chain, key);
    }

    /** As text, its own first. */
    public String chainPem() {
        return chain.stream().map(Pem::encode).collect(java.util.stream.Collectors.joining());
    }

    /** As text, PKCS #8. */
    public String keyPem() {
        return Pem.encode("PRIVATE KEY", key.getEncoded());
    }

    public X509Certificate certificate() {
        return chain.getFirst();
    }

    public Instant notAfter() {
        return certificate().getNotAfter().toInstant();
    }

    /** Whether what the key signs the certificate verifies. */
    private static boolean belongs(X509Certificate certificate, PrivateKey key) throws Unusable {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm(); // EdDSA
                };
        byte[] anything = {1, 2, 3};
        try {
            Signature signing = Signature.getInstance(algorithm);
            signing.initSign(key);
            signing.update(anything);
            byte[] signature = signing.sign();
            Signature verifying = Signature.getInstance(algorithm);
            verifying.initVerify(certificate.getPublicKey());
            verifying.update(anything);
            return verifying.verify(signature);
        } catch (InvalidKeyException | SignatureException e) {
            return false; // of another kind
        } catch (NoSuchAlgorithmException e) {
            throw new Unusable("keys of %s are not known".formatted(key.getAlgorithm()), e);
        }
    }

    @Override
    public String toString() {
        return "Credentials[%s, key=***]".formatted(certificate().getSubjectX500Principal());
    }
}
