package otherworld.webrtc.dtls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A self-signed ECDSA P-256 certificate and its key, made at start and kept in memory only: peers
 * trust it because its fingerprint came over the authenticated signalling. Immutable.
 */
public final class DtlsIdentity {
    private static final Duration VALID_BEFORE = Duration.ofDays(1);
    private static final Duration VALID_FOR = Duration.ofDays(365);

    private final byte[] certificate;
    private final AsymmetricKeyParameter privateKey;
    private final Fingerprint fingerprint;

    private DtlsIdentity(byte[] certificate, AsymmetricKeyParameter privateKey) {
        this.certificate = certificate;
        this.privateKey = privateKey;
        this.fingerprint = Fingerprint.of(certificate);
    }

    /**
     * A new one, valid from a day before {@code now} (clocks differ) for a year: longer than any
     * pod lives, and nobody checks it but by fingerprint.
     */
    public static DtlsIdentity create(SecureRandom random, Instant now) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"), random);
            KeyPair keys = generator.generateKeyPair();
            // No name that tells of the host: certificates cross the network in the clear.
            var name = new X500Name("CN=WebRTC");
            var certificate =
                    new JcaX509v3CertificateBuilder(
                                    name,
                                    new BigInteger(63, random).setBit(0),
                                    Date.from(now.minus(VALID_BEFORE)),
                                    Date.from(now.plus(VALID_FOR)),
                                    name,
                                    keys.getPublic())
                            .build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(keys.getPrivate()));
            return new DtlsIdentity(
                    certificate.getEncoded(),
                    PrivateKeyFactory.createKey(keys.getPrivate().getEncoded()));
        } catch (GeneralSecurityException | OperatorCreationException | IOException e) {
            throw new IllegalStateException("cannot make a P-256 certificate", e);
        }
    }

    public Fingerprint fingerprint() {
        return fingerprint;
    }

    /** DER. */
    byte[] certificate() {
        return certificate;
    }

    AsymmetricKeyParameter privateKey() {
        return privateKey;
    }

    @Override
    public String toString() {
        return "DtlsIdentity[" + fingerprint + "]";
    }
}
