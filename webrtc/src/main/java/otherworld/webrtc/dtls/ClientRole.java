package otherworld.webrtc.dtls;

import java.io.IOException;
import java.util.Hashtable;
import java.util.Vector;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;

/** The active side of a handshake. */
final class ClientRole extends DefaultTlsClient {
    private final DtlsContext shared;
    private final RecordCrypto crypto;
    private final Fingerprint expected;

    ClientRole(DtlsContext shared, RecordCrypto crypto, Fingerprint expected) {
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
        return TlsUtils.getSupportedCipherSuites(crypto, TlsRules.suitesOffered());
    }

    @Override
    protected Vector<SignatureAndHashAlgorithm> getSupportedSignatureAlgorithms() {
        return TlsRules.acceptedSignatures();
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

    /** A server may say nothing of RFC 5746: as in {@link ServerRole}, nobody renegotiates here. */
    @Override
    public void notifySecureRenegotiation(boolean secureRenegotiation) {}

    /** aiortc's server fails a handshake that agrees on no use_srtp, though no media is. */
    @Override
    @SuppressWarnings("unchecked") // Bouncy Castle's tables are raw
    public Hashtable<Integer, byte[]> getClientExtensions() throws IOException {
        Hashtable<Integer, byte[]> extensions = super.getClientExtensions();
        TlsSRTPUtils.addUseSRTPExtension(
                extensions, new UseSRTPData(TlsRules.srtpProfiles(), TlsUtils.EMPTY_BYTES));
        return extensions;
    }

    @Override
    public TlsAuthentication getAuthentication() {
        return new TlsAuthentication() {
            @Override
            public void notifyServerCertificate(TlsServerCertificate server) throws IOException {
                TlsRules.require(expected, server.getCertificate());
            }

            @Override
            public TlsCredentials getClientCredentials(CertificateRequest request)
                    throws IOException {
                return TlsRules.signer(shared, crypto, context);
            }
        };
    }
}
