package otherworld.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.tickets.KeySource.Lookup;

class HttpKeySourceTest {
    private final AtomicInteger asked = new AtomicInteger();
    private final AtomicLong nowNs = new AtomicLong();
    private volatile String published = "";
    private volatile int status = 200;
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
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        server.start();
        source =
                new HttpKeySource(
                        URI.create(
                                "http://127.0.0.1:%d/v1/keys"
                                        .formatted(server.getAddress().getPort())),
                        nowNs::get);
    }

    @AfterEach
    void stop() {
        source.close();
        server.stop(0);
    }

    @Test
    void readsAgainForAnUnknownKeyAtMostOnceASecond() {
        SigningKeys first = SigningKeys.parse(SigningKeys.generate());
        SigningKeys second = SigningKeys.parse(SigningKeys.generate());
        published = first.publicJson();
        assertThat(source.warmUp()).isTrue();
        assertThat(source.find(first.kid())).isInstanceOf(Lookup.Found.class);
        for (int i = 0; i < 100; i++) {
            assertThat(source.find("forged-" + i)).isEqualTo(new Lookup.Unknown());
        }
        assertThat(asked).hasValue(1);

        published = second.publicJson();
        nowNs.addAndGet(HttpKeySource.REFRESH_NS);
        assertThat(source.find(second.kid())).isInstanceOf(Lookup.Found.class);
        assertThat(asked).hasValue(2);
    }

    @Test
    void keepsKeysWhenTheMatchmakerIsAway() {
        SigningKeys keys = SigningKeys.parse(SigningKeys.generate());
        published = keys.publicJson();
        assertThat(source.warmUp()).isTrue();
        server.stop(0);
        nowNs.addAndGet(HttpKeySource.REFRESH_NS);
        assertThat(source.find("other")).isInstanceOf(Lookup.Unavailable.class);
        assertThat(source.find(keys.kid())).isInstanceOf(Lookup.Found.class);
    }

    @Test
    void saysWhyThereAreNoKeys() {
        status = 503;
        assertThat(source.find("a"))
                .isInstanceOfSatisfying(
                        Lookup.Unavailable.class, no -> assertThat(no.detail()).contains("503"));
        nowNs.addAndGet(HttpKeySource.REFRESH_NS);
        status = 200;
        published = "<html>";
        assertThat(source.find("a"))
                .isInstanceOfSatisfying(
                        Lookup.Unavailable.class,
                        no -> assertThat(no.detail()).contains("not a JWK Set"));
        nowNs.addAndGet(HttpKeySource.REFRESH_NS);
        published = " ".repeat(HttpKeySource.MAX_BYTES + 1);
        assertThat(source.find("a"))
                .isInstanceOfSatisfying(
                        Lookup.Unavailable.class,
                        no -> assertThat(no.detail()).contains("more than 65536 bytes"));
    }
}
