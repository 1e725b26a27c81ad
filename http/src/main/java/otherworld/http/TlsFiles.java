package otherworld.http;

import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collection;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A certificate and its key, as files that somebody renews: looked at every {@link #LOOK}, and
 * taken up whole or not at all. Who is connected keeps the certificate they were shown.
 * Thread-safe.
 */
public final class TlsFiles implements AutoCloseable {
    /** A kubelet itself takes up to a minute to bring a changed Secret to a pod. */
    static final Duration LOOK = Duration.ofSeconds(2);

    private static final Logger log = LoggerFactory.getLogger(TlsFiles.class);

    private final Path certificateFile;
    private final Path keyFile;
    private final PemKeys keys;
    private volatile Pair current;
    private volatile String trouble = "";
    private @Nullable Thread watch;

    private record Pair(byte[] certificate, byte[] key, SslContext context, Instant notAfter) {
        @SuppressWarnings("ArrayRecordComponent") // compared by the one method below
        boolean isOf(byte[] otherCertificate, byte[] otherKey) {
            return Arrays.equals(certificate, otherCertificate) && Arrays.equals(key, otherKey);
        }
    }

    /** Reads a private key from PEM. */
    @FunctionalInterface
    public interface PemKeys {
        PrivateKey read(byte[] pem) throws IOException;
    }

    /** What is in the files is no certificate with its key. */
    public static final class Unusable extends Exception {
        private static final long serialVersionUID = 1;

        Unusable(String message, @Nullable Throwable cause) {
            super(message, cause);
        }
    }

    private TlsFiles(Path certificateFile, Path keyFile, PemKeys keys) throws Unusable {
        this.certificateFile = certificateFile;
        this.keyFile = keyFile;
        this.keys = keys;
        current = read(bytes(certificateFile), bytes(keyFile));
    }

    /**
     * @throws Unusable with the file, what is wrong, and what should be there
     */
    public static TlsFiles of(Path certificate, Path key, PemKeys keys) throws Unusable {
        return new TlsFiles(certificate, key, keys);
    }

    /** Looks for renewed files from now on. */
    public void watch() {
        watch =
                Thread.ofVirtual()
                        .name("tls files")
                        .start(() -> {
                            try {
                                while (true) {
                                    Thread.sleep(LOOK);
                                    look();
                                }
                            } catch (InterruptedException e) {
                                log.debug("No longer looking for renewed certificates");
                            }
                        });
    }

    /** Takes renewed files up; keeps what it has if they are of no use, and says so once. */
    void look() {
        try {
            byte[] certificate = bytes(certificateFile);
            byte[] key = bytes(keyFile);
            if (!current.isOf(certificate, key)) {
                current = read(certificate, key);
                log.info("A renewed certificate, good until {}", current.notAfter());
            }
            trouble = "";
        } catch (Unusable e) {
            String now = String.valueOf(e.getMessage());
            if (!now.equals(trouble)) {
                log.error("The certificate of before stays: {}", now);
            }
            trouble = now;
        }
    }

    /** For the next connection. */
    SslContext context() {
        return current.context();
    }

    public Instant notAfter() {
        return current.notAfter();
    }

    /** What is wrong with the files now; empty if nothing is. */
    public String trouble() {
        return trouble;
    }

    private static byte[] bytes(Path file) throws Unusable {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new Unusable("%s cannot be read: %s".formatted(file, e), e);
        }
    }

    private Pair read(byte[] certificate, byte[] key) throws Unusable {
        X509Certificate[] chain = chain(certificate);
        PrivateKey privateKey;
        try {
            privateKey = keys.read(key);
        } catch (IOException | RuntimeException e) {
            throw new Unusable(
                    "%s holds no private key in PEM, without a password: %s"
                            .formatted(keyFile, e.getMessage()),
                    e);
        }
        if (!belongs(chain[0], privateKey)) {
            throw new Unusable(
                    "the key in %s is not that of the first certificate in %s: give a pair"
                            .formatted(keyFile, certificateFile),
                    null);
        }
        try {
            SslContext context =
                    SslContextBuilder.forServer(privateKey, chain)
                            .sslProvider(SslProvider.JDK)
                            .protocols("TLSv1.3", "TLSv1.2")
                            .build();
            return new Pair(certificate, key, context, chain[0].getNotAfter().toInstant());
        } catch (SSLException e) {
            throw new Unusable(
                    "%s and %s cannot be used: %s"
                            .formatted(certificateFile, keyFile, e.getMessage()),
                    e);
        }
    }

    private X509Certificate[] chain(byte[] pem) throws Unusable {
        try {
            Collection<? extends Certificate> all =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(new ByteArrayInputStream(pem));
            if (!all.isEmpty()) {
                return all.toArray(X509Certificate[]::new);
            }
            throw new CertificateException("it is empty");
        } catch (CertificateException e) {
            throw new Unusable(
                    "%s holds no certificates in PEM: %s"
                            .formatted(certificateFile, e.getMessage()),
                    e);
        }
    }

    /** Whether what the key signs the certificate verifies. */
    private static boolean belongs(X509Certificate certificate, PrivateKey key) throws Unusable {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC", "ECDSA" -> "SHA256withECDSA";
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
    public void close() {
        Thread running = watch;
        if (running != null) {
            running.interrupt();
        }
    }
}
