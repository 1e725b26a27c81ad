package otherworld.persistence;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocketFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.Settings;

/**
 * Certificates of the connection to SQL as PEM, which a Secret gives to a process as it gives the
 * password: pods of instances mount nothing. The JDBC URL names them by their digest, so that no
 * secret is in it.
 */
public final class DatabaseTls {
    private static final String AUTHORITY = "DATABASE_CA";
    private static final String CERTIFICATE = "DATABASE_CERTIFICATE";
    private static final String KEY = "DATABASE_KEY";
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "Ed25519");
    private static final char[] NO_PASSWORD = new char[0];

    private static final Logger log = LoggerFactory.getLogger(DatabaseTls.class);

    private DatabaseTls() {}

    /**
     * Reads what the settings have of {@code DATABASE_CA}, {@code DATABASE_CERTIFICATE} and {@code
     * DATABASE_KEY}; errors are the settings' to tell.
     *
     * @return the URL to connect with: {@code url} if none is set, or else one that also has the
     *     server's name verified unless {@code url} says otherwise
     */
    @SuppressWarnings("NullAway") // a missing URL is an error that check() tells
    public static String url(Settings settings, String url) {
        String authority = settings.secret(AUTHORITY, "");
        String certificate = settings.secret(CERTIFICATE, "");
        String key = settings.secret(KEY, "");
        if (certificate.isEmpty() != key.isEmpty()) {
            settings.error(
                    "%s and %s belong together: give both, or neither".formatted(CERTIFICATE, KEY));
            return url;
        }
        if (url == null || (authority.isEmpty() && certificate.isEmpty())) {
            return url;
        }
        if (url.contains("sslfactory=") || url.contains("sslrootcert=")) {
            settings.error(
                    "DATABASE_URL has sslfactory or sslrootcert, and %s or %s is set: leave one out"
                            .formatted(AUTHORITY, CERTIFICATE));
            return url;
        }
        try {
            SSLSocketFactory factory = factory(authority, certificate, key);
            String id = digest(authority + certificate + key);
            PemSocketFactory.FACTORIES.put(id, factory);
            StringBuilder whole = new StringBuilder(url).append(url.contains("?") ? '&' : '?');
            if (!url.contains("sslmode=")) {
                whole.append("sslmode=verify-full&");
            }
            return whole.append("sslfactory=")
                    .append(PemSocketFactory.class.getName())
                    .append("&sslfactoryarg=")
                    .append(id)
                    .toString();
        } catch (GeneralSecurityException | IOException | IllegalArgumentException e) {
            settings.error(
                    "%s, %s or %s cannot be used: %s. They are PEM; the key is PKCS #8 without a password (BEGIN PRIVATE KEY): openssl pkcs8 -topk8 -nocrypt makes it so"
                            .formatted(AUTHORITY, CERTIFICATE, KEY, e.getMessage()));
            return url;
        }
    }

    private static SSLSocketFactory factory(String authority, String certificate, String key)
            throws GeneralSecurityException, IOException {
        TrustManager @Nullable [] trust = null; // the JVM's authorities
        if (!authority.isEmpty()) {
            KeyStore store = empty();
            int n = 0;
            for (Certificate each : certificates(AUTHORITY, authority)) {
                store.setCertificateEntry("ca-" + n++, each);
            }
            TrustManagerFactory trusted =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(store);
            trust = trusted.getTrustManagers();
        }
        KeyManager @Nullable [] keys = null;
        if (!certificate.isEmpty()) {
            KeyStore store = empty();
            store.setKeyEntry(
                    "client",
                    privateKey(key),
                    NO_PASSWORD,
                    certificates(CERTIFICATE, certificate).toArray(Certificate[]::new));
            KeyManagerFactory own =
                    KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            own.init(store, NO_PASSWORD);
            keys = own.getKeyManagers();
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trust, null);
        return context.getSocketFactory();
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, NO_PASSWORD);
        return store;
    }

    private static Collection<? extends Certificate> certificates(String name, String pem)
            throws GeneralSecurityException {
        Collection<? extends Certificate> read =
                CertificateFactory.getInstance("X.509")
                        .generateCertificates(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
        if (read.isEmpty()) {
            throw new IllegalArgumentException(name + " holds no certificate");
        }
        return read;
    }

    private static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        if (!pem.contains("-----BEGIN PRIVATE KEY-----")) {
            throw new IllegalArgumentException(KEY + " has no BEGIN PRIVATE KEY");
        }
        byte[] der =
                Base64.getMimeDecoder()
                        .decode(
                                pem.replaceAll("(?s).*-----BEGIN PRIVATE KEY-----", "")
                                        .replaceAll("(?s)-----END PRIVATE KEY-----.*", ""));
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm)
                        .generatePrivate(new PKCS8EncodedKeySpec(der));
            } catch (InvalidKeySpecException e) {
                log.debug("{} is not of {}", KEY, algorithm, e);
            }
        }
        throw new IllegalArgumentException(KEY + " is of none of " + KEY_ALGORITHMS);
    }

    private static String digest(String text) throws GeneralSecurityException {
        return HexFormat.of()
                .formatHex(
                        MessageDigest.getInstance("SHA-256")
                                .digest(text.getBytes(StandardCharsets.US_ASCII)))
                .substring(0, 16);
    }
}
