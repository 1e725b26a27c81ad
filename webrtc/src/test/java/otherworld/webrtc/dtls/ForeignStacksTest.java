package otherworld.webrtc.dtls;

import static org.assertj.core.api.Assertions.assertThat;
import static otherworld.webrtc.dtls.Hellos.clientWithout;
import static otherworld.webrtc.dtls.Hellos.serverWithout;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Arrays;
import java.util.Hashtable;
import java.util.Optional;
import java.util.Vector;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.bouncycastle.tls.DTLSRequest;
import org.bouncycastle.tls.DTLSTransport;
import org.bouncycastle.tls.DTLSVerifier;
import org.bouncycastle.tls.DatagramTransport;
import org.bouncycastle.tls.HashAlgorithm;
import org.bouncycastle.tls.NamedGroup;
import org.bouncycastle.tls.SignatureAlgorithm;
import org.bouncycastle.tls.SignatureAndHashAlgorithm;
import org.bouncycastle.tls.crypto.impl.bc.BcTlsCrypto;
import org.junit.jupiter.api.Test;

/**
 * Handshakes with what other stacks leave out, add or insist on; data goes both ways after each.
 */
class ForeignStacksTest {
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final ForeignPeer.Identity P256 =
            ForeignPeer.Identity.ec(RANDOM, "secp256r1", HashAlgorithm.sha256);

    private final DtlsContext context =
            new DtlsContext(DtlsIdentity.create(RANDOM, Instant.now()), RANDOM, 10_000);

    private final Foreign foreign = new Foreign();

    // ---- clients of others

    @Test
    void aClientNeedNotSpeakOfRenegotiation() throws Exception { // str0m
        accepts(new ForeignPeer.Client(RANDOM, P256), P256, Hellos::withoutScsv);
    }

    @Test
    void aClientNeedNotHaveTheExtendedMasterSecret() throws Exception {
        accepts(
                new ForeignPeer.Client(RANDOM, P256) {
                    @Override
                    public boolean shouldUseExtendedMasterSecret() {
                        return false;
                    }
                },
                P256,
                UnaryOperator.identity());
    }

    @Test
    void aClientNeedNotNamePointFormats() throws Exception {
        accepts(
                new ForeignPeer.Client(RANDOM, P256),
                P256,
                hello -> clientWithout(hello, Hellos.EC_POINT_FORMATS));
    }

    @Test
    void aClientNeedNotNameItsCurves() throws Exception { // RFC 8422 4: the server may choose any
        accepts(
                new ForeignPeer.Client(RANDOM, P256),
                P256,
                hello -> clientWithout(hello, Hellos.SUPPORTED_GROUPS));
    }

    @Test
    void aClientMayHaveOneCurveAlone() throws Exception {
        for (int only : new int[] {NamedGroup.secp256r1, NamedGroup.secp384r1, NamedGroup.x25519}) {
            accepts(
                    new ForeignPeer.Client(RANDOM, P256) {
                        @Override
                        @SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's
                        protected Vector getSupportedGroups(Vector roles) {
                            return new Vector<>(java.util.List.of(only));
                        }
                    },
                    P256,
                    UnaryOperator.identity());
        }
    }

    @Test
    void aClientMayPreferOtherSignatures() throws Exception {
        accepts(
                new ForeignPeer.Client(RANDOM, P256) {
                    @Override
                    @SuppressWarnings({"rawtypes", "JdkObsolete"}) // Bouncy Castle's
                    protected Vector getSupportedSignatureAlgorithms() {
                        return new Vector<>(
                                java.util.List.of(
                                        new SignatureAndHashAlgorithm(
                                                HashAlgorithm.sha512, SignatureAlgorithm.rsa),
                                        new SignatureAndHashAlgorithm(
                                                HashAlgorithm.sha256, SignatureAlgorithm.ecdsa)));
                    }
                },
                P256,
                UnaryOperator.identity());
    }

    @Test
    void aClientsCertificateMayBeOfAnotherKind() throws Exception {
        for (ForeignPeer.Identity identity :
                new ForeignPeer.Identity[] {
                    ForeignPeer.Identity.ec(RANDOM, "secp384r1", HashAlgorithm.sha384),
                    ForeignPeer.Identity.rsa(RANDOM, HashAlgorithm.sha256),
                    ForeignPeer.Identity.rsa(RANDOM, HashAlgorithm.sha512)
                }) {
            accepts(new ForeignPeer.Client(RANDOM, identity), identity, UnaryOperator.identity());
        }
    }

    @Test
    void aClientMayPreferVersion13() throws Exception { // RFC 9147 5.3; Firefox, Chromium
        accepts(
                new ForeignPeer.Client(RANDOM, P256) {
                    @Override
                    @SuppressWarnings("unchecked") // Bouncy Castle's tables are raw
                    public Hashtable<Integer, byte[]> getClientExtensions() throws IOException {
                        Hashtable<Integer, byte[]> extensions = super.getClientExtensions();
                        byte[] versions = {4, (byte) 0xfe, (byte) 0xfc, (byte) 0xfe, (byte) 0xfd};
                        extensions.put(Hellos.SUPPORTED_VERSIONS, versions);
                        return extensions;
                    }
                },
                P256,
                UnaryOperator.identity());
    }

    @Test
    void aClientHelloMayComeInFragments() throws Exception { // post-quantum keys make it long
        foreign.sendLimit = 128;
        accepts(new ForeignPeer.Client(RANDOM, P256), P256, UnaryOperator.identity());
        assertThat(foreign.datagramsOut.get()).as("datagrams of the client").isGreaterThan(4);
    }

    // ---- servers of others

    @Test
    void aServerNeedNotSpeakOfRenegotiation() throws Exception {
        connectsTo(
                new ForeignPeer.Server(RANDOM, P256, false),
                P256,
                hello -> serverWithout(hello, Hellos.RENEGOTIATION_INFO),
                false);
    }

    @Test
    void aServerMayInsistOnSrtp() throws Exception { // aiortc
        connectsTo(
                new ForeignPeer.Server(RANDOM, P256, true), P256, UnaryOperator.identity(), false);
    }

    @Test
    void aServerMayAskForACookie() throws Exception { // RFC 6347 4.2.1
        connectsTo(
                new ForeignPeer.Server(RANDOM, P256, false), P256, UnaryOperator.identity(), true);
    }

    @Test
    void aServersCertificateMayBeOfRsa() throws Exception {
        ForeignPeer.Identity rsa = ForeignPeer.Identity.rsa(RANDOM, HashAlgorithm.sha256);
        connectsTo(
                new ForeignPeer.Server(RANDOM, rsa, false), rsa, UnaryOperator.identity(), false);
    }

    // ---- the two sides

    private void accepts(
            ForeignPeer.Client client, ForeignPeer.Identity identity, UnaryOperator<byte[]> hello)
            throws Exception {
        DtlsRecords ours =
                meet(
                        DtlsHandshake.Role.SERVER,
                        identity,
                        () -> new ForeignPeer.ClientProtocol(hello).connect(client, foreign));
        talk(ours);
    }

    private void connectsTo(
            ForeignPeer.Server server,
            ForeignPeer.Identity identity,
            UnaryOperator<byte[]> hello,
            boolean cookie)
            throws Exception {
        DtlsRecords ours =
                meet(
                        DtlsHandshake.Role.CLIENT,
                        identity,
                        () -> {
                            var protocol = new ForeignPeer.ServerProtocol(hello);
                            return cookie
                                    ? protocol.accept(server, foreign, foreign.verified())
                                    : protocol.accept(server, foreign);
                        });
        talk(ours);
    }

    private interface Foreigner {
        DTLSTransport shakeHands() throws IOException;
    }

    private DtlsRecords meet(
            DtlsHandshake.Role role, ForeignPeer.Identity identity, Foreigner foreigner)
            throws Exception {
        foreign.begin();
        var ended = new CompletableFuture<DtlsHandshake.Outcome>();
        var transport = new CompletableFuture<DTLSTransport>();
        foreign.ours =
                DtlsHandshake.start(
                        context,
                        role,
                        identity.fingerprint(),
                        (datagram, offset, length) ->
                                foreign.inbox.add(
                                        Arrays.copyOfRange(datagram, offset, offset + length)),
                        ended::complete);
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        transport.complete(foreigner.shakeHands());
                    } catch (IOException | RuntimeException e) {
                        transport.completeExceptionally(e);
                    }
                });
        DtlsHandshake.Outcome outcome = ended.get(15, TimeUnit.SECONDS);
        assertThat(outcome).isInstanceOf(DtlsHandshake.Outcome.Done.class);
        foreign.connected = transport.get(15, TimeUnit.SECONDS);
        return ((DtlsHandshake.Outcome.Done) outcome).records();
    }

    private void talk(DtlsRecords ours) throws Exception {
        byte[] hello = "to the foreigner".getBytes(StandardCharsets.UTF_8);
        ours.send(hello, 0, hello.length);
        byte[] heard = new byte[2_048];
        int length = foreign.connected.receive(heard, 0, heard.length, 5_000);
        assertThat(Arrays.copyOf(heard, Math.max(0, length))).isEqualTo(hello);
        var back = new CompletableFuture<byte[]>();
        foreign.outbox = back;
        foreign.connected.send(hello, 0, hello.length);
        byte[] datagram = back.get(5, TimeUnit.SECONDS);
        var taken = new CompletableFuture<byte[]>();
        ours.receive(
                datagram,
                0,
                datagram.length,
                new byte[2_048],
                (buffer, offset, bytes) ->
                        taken.complete(Arrays.copyOfRange(buffer, offset, offset + bytes)));
        assertThat(taken).isCompletedWithValueMatching(data -> Arrays.equals(data, hello));
    }

    /** The foreigner's socket. */
    private static final class Foreign implements DatagramTransport {
        final BlockingQueue<byte[]> inbox = new LinkedBlockingQueue<>();
        final java.util.concurrent.atomic.AtomicInteger datagramsOut =
                new java.util.concurrent.atomic.AtomicInteger();
        int sendLimit = 1_200;

        @SuppressWarnings("NullAway.Init") // by meet()
        volatile DtlsHandshake ours;

        @SuppressWarnings("NullAway.Init") // by meet()
        DTLSTransport connected;

        /** Takes the next datagram instead of the handshake, once that is over. */
        volatile @org.jspecify.annotations.Nullable CompletableFuture<byte[]> outbox;

        void begin() {
            inbox.clear();
            datagramsOut.set(0);
            outbox = null;
        }

        /** Answers a ClientHello by HelloVerifyRequest until it brings the cookie. */
        DTLSRequest verified() throws IOException {
            var verifier = new DTLSVerifier(new BcTlsCrypto(RANDOM));
            byte[] buffer = new byte[2_048];
            while (true) {
                int length = receive(buffer, 0, buffer.length, 5_000);
                Optional<DTLSRequest> request =
                        Optional.ofNullable(
                                verifier.verifyRequest(
                                        new byte[] {1, 2, 3, 4}, buffer, 0, length, this));
                if (request.isPresent()) {
                    return request.get();
                }
            }
        }

        @Override
        public int getReceiveLimit() {
            return 2_048;
        }

        @Override
        public int getSendLimit() {
            return sendLimit;
        }

        @Override
        public int receive(byte[] buffer, int offset, int length, int waitMillis)
                throws IOException {
            try {
                byte[] datagram = inbox.poll(waitMillis, TimeUnit.MILLISECONDS);
                if (datagram == null) {
                    return -1;
                }
                System.arraycopy(datagram, 0, buffer, offset, datagram.length);
                return datagram.length;
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }

        @Override
        public void send(byte[] buffer, int offset, int length) {
            datagramsOut.incrementAndGet();
            CompletableFuture<byte[]> waiting = outbox;
            if (waiting != null) {
                waiting.complete(Arrays.copyOfRange(buffer, offset, offset + length));
            } else {
                ours.receive(buffer, offset, length);
            }
        }

        @Override
        public void close() {}
    }
}
