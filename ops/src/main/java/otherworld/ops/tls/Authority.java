package otherworld.ops.tls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Vouches for our own processes: P-256 keys, which take a fraction of a millisecond. Of all
 * processes only those that make certificates have the library for it.
 */
public record Authority(Credentials self) {
    /** Of what begins now: clocks differ. */
    public static final Duration BACKDATED = Duration.ofHours(1);

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int SERIAL_BITS = 96;

    /** A new one. */
    public static Authority create(String name, Instant from, Instant until) {
        KeyPair keys = newKeys();
        X500Name own = new X500Name("CN=" + name);
        return new Authority(
                sign(
                        builder(own, own, keys, from, until),
                        keys,
                        keys,
                        new Extra(
                                new BasicConstraints(0),
                                new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign),
                                null,
                                null,
                                null)));
    }

    public X509Certificate certificate() {
        return self.certificate();
    }

    /** With a key of its own; good as a server's and as a client's, and never beyond this one. */
    public Credentials issue(PeerId id, Instant from, Instant until) {
        return issue(id.role().path(), List.of(id.uri()), from, until);
    }

    /**
     * @param uris its alternative names
     */
    public Credentials issue(String name, List<String> uris, Instant from, Instant until) {
        Instant end = until.isBefore(self.notAfter()) ? until : self.notAfter();
        KeyPair keys = newKeys();
        X500Name issuer =
                X500Name.getInstance(certificate().getSubjectX500Principal().getEncoded());
        return sign(
                builder(issuer, new X500Name("CN=" + name), keys, from, end),
                new KeyPair(certificate().getPublicKey(), self.key()),
                keys,
                new Extra(
                        new BasicConstraints(false),
                        new KeyUsage(KeyUsage.digitalSignature),
                        new ExtendedKeyUsage(
                                new KeyPurposeId[] {
                                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                                }),
                        uris.isEmpty()
                                ? null
                                : new GeneralNames(
                                        uris.stream()
                                                .map(uri ->
                                                        new GeneralName(
                                                                GeneralName
                                                                        .uniformResourceIdentifier,
                                                                uri))
                                                .toArray(GeneralName[]::new)),
                        certificate()));
    }

    private record Extra(
            BasicConstraints constraints,
            KeyUsage usage,
            @org.jspecify.annotations.Nullable ExtendedKeyUsage purposes,
            @org.jspecify.annotations.Nullable GeneralNames names,
            @org.jspecify.annotations.Nullable X509Certificate issuer) {}

    private static KeyPair newKeys() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), RANDOM);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has P-256", e);
        }
    }

    private static X509v3CertificateBuilder builder(
            X500Name issuer, X500Name subject, KeyPair of, Instant from, Instant until) {
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(SERIAL_BITS, RANDOM),
                Date.from(from),
                Date.from(until),
                subject,
                of.getPublic());
    }

    private static Credentials sign(
            X509v3CertificateBuilder builder, KeyPair issuer, KeyPair own, Extra extra) {
        try {
            JcaX509ExtensionUtils identifiers = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, extra.constraints())
                    .addExtension(Extension.keyUsage, true, extra.usage())
                    .addExtension(
                            Extension.subjectKeyIdentifier,
                            false,
                            identifiers.createSubjectKeyIdentifier(own.getPublic()));
            if (extra.issuer() != null) {
                builder.addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        identifiers.createAuthorityKeyIdentifier(extra.issuer()));
            }
            if (extra.purposes() != null) {
                builder.addExtension(Extension.extendedKeyUsage, false, extra.purposes());
            }
            if (extra.names() != null) {
                builder.addExtension(Extension.subjectAlternativeName, false, extra.names());
            }
            X509Certificate signed =
                    new JcaX509CertificateConverter()
                            .getCertificate(
                                    builder.build(
                                            new JcaContentSignerBuilder("SHA256withECDSA")
                                                    .build(issuer.getPrivate())));
            return new Credentials(List.of(signed), own.getPrivate());
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("a certificate of our own can be made", e);
        }
    }
}
