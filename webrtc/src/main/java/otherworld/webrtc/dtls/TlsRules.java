package otherworld.webrtc.dtls;

import java.io.IOException;
import java.util.List;
import java.util.Vector;
import java.util.stream.Stream;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.SRTPProtectionProfile;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;

/** What both roles of a handshake have in common. */
final class TlsRules {
    /**
     * First resend of a flight; doubled each time. RFC 6347 4.2.4.1 says 1 s, and less where time
     * matters: clients give up on the whole connection after two. Chromium's is the same; where a
     * round trip takes longer, a flight of one datagram goes out twice or thrice.
     */
    static final int RESEND_MS = 50;

    /** Chains are of one self-signed certificate; this leaves room for strange ones. */
    static final int MAX_MESSAGE_BYTES = 16_384;

    private static final SignatureAndHashAlgorithm ECDSA_SHA256 =
            new SignatureAndHashAlgorithm(HashAlgorithm.sha256, SignatureAlgorithm.ecdsa);

    /** What certificates of browsers and stacks sign with; an older one's key may be RSA's. */
    private static final List<SignatureAndHashAlgorithm> ACCEPTED =
            Stream.of(HashAlgorithm.sha256, HashAlgorithm.sha384, HashAlgorithm.sha512)
                    .flatMap(hash ->
                            Stream.of(SignatureAlgorithm.ecdsa, SignatureAlgorithm.rsa)
                                    .map(by -> new SignatureAndHashAlgorithm(hash, by)))
                    .toList();

    private TlsRules() {}

    /**
     * RFC 8827 section 6.5 makes the first mandatory; the second is what some prefer. {@link
     * RecordCipher} knows AES-GCM alone.
     */
    static int[] suites() {
        return new int[] {
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384
        };
    }

    /** As client: the server's certificate may be RSA's, of which the offer says nothing. */
    static int[] suitesOffered() {
        return new int[] {
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
            CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
            CipherSuite.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384
        };
    }

    /** Named since some peers insist (RFC 5764); no media flows. The first is mandatory there. */
    static int[] srtpProfiles() {
        return new int[] {
            SRTPProtectionProfile.SRTP_AES128_CM_HMAC_SHA1_80,
            SRTPProtectionProfile.SRTP_AEAD_AES_128_GCM
        };
    }

    /** Signatures taken from peers. */
    @SuppressWarnings("JdkObsolete") // Bouncy Castle's interfaces want a Vector
    static Vector<SignatureAndHashAlgorithm> acceptedSignatures() {
        return new Vector<>(ACCEPTED);
    }

    static TlsCredentialedSigner signer(DtlsContext shared, RecordCrypto crypto, TlsContext context)
            throws IOException {
        var chain =
                new Certificate(
                        new TlsCertificate[] {
                            crypto.createCertificate(shared.identity().certificate())
                        });
        return new BcDefaultTlsCredentialedSigner(
                new TlsCryptoParameters(context),
                crypto,
                shared.identity().privateKey(),
                chain,
                ECDSA_SHA256);
    }

    /** The certificate must be the one that the SDP named; nothing else makes it trustworthy. */
    static void require(Fingerprint expected, Certificate chain) throws IOException {
        if (chain.isEmpty()) {
            throw new TlsFatalAlert(AlertDescription.bad_certificate, "no certificate");
        }
        if (!expected.matches(chain.getCertificateAt(0).getEncoded())) {
            throw new TlsFatalAlert(
                    AlertDescription.bad_certificate,
                    "the certificate is not the one whose fingerprint the SDP names");
        }
    }
}
