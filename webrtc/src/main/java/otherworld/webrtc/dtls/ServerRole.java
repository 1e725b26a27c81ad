package otherworld.webrtc.dtls;

import java.io.IOException;
import java.util.Hashtable;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;

/** The passive side of a handshake. */
final class ServerRole extends DefaultTlsServer {
    private final DtlsContext shared;
    private final RecordCrypto crypto;
    private final Fingerprint expected;

    ServerRole(DtlsContext shared, RecordCrypto crypto, Fingerprint expected) {
        super(crypto);
        this.shared = shared;
        this.crypto = crypto;
        this.expected = expected;
    }

    @Override
    protected ProtocolVersion[] getSupportedVersions() {
        return ProtocolVersion.DTLSv12.only();
    }

    @Override
    protected int[] getSupportedCipherSuites() {
        return TlsUtils.getSupportedCipherSuites(crypto, TlsRules.suites());
    }

    @Override
    public int getHandshakeTimeoutMillis() {
        return shared.handshakeTimeoutMs();
    }

    @Override
    public int getHandshakeResendTimeMillis() {
        return TlsRules.RESEND_MS;
    }

    @Override
    public int getMaxHandshakeMessageSize() {
        return TlsRules.MAX_MESSAGE_BYTES;
    }

    @Override
    protected TlsCredentialedSigner getECDSASignerCredentials() throws IOException {
        return TlsRules.signer(shared, crypto, context);
    }

    @Override
    public CertificateRequest getCertificateRequest() {
        return new CertificateRequest(
                new short[] {ClientCertificateType.ecdsa_sign, ClientCertificateType.rsa_sign},
                TlsRules.acceptedSignatures(),
                null);
    }

    /**
     * Bouncy Castle would refuse clients that say nothing of RFC 5746, as str0m's. Its attack needs
     * a server that renegotiates, and none does here: {@link DtlsRecords} ignores what asks for it.
     */
    @Override
    public void notifySecureRenegotiation(boolean secureRenegotiation) {}

    @Override
    public void notifyClientCertificate(Certificate chain) throws IOException {
        TlsRules.require(expected, chain);
    }

    /** werift fails without an answer to its use_srtp offer, though no media is agreed on. */
    @Override
    @SuppressWarnings("unchecked") // Bouncy Castle's tables are raw
    public Hashtable<Integer, byte[]> getServerExtensions() throws IOException {
        Hashtable<Integer, byte[]> extensions = super.getServerExtensions();
        UseSRTPData offered =
                clientExtensions == null
                        ? null
                        : TlsSRTPUtils.getUseSRTPExtension(clientExtensions);
        if (offered != null && offered.getProtectionProfiles().length > 0) {
            int[] first = {offered.getProtectionProfiles()[0]};
            TlsSRTPUtils.addUseSRTPExtension(
                    extensions, new UseSRTPData(first, TlsUtils.EMPTY_BYTES));
        }
        return extensions;
    }
}
