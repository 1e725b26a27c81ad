package otherworld.local.node;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * What the kubelet endpoint serves with and whom it answers, all as PEM.
 *
 * @param certificate the serving certificate for 127.0.0.1, followed by intermediates if any
 * @param key its private key, PKCS #8 ({@code BEGIN PRIVATE KEY}), EC or RSA
 * @param clients who may ask: the API server's client certificate itself, or the authority that
 *     signed it
 */
public record KubeletTls(String certificate, String key, String clients) {
    private static final String KEY_BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String KEY_END = "-----END PRIVATE KEY-----";
    private static final char[] NO_PASSWORD = new char[0];

    /** Hides the key. */
    @Override
    public String toString() {
        return "KubeletTls[key=***]";
    }

    /**
     * @throws IllegalArgumentException if a part is not what it should be
     */
    public SSLContext context() {
        try {
            KeyStore own = empty();
            own.setKeyEntry(
                    "kubelet",
                    privateKey(),
                    NO_PASSWORD,
                    certificates(certificate).toArray(Certificate[]::new));
            KeyManagerFactory keys =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            keys.init(own, NO_PASSWORD);
            KeyStore trusted = empty();
            List<Certificate> anchors = certificates(clients);
            for (int i = 0; i < anchors.size(); i++) {
                trusted.setCertificateEntry("client-" + i, anchors.get(i));
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(trusted);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("TLS of the kubelet: " + e.getMessage(), e);
        }
    }

    private PrivateKey privateKey() throws GeneralSecurityException {
        int begin = key.indexOf(KEY_BEGIN);
        int end = key.indexOf(KEY_END);
        if (begin < 0 || end < begin) {
            throw new IllegalArgumentException(
                    "TLS of the kubelet: the key must be PKCS #8 PEM (BEGIN PRIVATE KEY)");
        }
        byte[] bytes =
                Base64.getMimeDecoder().decode(key.substring(begin + KEY_BEGIN.length(), end));
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(bytes);
        try {
            return KeyFactory.getInstance("EC").generatePrivate(encoded);
        } catch (GeneralSecurityException notElliptic) {
            return KeyFactory.getInstance("RSA").generatePrivate(encoded);
        }
    }

    private static List<Certificate> certificates(String pem) throws GeneralSecurityException {
        List<Certificate> certificates =
                List.copyOf(
                        CertificateFactory.getInstance("X.509")
                                .generateCertificates(
                                        new ByteArrayInputStream(
                                                pem.getBytes(StandardCharsets.US_ASCII))));
        if (certificates.isEmpty()) {
            throw new IllegalArgumentException("TLS of the kubelet: no certificate in the PEM");
        }
        return certificates;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }
}
