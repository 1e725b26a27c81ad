package otherworld.matchmaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.Status;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.local.redis.RedisServer;
import otherworld.ops.tls.Authority;
import otherworld.ops.tls.Credentials;
import otherworld.ops.tls.InternalTls;
import otherworld.ops.tls.InternalTlsSettings;
import otherworld.ops.tls.InternalTlsSettings.Mode;
import otherworld.ops.tls.Material;
import otherworld.ops.tls.PeerId;
import otherworld.ops.tls.Pem;
import otherworld.ops.tls.Refusal;
import otherworld.ops.tls.Role;
import otherworld.tickets.HttpKeySource;

/** Who reaches a matchmaker's ports for our own processes, by real certificates. */
class InternalTlsIT {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final String DOMAIN = InternalTlsSettings.DEFAULT_DOMAIN;

    private final Instant now = Instant.now();
    private final Authority ours = authority("ours");
    private final Authority theirs = authority("theirs");
    @TempDir private Path folder;
    private MatchmakerFixture f;
    private Matchmaker matchmaker;
    private final List<AutoCloseable> opened = new ArrayList<>();

    private Authority authority(String name) {
        return Authority.create(name, now.minus(Duration.ofDays(2)), now.plus(Duration.ofDays(2)));
    }

    @BeforeEach
    void start() throws Exception {
        f = new MatchmakerFixture(RedisServer.shared().url());
        serve(ours, ours);
        matchmaker = f.start(settings("required"));
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
        matchmaker.close();
        f.close();
    }

    private Map<String, String> settings(String mode) {
        Map<String, String> settings = new HashMap<>();
        settings.put("OTHERWORLD_INTERNAL_TLS_MODE", mode);
        settings.put("OTHERWORLD_INTERNAL_TLS_FOLDER", folder.toString());
        settings.put("OTHERWORLD_INTERNAL_TLS_GRPC_PORT", "0");
        settings.put("OTHERWORLD_INTERNAL_TLS_HTTP_PORT", "0");
        return settings;
    }

    /** The matchmaker's own files, as whoever renews them writes them. */
    private void serve(Authority issuer, Authority... trusted) throws IOException {
        Credentials own = issued(issuer, PeerId.of(DOMAIN, Role.MATCHMAKER));
        replace(
                "ca.crt",
                Stream.of(trusted)
                        .map(each -> Pem.encode(each.certificate()))
                        .collect(Collectors.joining()));
        replace("tls.key", own.keyPem());
        replace("tls.crt", own.chainPem());
    }

    private void replace(String file, String text) throws IOException {
        Path part = folder.resolve(file + ".part");
        Files.writeString(part, text);
        Files.move(part, folder.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }

    private Credentials issued(Authority issuer, PeerId id) {
        return issuer.issue(id, now.minusSeconds(3_600), now.plusSeconds(3_600));
    }

    private Optional<SSLContext> as(Authority issuer, PeerId id, Authority... trusted) {
        return as(issued(issuer, id), trusted);
    }

    private static Optional<SSLContext> as(Credentials own, Authority... trusted) {
        Material material =
                new Material(own, Stream.of(trusted).map(Authority::certificate).toList());
        return Optional.of(
                InternalTls.of(
                                new InternalTlsSettings(Mode.REQUIRED, Optional.empty(), DOMAIN),
                                () -> Optional.of(material),
                                () -> "")
                        .client(Role.MATCHMAKER));
    }

    private TestOperator operator(Optional<SSLContext> tls) {
        TestOperator operator = new TestOperator(matchmaker.grpcPort(), TestOperator.SECRET, tls);
        opened.add(operator);
        return operator;
    }

    private void getsAStream(TestOperator operator) {
        operator.snapshot(f.fleet(1, 4));
        await().atMost(LONG).until(() -> operator.health != null);
        assertThat(operator.ended).isNull();
    }

    private String refused(Optional<SSLContext> tls) {
        TestOperator operator = operator(tls);
        await().atMost(LONG).until(() -> operator.ended != null);
        Status ended = java.util.Objects.requireNonNull(operator.ended);
        assertThat(ended.getCode()).isEqualTo(Status.Code.UNAVAILABLE);
        return ended.getCause() == null
                ? String.valueOf(ended.getDescription())
                : Refusal.explain(ended.getCause()) + " " + ended.getCause();
    }

    private double count(String reason) throws Exception {
        String text =
                new String(
                        URI.create(
                                        "http://127.0.0.1:%d/metrics"
                                                .formatted(matchmaker.managementPort()))
                                .toURL()
                                .openStream()
                                .readAllBytes(),
                        StandardCharsets.UTF_8);
        String series =
                "otherworld_matchmaker_internal_tls_handshakes_refused_total{reason=\"%s\"} "
                        .formatted(reason);
        return text.lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
                .sum();
    }

    private boolean readsKeys(Optional<SSLContext> tls) {
        try (HttpKeySource keys =
                new HttpKeySource(
                        URI.create("https://127.0.0.1:%d/v1/keys".formatted(matchmaker.keysPort())),
                        tls)) {
            return keys.warmUp();
        }
    }

    @Test
    void operatorsGetInAndNobodyElseDoes() throws Exception {
        getsAStream(operator(as(ours, PeerId.of(DOMAIN, Role.OPERATOR), ours)));
        assertThat(refused(as(ours, PeerId.of(DOMAIN, Role.GATEWAY), ours)))
                .contains("refuses our certificate");
        await().atMost(LONG).until(() -> count("wrong_role") == 1);
        assertThat(refused(as(theirs, PeerId.of(DOMAIN, Role.OPERATOR), ours)))
                .contains("refuses our certificate");
        await().atMost(LONG).until(() -> count("untrusted") == 1);
        assertThat(
                        refused(
                                as(
                                        ours.issue(
                                                PeerId.of(DOMAIN, Role.OPERATOR),
                                                now.minusSeconds(7_200),
                                                now.minusSeconds(60)),
                                        ours)))
                .contains("refuses our certificate");
        await().atMost(LONG).until(() -> count("expired") == 1);
        SSLContext nobody = SSLContext.getInstance("TLSv1.3");
        // One that is to be refused, and must get that far.
        nobody.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
        assertThat(refused(Optional.of(nobody))).contains("fatal alert");
        await().atMost(LONG).until(() -> count("no_certificate") >= 1);
        assertThat(refused(Optional.empty())).isNotEmpty(); // plain text
        await().atMost(LONG).until(() -> count("not_tls") >= 1);
        assertThat(refused(as(ours, PeerId.of(DOMAIN, Role.OPERATOR), theirs)))
                .contains("CN=ours")
                .contains("ca.crt");
    }

    @Test
    void keysAreForInstancesAndGateways() throws Exception {
        assertThat(readsKeys(as(ours, PeerId.instance(DOMAIN, "red"), ours))).isTrue();
        assertThat(readsKeys(as(ours, PeerId.of(DOMAIN, Role.GATEWAY), ours))).isTrue();
        assertThat(readsKeys(as(ours, PeerId.of(DOMAIN, Role.OPERATOR), ours))).isFalse();
        assertThat(readsKeys(as(theirs, PeerId.of(DOMAIN, Role.GATEWAY), ours))).isFalse();
        assertThat(readsKeys(as(ours, PeerId.of(DOMAIN, Role.GATEWAY), theirs))).isFalse();
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), matchmaker.keysPort())) {
            plain.setSoTimeout(10_000);
            plain.getOutputStream()
                    .write(
                            "GET /v1/keys HTTP/1.1\r\nHost: m\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            InputStream in = plain.getInputStream();
            assertThat(new String(in.readAllBytes(), StandardCharsets.ISO_8859_1))
                    .doesNotContain("200");
        }
    }

    @Test
    void aStreamOutlivesTheExchangeOfCertificatesAndOfTheAuthority() throws Exception {
        TestOperator operator = operator(as(ours, PeerId.of(DOMAIN, Role.OPERATOR), ours));
        getsAStream(operator);
        // Others learn of the next authority before anybody shows a certificate of it.
        serve(ours, ours, theirs);
        awaitsNewConnections(as(theirs, PeerId.of(DOMAIN, Role.GATEWAY), ours, theirs));
        serve(theirs, ours, theirs);
        awaitsNewConnections(as(theirs, PeerId.of(DOMAIN, Role.GATEWAY), theirs));
        assertThat(readsKeys(as(ours, PeerId.of(DOMAIN, Role.GATEWAY), ours, theirs))).isTrue();
        serve(theirs, theirs);
        await().atMost(LONG)
                .until(() -> !readsKeys(as(ours, PeerId.of(DOMAIN, Role.GATEWAY), theirs)));
        Files.delete(folder.resolve("tls.key"));
        getsAStream(operator(as(theirs, PeerId.of(DOMAIN, Role.OPERATOR), theirs)));
        assertThat(operator.ended).as("the stream of the beginning").isNull();
    }

    private void awaitsNewConnections(Optional<SSLContext> tls) {
        await().atMost(LONG).pollInterval(Duration.ofMillis(200)).until(() -> readsKeys(tls));
    }

    @Test
    void whoFillsTheOperatorsPortKeepsNoOperatorOut() throws Exception {
        TestOperator first = operator(as(ours, PeerId.of(DOMAIN, Role.OPERATOR), ours));
        getsAStream(first);
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 150; i++) {
                silent.add(new Socket(InetAddress.getLoopbackAddress(), matchmaker.grpcPort()));
            }
            getsAStream(operator(as(ours, PeerId.of(DOMAIN, Role.OPERATOR), ours)));
            assertThat(first.ended).isNull();
        } finally {
            for (Socket each : silent) {
                each.close();
            }
        }
    }

    @Test
    void forAnUpgradePlainTextIsTakenBesides() throws Exception {
        matchmaker.close();
        matchmaker = f.start(settings("permissive"));
        getsAStream(operator(as(ours, PeerId.of(DOMAIN, Role.OPERATOR), ours)));
        TestOperator plain = new TestOperator(matchmaker.plainGrpcPort(), TestOperator.SECRET);
        opened.add(plain);
        getsAStream(plain);
    }
}
