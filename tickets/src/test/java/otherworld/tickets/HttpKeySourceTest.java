package otherworld.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.tickets.KeySource.Lookup;

class HttpKeySourceTest {
    private final AtomicInteger asked = new AtomicInteger();
    private volatile String published = "";
    private volatile int status = 200;
    private volatile boolean dripping;
    private HttpServer server;
    private HttpKeySource source;

    @BeforeEach
    void start() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/v1/keys",
                exchange -> {
                    asked.incrementAndGet();
                    byte[] body = published.getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, dripping ? 100 : body.length);
                    if (dripping) {
                        exchange.getResponseBody().flush();
                        return; // never ends
                    }
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        source =
                new HttpKeySource(
                        URI.create(
                                "http://127.0.0.1:%d/v1/keys"
                                        .formatted(server.getAddress().getPort())),
                        Duration.ofMillis(200));
    }

    @AfterEach
    void stop() {
        source.close();
        server.stop(0);
    }

    /** All who miss a key share a read, so that a new one is found however many are forged. */
    @Test
    void forgedKeysNeitherOverloadTheMatchmakerNorKeepANewOneOut() throws Exception {
        SigningKeys first = SigningKeys.parse(SigningKeys.generate());
        SigningKeys second = SigningKeys.parse(SigningKeys.generate());
        published = first.publicJson();
        assertThat(source.warmUp()).isTrue();
        assertThat(source.find(first.kid())).isInstanceOf(Lookup.Found.class);
        long begunNs = System.nanoTime();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Lookup>> forged = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                String kid = "forged-" + i;
                forged.add(threads.submit(() -> source.find(kid)));
            }
            published = second.publicJson();
            assertThat(source.find(second.kid())).isInstanceOf(Lookup.Found.class);
            for (Future<Lookup> one : forged) {
                assertThat(one.get()).isEqualTo(new Lookup.Unknown());
            }
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begunNs)).isLessThan(Duration.ofSeconds(5));
        assertThat(asked.get()).isBetween(2, 5);
        assertThat(source.find(first.kid()))
                .as("it was taken back")
                .isEqualTo(new Lookup.Unknown());
    }

    @Test
    void keepsItsKeysWhenTheAnswerHasNone() {
        SigningKeys keys = SigningKeys.parse(SigningKeys.generate());
        published = keys.publicJson();
        assertThat(source.warmUp()).isTrue();
        for (String broken : List.of("{\"keys\":[]}", "{}", "", "null", "[]", "{\"keys\":null}")) {
            published = broken;
            assertThat(source.find("other")).as(broken).isInstanceOf(Lookup.Unavailable.class);
            assertThat(source.find(keys.kid())).as(broken).isInstanceOf(Lookup.Found.class);
        }
    }

    @Test
    void aBodyThatDripsIsNotWaitedFor() {
        dripping = true;
        long begunNs = System.nanoTime();
        assertThat(source.find("a")).isInstanceOf(Lookup.Unavailable.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begunNs)).isLessThan(HttpKeySource.LONGEST);
    }

    @Test
    void keepsKeysWhenTheMatchmakerIsAway() {
        SigningKeys keys = SigningKeys.parse(SigningKeys.generate());
        published = keys.publicJson();
        assertThat(source.warmUp()).isTrue();
        server.stop(0);
        assertThat(source.find("other")).isInstanceOf(Lookup.Unavailable.class);
        assertThat(source.find(keys.kid())).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void saysWhyThereAreNoKeys() {
        status = 503;
        assertThat(source.find("a"))
                .isInstanceOfSatisfying(
                        Lookup.Unavailable.class, no -> assertThat(no.detail()).contains("503"));
        status = 200;
        published = "<html>";
        assertThat(source.find("a"))
                .isInstanceOfSatisfying(
                        Lookup.Unavailable.class,
                        no -> assertThat(no.detail()).contains("not a JWK Set"));
        published = " ".repeat(HttpKeySource.MAX_BYTES + 1);
        assertThat(source.find("a"))
                .isInstanceOfSatisfying(
                        Lookup.Unavailable.class, no -> assertThat(no.detail()).contains("65536"));
    }
}
