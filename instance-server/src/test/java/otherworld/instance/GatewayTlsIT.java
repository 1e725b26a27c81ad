package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import otherworld.base.Seat;
import otherworld.ops.tls.Authority;
import otherworld.ops.tls.PeerId;
import otherworld.ops.tls.Role;
import otherworld.protocol.GoodbyeReason;

/** A real gateway before a real instance, which know each other by certificates. */
@Tag("heavy")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayTlsIT {
    private static final Duration LONG = Duration.ofSeconds(20);
    private static final PeerId GATEWAY = PeerId.of(TestCertificates.DOMAIN, Role.GATEWAY);

    private TestCertificates files;
    private final Authority ours = TestCertificates.authority("ours");
    private final Authority theirs = TestCertificates.authority("theirs");
    private Backend backend;
    private InstanceProcess pod;
    private GatewayProcess gateway;
    private int seats;

    @BeforeAll
    void start(@TempDir Path folder) {
        files = new TestCertificates(folder);
        backend = new Backend();
        files.write("gateway", GATEWAY, ours, ours);
        files.write("instance", instance(namespace()), ours, ours);
        gateway = GatewayProcess.start(backend, files.settings("gateway", "required", Map.of()));
        pod = pod("pod-1", "required");
        gateway.ready();
    }

    @AfterAll
    void stop() {
        gateway.close();
        pod.close();
        backend.close();
    }

    private String namespace() {
        String world = backend.instance.world().value();
        return world.substring(0, world.indexOf('.'));
    }

    private static PeerId instance(String namespace) {
        return PeerId.instance(TestCertificates.DOMAIN, namespace);
    }

    private InstanceProcess pod(String uid, String mode) {
        InstanceProcess started =
                InstanceProcess.ready(
                        backend,
                        uid,
                        files.settings(
                                "instance", mode, Map.of("OTHERWORLD_BEHIND_GATEWAY", "true")));
        backend.behindGateway(started, uid);
        return started;
    }

    private TestPlayer join(String player) {
        Seat seat = backend.seat(seats++);
        return TestPlayer.connect(gateway.play(backend.instance))
                .hello(backend.ticket(player, seat))
                .welcomed();
    }

    private boolean getsIn(String player) {
        Seat seat = backend.seat(seats++);
        try (TestPlayer newcomer =
                TestPlayer.connect(gateway.play(backend.instance))
                        .hello(backend.ticket(player, seat))) {
            try {
                newcomer.welcomed();
                return true;
            } catch (AssertionError | RuntimeException e) {
                return false;
            }
        }
    }

    private int health(SSLContext tls) throws IOException, InterruptedException {
        try (HttpClient http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(tls)
                        .build()) {
            return http.send(
                            HttpRequest.newBuilder(
                                            URI.create(
                                                    "https://127.0.0.1:%d/healthz"
                                                            .formatted(pod.port)))
                                    .timeout(LONG)
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    @Test
    void nobodyButGatewaysSpeaksWithAnInstance() throws Exception {
        assertThat(health(TestCertificates.client(ours, GATEWAY, ours))).isEqualTo(200);
        PeerId operator = PeerId.of(TestCertificates.DOMAIN, Role.OPERATOR);
        assertThatThrownBy(() -> health(TestCertificates.client(ours, operator, ours)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> health(TestCertificates.client(ours, instance(namespace()), ours)))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> health(TestCertificates.client(theirs, GATEWAY, ours)))
                .isInstanceOf(IOException.class);
        try (Socket plain = new Socket(InetAddress.getLoopbackAddress(), pod.port)) {
            plain.setSoTimeout(10_000);
            plain.getOutputStream()
                    .write(
                            "GET /healthz HTTP/1.1\r\nHost: p\r\n\r\n"
                                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(
                            new String(
                                    plain.getInputStream().readAllBytes(),
                                    StandardCharsets.ISO_8859_1))
                    .doesNotContain("200");
        }
        try (TestPlayer ada = join("ada")) {
            ada.durable(ada.place("crate", 32, 32));
        }
    }

    /** A leaf, then the authority of both, under a player who stays. */
    @Test
    void certificatesAreExchangedUnderPlayersWhoNoticeNothing() throws Exception {
        try (TestPlayer bea = join("bea")) {
            files.write("instance", instance(namespace()), ours, ours);
            files.write("gateway", GATEWAY, ours, ours, theirs);
            files.write("instance", instance(namespace()), ours, ours, theirs);
            awaitRenewed(2);
            files.write("instance", instance(namespace()), theirs, ours, theirs);
            awaitRenewed(2);
            assertThat(getsIn("cia")).isTrue();
            files.write("gateway", GATEWAY, theirs, ours, theirs);
            awaitRenewed(2);
            assertThat(getsIn("dia")).isTrue();
            bea.durable(bea.place("crate", 34, 34));
        } finally { // the same steps back
            files.write("gateway", GATEWAY, ours, ours, theirs);
            awaitRenewed(2);
            files.write("instance", instance(namespace()), ours, ours);
            files.write("gateway", GATEWAY, ours, ours);
            awaitRenewed(2);
        }
    }

    /** Files are looked at every two seconds. */
    private static void awaitRenewed(int looks) throws InterruptedException {
        Thread.sleep(looks * 1_250L);
    }

    @Test
    void aPodOfAnotherNamespaceIsNotTakenForTheInstance() throws Exception {
        try {
            files.write("instance", instance("elsewhere"), ours, ours);
            await().atMost(LONG).until(() -> !getsIn("eve" + seats));
            Seat seat = backend.seat(seats++);
            try (TestPlayer fay =
                    TestPlayer.connect(gateway.play(backend.instance))
                            .hello(backend.ticket("fay", seat))) {
                assertThat(fay.refusal()).isEqualTo(GoodbyeReason.NOT_READY);
            }
            assertThat(gateway.log()).contains("spiffe://otherworld/instance/elsewhere may not");
        } finally {
            files.write("instance", instance(namespace()), ours, ours);
            await().atMost(LONG).until(() -> getsIn("gil" + seats));
        }
    }
}
