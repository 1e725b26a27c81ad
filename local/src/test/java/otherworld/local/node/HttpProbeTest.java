package otherworld.local.node;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who answers a probe: pods of this machine share its address. */
class HttpProbeTest {
    @SuppressWarnings("NullAway.Init") // by start()
    private HttpServer server;

    private volatile @Nullable String says;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    String pod = says;
                    if (pod != null) {
                        exchange.getResponseHeaders().add("Otherworld-Pod", pod);
                    }
                    exchange.sendResponseHeaders(200, -1);
                    exchange.close();
                });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void aPodThatKnowsItselfIsBelievedByItsOwnAnswerAlone() {
        says = "uid-1";
        assertThat(send(Optional.of("uid-1")).success()).isTrue();
        says = "uid-2";
        assertThat(send(Optional.of("uid-1")))
                .satisfies(result -> {
                    assertThat(result.success()).isFalse();
                    assertThat(result.message()).contains("pod uid-2 instead of this pod");
                });
        says = null;
        assertThat(send(Optional.of("uid-1")))
                .satisfies(result -> {
                    assertThat(result.success()).isFalse();
                    assertThat(result.message()).contains("a stranger instead of this pod");
                });
    }

    @Test
    void whateverAnswersWillDoForOneThatDoesNot() {
        says = null;
        assertThat(send(Optional.empty()).success()).isTrue();
    }

    private HttpProbe.Result send(Optional<String> pod) {
        return HttpProbe.send(
                ProbeSettings.of(
                                new ProbeBuilder()
                                        .withNewHttpGet()
                                        .withPort(new IntOrString(server.getAddress().getPort()))
                                        .endHttpGet()
                                        .build(),
                                Pods.container().build())
                        .orElseThrow(),
                pod);
    }
}
