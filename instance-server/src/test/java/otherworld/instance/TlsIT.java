package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPrivateKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.protocol.Ping;
import otherworld.protocol.Pong;

/** Players' port with a certificate: renewed under players who stay, refused when it is none. */
class TlsIT {
    @TempDir private Path folder;

    private Map<String, String> settings() {
        return Map.of(
                "OTHERWORLD_TLS_CERTIFICATE_FILE",
                folder.resolve("tls.crt").toString(),
                "OTHERWORLD_TLS_KEY_FILE",
                folder.resolve("tls.key").toString());
    }

    /** As cert-manager writes them: RSA as PKCS #1, EC as SEC 1. */
    private void write(String name, KeyPair pair, boolean pkcs8) throws Exception {
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(pair.getPrivate().getEncoded());
        boolean rsa = pair.getPrivate().getAlgorithm().equals("RSA");
        String kind = pkcs8 ? "PRIVATE KEY" : rsa ? "RSA PRIVATE KEY" : "EC PRIVATE KEY";
        byte[] key =
                pkcs8
                        ? info.getEncoded()
                        : pair.getPrivate() instanceof ECPrivateKey curve
                                ? new org.bouncycastle.asn1.sec.ECPrivateKey(
                                                256,
                                                curve.getS(),
                                                info.getPrivateKeyAlgorithm().getParameters())
                                        .getEncoded()
                                : info.parsePrivateKey().toASN1Primitive().getEncoded();
        replace("tls.key", pem(kind, key));
        replace("tls.crt", pem("CERTIFICATE", certificate(name, pair).getEncoded()));
    }

    private void replace(String file, String text) throws IOException {
        Path part = folder.resolve(file + ".part");
        Files.writeString(part, text);
        Files.move(part, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(
                        kind,
                        Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                                .encodeToString(der),
                        kind);
    }

    private static X509CertificateHolder certificate(String name, KeyPair pair)
            throws OperatorCreationException {
        X500Name subject = new X500Name("CN=" + name);
        boolean rsa = pair.getPrivate().getAlgorithm().equals("RSA");
        return new JcaX509v3CertificateBuilder(
                        subject,
                        BigInteger.valueOf(System.nanoTime()),
                        Date.from(Instant.now().minusSeconds(60)),
                        Date.from(Instant.now().plusSeconds(3_600)),
                        subject,
                        pair.getPublic())
                .build(
                        new JcaContentSignerBuilder(rsa ? "SHA256withRSA" : "SHA256withECDSA")
                                .build(pair.getPrivate()));
    }

    private static KeyPair pair(String algorithm, int size) throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(size);
        return generator.generateKeyPair();
    }

    @Test
    void aRenewedCertificateIsForNewConnectionsAndABadOneIsForNobody() throws Exception {
        write("first", pair("RSA", 2048), false);
        try (Backend backend = new Backend();
                InstanceProcess instance = InstanceProcess.ready(backend, "pod-1", settings())) {
            URI play = URI.create("wss://127.0.0.1:%d/v1/play".formatted(instance.port));
            try (TestPlayer ada =
                    TestPlayer.connect(trusting(), play)
                            .hello(backend.ticket("ada", backend.seat(1)))
                            .welcomed()) {
                ada.durable(ada.place("crate", 32, 32));
                assertThat(shown(instance.port)).isEqualTo("CN=first");
                write("second", pair("EC", 256), false);
                await().atMost(Duration.ofSeconds(12))
                        .until(() -> shown(instance.port).equals("CN=second"));
                // Its key is not there yet: as if both files had been written one by one.
                replace(
                        "tls.crt",
                        pem("CERTIFICATE", certificate("third", pair("EC", 256)).getEncoded()));
                await().atMost(Duration.ofSeconds(12))
                        .until(() -> instance.metric("otherworld_instance_tls_unusable") == 1);
                assertThat(shown(instance.port)).isEqualTo("CN=second");
                assertThat(instance.log()).contains("The certificate of before stays");
                ada.say(new Ping(7, 0));
                ada.await(Pong.class, pong -> pong.nonce() == 7);
                assertThat(ada.closed).isNotDone();
            }
            // Who speaks no TLS is let go, and others do not notice.
            try (RawSocket raw = new RawSocket(instance.port)) {
                raw.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
                assertThat(raw.readAll()).doesNotStartWith("HTTP");
            }
            assertThat(instance.log()).doesNotContain("A bug");
        }
    }

    @Test
    void withAKeyThatIsNotTheCertificatesNothingStarts() throws Exception {
        write("first", pair("EC", 256), true);
        replace("tls.key", pem("PRIVATE KEY", pair("EC", 256).getPrivate().getEncoded()));
        try (Backend backend = new Backend();
                InstanceProcess instance = InstanceProcess.start(backend, "pod-1", settings())) {
            assertThat(instance.process.onExit().get(30, TimeUnit.SECONDS)).isEqualTo(2);
            assertThat(instance.log())
                    .contains("cannot speak TLS", "tls.key is not that of the first certificate");
        }
    }

    private static String shown(int port) throws IOException {
        try (SSLSocket socket =
                (SSLSocket) context().getSocketFactory().createSocket("127.0.0.1", port)) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }
    }

    private static HttpClient trusting() {
        return HttpClient.newBuilder().sslContext(context()).build();
    }

    private static SSLContext context() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            // What is shown is looked at, not who vouches for it.
            context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
