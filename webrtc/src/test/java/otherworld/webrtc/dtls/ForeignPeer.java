package otherworld.webrtc.dtls;

import java.io.IOException;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Hashtable;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.crypto.params.AsymmetricKeyParameter;
import org.bouncycastle.crypto.util.PrivateKeyFactory;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.tls.AlertDescription;
import org.bouncycastle.tls.Certificate;
import org.bouncycastle.tls.CertificateRequest;
import org.bouncycastle.tls.CipherSuite;
import org.bouncycastle.tls.ClientCertificateType;
import org.bouncycastle.tls.DTLSClientProtocol;
import org.bouncycastle.tls.DTLSServerProtocol;
import org.bouncycastle.tls.DefaultTlsClient;
import org.bouncycastle.tls.DefaultTlsServer;
import org.bouncycastle.tls.ProtocolVersion;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.TlsAuthentication;
import org.bouncycastle.tls.TlsContext;
import org.bouncycastle.tls.TlsCredentialedSigner;
import org.bouncycastle.tls.TlsCredentials;
import org.bouncycastle.tls.TlsFatalAlert;
import org.bouncycastle.tls.TlsSRTPUtils;
import org.bouncycastle.tls.TlsServerCertificate;
import org.bouncycastle.tls.TlsUtils;
import org.bouncycastle.tls.UseSRTPData;
import org.bouncycastle.tls.crypto.TlsCertificate;
import org.bouncycastle.tls.crypto.TlsCryptoParameters;
import org.bouncycastle.tls.crypto.impl.bc.BcDefaultTlsCredentialedSigner;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;

/** A DTLS peer with the defaults and omissions of somebody else's stack. */
final class ForeignPeer {
    private ForeignPeer() {}

    /** What a stack signs with, and how. */
    record Identity(byte[] certificate, AsymmetricKeyParameter key, short hash, short signature) {
        static Identity ec(SecureRandom random, String curve, short hash) {
            return make(random, "EC", new ECGenParameterSpec(curve), "SHA256withECDSA", hash);
        }

        static Identity rsa(SecureRandom random, short hash) {
            var spec = new RSAKeyGenParameterSpec(2_048, RSAKeyGenParameterSpec.F4);
            return make(random, "RSA", spec, "SHA256withRSA", hash);
        }

        private static Identity make(
                SecureRandom random,
                String keys,
                AlgorithmParameterSpec spec,
                String signs,
                short hash) {
            try {
                KeyPairGenerator generator = KeyPairGenerator.getInstance(keys);
                generator.initialize(spec, random);
                KeyPair pair = generator.generateKeyPair();
                Instant now = Instant.now();
                var name = new X500Name("CN=foreign");
                byte[] certificate =
                        new JcaX509v3CertificateBuilder(
                                        name,
                                        BigInteger.ONE,
                                        Date.from(now.minus(1, ChronoUnit.DAYS)),
                                        Date.from(now.plus(1, ChronoUnit.DAYS)),
                                        name,
                                        pair.getPublic())
                                .build(new JcaContentSignerBuilder(signs).build(pair.getPrivate()))
                                .getEncoded();
                return new Identity(
                        certificate,
                        PrivateKeyFactory.createKey(pair.getPrivate().getEncoded()),
                        hash,
                        keys.equals("EC")
                                ? org.bouncycastle.tls.SignatureAlgorithm.ecdsa
                                : org.bouncycastle.tls.SignatureAlgorithm.rsa);
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
        }

        Fingerprint fingerprint() {
            return Fingerprint.of(certificate);
        }

        TlsCredentialedSigner signer(BcTlsCrypto crypto, TlsContext context) throws IOException {
            return new BcDefaultTlsCredentialedSigner(
                    new TlsCryptoParameters(context),
                    crypto,
                    key,
                    new Certificate(new TlsCertificate[] {crypto.createCertificate(certificate)}),
                    new SignatureAndHashAlgorithm(hash, signature));
        }
    }

    /** A client; what it leaves out or adds is overridden. */
    static class Client extends DefaultTlsClient {
        private final BcTlsCrypto crypto;
        private final Identity identity;

        Client(SecureRandom random, Identity identity) {
            this(new BcTlsCrypto(random), identity);
        }

        private Client(BcTlsCrypto crypto, Identity identity) {
            super(crypto);
            this.crypto = crypto;
            this.identity = identity;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return new int[] {CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256};
        }

        @Override
        public void notifySecureRenegotiation(boolean secureRenegotiation) {}

        @Override
        public TlsAuthentication getAuthentication() {
            return new TlsAuthentication() {
                @Override
                public void notifyServerCertificate(TlsServerCertificate server) {}

                @Override
                public TlsCredentials getClientCredentials(CertificateRequest request)
                        throws IOException {
                    return identity.signer(crypto, context);
                }
            };
        }
    }

    /** A client's protocol whose ClientHello is changed before it is sent. */
    static final class ClientProtocol extends DTLSClientProtocol {
        private final UnaryOperator<byte[]> hello;

        ClientProtocol(UnaryOperator<byte[]> hello) {
            this.hello = hello;
        }

        @Override
        protected byte[] generateClientHello(ClientHandshakeState state) throws IOException {
            return hello.apply(super.generateClientHello(state));
        }
    }

    /** A server; as aiortc's it may insist on use_srtp. */
    static class Server extends DefaultTlsServer {
        private final BcTlsCrypto crypto;
        private final Identity identity;
        private final boolean insistsOnSrtp;

        Server(SecureRandom random, Identity identity, boolean insistsOnSrtp) {
            this(new BcTlsCrypto(random), identity, insistsOnSrtp);
        }

        private Server(BcTlsCrypto crypto, Identity identity, boolean insistsOnSrtp) {
            super(crypto);
            this.crypto = crypto;
            this.identity = identity;
            this.insistsOnSrtp = insistsOnSrtp;
        }

        @Override
        protected ProtocolVersion[] getSupportedVersions() {
            return ProtocolVersion.DTLSv12.only();
        }

        @Override
        public void notifySecureRenegotiation(boolean secureRenegotiation) {}

        @Override
        protected TlsCredentialedSigner getECDSASignerCredentials() throws IOException {
            return identity.signer(crypto, context);
        }

        @Override
        protected TlsCredentialedSigner getRSASignerCredentials() throws IOException {
            return identity.signer(crypto, context);
        }

        @Override
        protected int[] getSupportedCipherSuites() {
            return new int[] {
                CipherSuite.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
                CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256
            };
        }

        @Override
        protected boolean selectCipherSuite(int cipherSuite) throws IOException {
            boolean isRsa = identity.signature() == org.bouncycastle.tls.SignatureAlgorithm.rsa;
            boolean wantsRsa = cipherSuite == CipherSuite.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256;
            return isRsa == wantsRsa && super.selectCipherSuite(cipherSuite);
        }

        @Override
        public CertificateRequest getCertificateRequest() {
            return new CertificateRequest(
                    new short[] {ClientCertificateType.ecdsa_sign},
                    TlsRules.acceptedSignatures(),
                    null);
        }

        @Override
        public void notifyClientCertificate(Certificate chain) {}

        @Override
        @SuppressWarnings("unchecked") // Bouncy Castle's tables are raw
        public Hashtable<Integer, byte[]> getServerExtensions() throws IOException {
            Hashtable<Integer, byte[]> extensions = super.getServerExtensions();
            Optional<UseSRTPData> offered =
                    Optional.ofNullable(TlsSRTPUtils.getUseSRTPExtension(clientExtensions));
            if (insistsOnSrtp) {
                int first =
                        offered.orElseThrow(
                                        () -> new TlsFatalAlert(AlertDescription.handshake_failure))
                                .getProtectionProfiles()[0];
                TlsSRTPUtils.addUseSRTPExtension(
                        extensions, new UseSRTPData(new int[] {first}, TlsUtils.EMPTY_BYTES));
            }
            return extensions;
        }
    }

    /** A server's protocol whose ServerHello is changed before it is sent. */
    static final class ServerProtocol extends DTLSServerProtocol {
        private final UnaryOperator<byte[]> hello;

        ServerProtocol(UnaryOperator<byte[]> hello) {
            this.hello = hello;
        }

        @Override
        protected byte[] generateServerHello(ServerHandshakeState state) throws IOException {
            return hello.apply(super.generateServerHello(state));
        }
    }
}
