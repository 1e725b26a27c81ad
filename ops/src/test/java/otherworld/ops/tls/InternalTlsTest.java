package otherworld.ops.tls;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.ops.tls.InternalTlsSettings.Mode;

/** Who gets in and who does not, engine to engine. */
class InternalTlsTest {
    private static final String DOMAIN = "release.games";
    private final Instant now = Instant.now();
    private final Instant later = now.plus(Duration.ofDays(30));
    private final Authority ours = Authority.create("ours", hours(-48), later);
    private final Authority theirs = Authority.create("theirs", hours(-48), later);

    private Instant hours(int hours) {
        return now.plus(Duration.ofHours(hours));
    }

    private Material material(Authority of, PeerId id, Authority... trusted) {
        return new Material(
                of.issue(id, hours(-1), later),
                java.util.Arrays.stream(trusted).map(Authority::certificate).toList());
    }

    private static InternalTls tls(AtomicReference<Material> material) {
        return InternalTls.of(
                new InternalTlsSettings(Mode.REQUIRED, java.util.Optional.empty(), DOMAIN),
                () -> java.util.Optional.of(material.get()),
                () -> "");
    }

    private static InternalTls tls(Material material) {
        return tls(new AtomicReference<>(material));
    }

    private final InternalTls matchmaker =
            tls(material(ours, PeerId.of(DOMAIN, Role.MATCHMAKER), ours));

    private String operatorComes(Credentials shown) {
        return comes(tls(new Material(shown, List.of(ours.certificate()))));
    }

    private String comes(InternalTls client) {
        return shake(
                client.client(Role.MATCHMAKER).createSSLEngine("10.0.0.1", 1),
                matchmaker.server(Role.OPERATOR).createSSLEngine());
    }

    /** Empty if both sides got through and could speak; else what ended it. */
    private static String shake(SSLEngine client, SSLEngine server) {
        ByteBuffer toServer = ByteBuffer.allocate(64 << 10);
        ByteBuffer toClient = ByteBuffer.allocate(64 << 10);
        ByteBuffer said = ByteBuffer.allocate(64 << 10);
        ByteBuffer word = ByteBuffer.wrap("hello".getBytes(StandardCharsets.US_ASCII));
        SSLException first = null;
        for (int turn = 0; turn < 60; turn++) {
            try {
                step(
                        client,
                        client.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING && turn > 0
                                ? word
                                : ByteBuffer.allocate(0),
                        toServer,
                        toClient,
                        ByteBuffer.allocate(64 << 10));
            } catch (SSLException e) {
                first = first == null ? e : first;
            }
            try {
                step(server, ByteBuffer.allocate(0), toClient, toServer, said);
            } catch (SSLException e) {
                first = first == null ? e : first;
            }
            if (said.position() == 5 && first == null) {
                return "";
            }
        }
        return first == null ? "nothing was said" : Refusal.explain(first) + " / " + first;
    }

    private static void step(
            SSLEngine engine, ByteBuffer word, ByteBuffer out, ByteBuffer in, ByteBuffer said)
            throws SSLException {
        in.flip();
        try {
            if (in.hasRemaining() && !engine.isInboundDone()) {
                SSLEngineResult _ = engine.unwrap(in, said);
            }
        } finally {
            in.compact();
            for (Runnable task = engine.getDelegatedTask();
                    task != null;
                    task = engine.getDelegatedTask()) {
                task.run();
            }
        }
        if (!engine.isOutboundDone()) {
            SSLEngineResult _ = engine.wrap(word, out);
        }
    }

    @Test
    void theRightRoleGetsIn() {
        assertThat(operatorComes(ours.issue(PeerId.of(DOMAIN, Role.OPERATOR), hours(-1), later)))
                .isEmpty();
        assertThat(matchmaker.refused(Refusal.WRONG_ROLE)).isZero();
    }

    @Test
    void aGatewayMayNotActAsAnOperator() {
        assertThat(operatorComes(ours.issue(PeerId.of(DOMAIN, Role.GATEWAY), hours(-1), later)))
                .contains("spiffe://release.games/gateway may not do this")
                .contains("spiffe://release.games/operator");
        assertThat(matchmaker.refused(Refusal.WRONG_ROLE)).isOne();
    }

    @Test
    void anOperatorOfAnotherReleaseIsNobodyHere() {
        assertThat(operatorComes(ours.issue(PeerId.of("other", Role.OPERATOR), hours(-1), later)))
                .contains("spiffe://other/operator may not do this");
    }

    @Test
    void anotherAuthorityIsNotTrusted() {
        assertThat(operatorComes(theirs.issue(PeerId.of(DOMAIN, Role.OPERATOR), hours(-1), later)))
                .contains("CN=theirs")
                .contains("both sides must have the same ones");
        assertThat(matchmaker.refused(Refusal.UNTRUSTED)).isOne();
    }

    @Test
    void anExpiredCertificateSaysSo() {
        assertThat(
                        operatorComes(
                                ours.issue(PeerId.of(DOMAIN, Role.OPERATOR), hours(-9), hours(-2))))
                .contains("has expired")
                .contains("have it renewed");
        assertThat(matchmaker.refused(Refusal.EXPIRED)).isOne();
    }

    @Test
    void aClockThatIsWrongIsSuspected() {
        assertThat(operatorComes(ours.issue(PeerId.of(DOMAIN, Role.OPERATOR), hours(5), later)))
                .contains("the clock");
        assertThat(matchmaker.refused(Refusal.NOT_YET_VALID)).isOne();
    }

    @Test
    void aNameWithoutIdentityIsNobody() {
        assertThat(operatorComes(ours.issue("operator", List.of(), hours(-1), later)))
                .contains("'CN=operator' may not do this");
    }

    @Test
    void aServerOfTheWrongRoleIsRefusedByItsClient() {
        InternalTls operator = tls(material(ours, PeerId.of(DOMAIN, Role.OPERATOR), ours));
        InternalTls gateway = tls(material(ours, PeerId.of(DOMAIN, Role.GATEWAY), ours));
        assertThat(
                        shake(
                                operator.client(Role.MATCHMAKER).createSSLEngine("10.0.0.1", 1),
                                gateway.server(Role.OPERATOR).createSSLEngine()))
                .contains("spiffe://release.games/gateway may not do this");
        assertThat(operator.refused(Refusal.WRONG_ROLE)).isOne();
        assertThat(gateway.refused(Refusal.REFUSED_BY_PEER)).isOne();
    }

    @Test
    void anInstanceIsOfItsNamespaceAlone() {
        InternalTls gateway = tls(material(ours, PeerId.of(DOMAIN, Role.GATEWAY), ours));
        InternalTls instance = tls(material(ours, PeerId.instance(DOMAIN, "blue"), ours));
        SSLEngine server = instance.server(Role.GATEWAY).createSSLEngine();
        assertThat(shake(engine(gateway, "blue"), server)).isEmpty();
        assertThat(shake(engine(gateway, "red"), instance.server(Role.GATEWAY).createSSLEngine()))
                .contains("spiffe://release.games/instance/red");
    }

    private static SSLEngine engine(InternalTls gateway, String namespace) {
        return gateway.client(_ -> Expected.instance(DOMAIN, namespace))
                .createSSLEngine("10.0.0.1", 1);
    }

    @Test
    void whoShowsNothingIsCounted() throws Exception {
        SSLContext anybody = SSLContext.getInstance("TLSv1.3");
        anybody.init(
                null,
                new javax.net.ssl.TrustManager[] {
                    new IdentityTrust(
                            List.of(ours.certificate()), _ -> Expected.of(DOMAIN, Role.MATCHMAKER))
                },
                null);
        SSLEngine client = anybody.createSSLEngine("10.0.0.1", 1);
        client.setUseClientMode(true);
        assertThat(shake(client, matchmaker.server(Role.OPERATOR).createSSLEngine()))
                .contains("Empty client certificate chain");
        assertThat(matchmaker.refused(Refusal.NO_CERTIFICATE)).isOne();
    }

    @Test
    void olderVersionsOfTlsAreRefused() throws Exception {
        SSLContext old = SSLContext.getInstance("TLSv1.2");
        old.init(
                new javax.net.ssl.KeyManager[] {
                    new OwnKey(ours.issue(PeerId.of(DOMAIN, Role.OPERATOR), hours(-1), later))
                },
                null,
                null);
        SSLEngine client = old.createSSLEngine("10.0.0.1", 1);
        client.setUseClientMode(true);
        client.setEnabledProtocols(new String[] {"TLSv1.2"});
        assertThat(shake(client, matchmaker.server(Role.OPERATOR).createSSLEngine()))
                .contains("TLSv1.2");
        assertThat(matchmaker.refused(Refusal.PROTOCOL)).isOne();
    }

    @Test
    void silenceAndPlainTextAreCounted() throws Exception {
        SSLEngine silent = matchmaker.server(Role.OPERATOR).createSSLEngine();
        silent.closeOutbound(); // what a server does with either
        silent.closeInbound();
        assertThat(matchmaker.refused(Refusal.NOT_TLS)).isOne();
    }

    @Test
    void nobodyIsRefusedWhileAnAuthorityIsReplaced() {
        Authority next = Authority.create("next", hours(-1), later);
        AtomicReference<Material> servers =
                new AtomicReference<>(material(ours, PeerId.of(DOMAIN, Role.MATCHMAKER), ours));
        AtomicReference<Material> clients =
                new AtomicReference<>(material(ours, PeerId.of(DOMAIN, Role.OPERATOR), ours));
        SSLContext server = tls(servers).server(Role.OPERATOR);
        SSLContext client = tls(clients).client(Role.MATCHMAKER);
        List<Runnable> steps =
                List.of(
                        () ->
                                servers.set(
                                        material(
                                                ours,
                                                PeerId.of(DOMAIN, Role.MATCHMAKER),
                                                ours,
                                                next)),
                        () ->
                                clients.set(
                                        material(
                                                ours,
                                                PeerId.of(DOMAIN, Role.OPERATOR),
                                                ours,
                                                next)),
                        () ->
                                clients.set(
                                        material(
                                                next,
                                                PeerId.of(DOMAIN, Role.OPERATOR),
                                                ours,
                                                next)),
                        () ->
                                servers.set(
                                        material(
                                                next,
                                                PeerId.of(DOMAIN, Role.MATCHMAKER),
                                                ours,
                                                next)),
                        () -> servers.set(material(next, PeerId.of(DOMAIN, Role.MATCHMAKER), next)),
                        () -> clients.set(material(next, PeerId.of(DOMAIN, Role.OPERATOR), next)));
        for (Runnable step : steps) {
            step.run();
            assertThat(shake(client.createSSLEngine("10.0.0.1", 1), server.createSSLEngine()))
                    .isEmpty();
        }
        clients.set(material(ours, PeerId.of(DOMAIN, Role.OPERATOR), ours, next));
        assertThat(shake(client.createSSLEngine("10.0.0.1", 1), server.createSSLEngine()))
                .contains("CN=ours");
    }

    @Test
    void filesAreTakenUpWhenTheyChangeAndKeptWhenTheyAreGone(@TempDir Path folder)
            throws Exception {
        write(folder, material(ours, PeerId.of(DOMAIN, Role.MATCHMAKER), ours));
        InternalTlsSettings settings =
                new InternalTlsSettings(Mode.REQUIRED, java.util.Optional.of(folder), DOMAIN);
        WatchedFiles<Material> files =
                WatchedFiles.of(
                        settings.files(), contents -> Material.parse(settings, contents), _ -> {});
        Material first = files.get();
        Files.delete(folder.resolve("tls.key"));
        files.look();
        assertThat(files.trouble()).contains("tls.key cannot be read");
        assertThat(files.get()).isEqualTo(first);
        write(folder, material(ours, PeerId.of(DOMAIN, Role.MATCHMAKER), ours, theirs));
        files.look();
        assertThat(files.trouble()).isEmpty();
        assertThat(files.get().trusted()).hasSize(2);
        Files.writeString(folder.resolve("tls.key"), theirs.self().keyPem());
        files.look();
        assertThat(files.trouble()).contains("not that of the first certificate");
    }

    private static void write(Path folder, Material material) throws Exception {
        Files.writeString(folder.resolve("tls.crt"), material.own().chainPem());
        Files.writeString(folder.resolve("tls.key"), material.own().keyPem());
        Files.writeString(
                folder.resolve("ca.crt"),
                String.join("", material.trusted().stream().map(Pem::encode).toList()));
    }
}
