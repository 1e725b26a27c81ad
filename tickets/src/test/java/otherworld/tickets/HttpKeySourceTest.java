package otherworld.tickets;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
        source = source(Duration.ofHours(1));
    }

    private HttpKeySource source(Duration fresh) {
        return new HttpKeySource(
                URI.create(
                        "http://ann:hunter2@127.0.0.1:%d/v1/keys"
                                .formatted(server.getAddress().getPort())),
                Optional.empty(),
                new HttpKeySource.Times(
                        Duration.ofMillis(200),
                        fresh,
                        HttpKeySource.KEPT,
                        nowNs::get,
                        () -> Instant.EPOCH.plusNanos(nowNs.get())));
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

    /** Whoever shows a forged token hears neither where keys come from nor what is wrong there. */
    @Test
    void saysWhyThereAreNoKeysToThoseAloneWhoMayKnow() {
        status = 503;
        unavailable("503");
        status = 200;
        published = "<html>";
        unavailable("not a JWK Set");
        published = " ".repeat(HttpKeySource.MAX_BYTES + 1);
        unavailable("65536");
    }

    private void unavailable(String why) {
        assertThat(source.find("a"))
                .isEqualTo(new Lookup.Unavailable("the matchmaker's keys cannot be read now"));
        assertThat(source.trouble())
                .contains(why, "127.0.0.1:%d".formatted(server.getAddress().getPort()))
                .doesNotContain("hunter2");
    }

    /** Nobody has to miss a key for one that was taken back to be believed no more. */
    @Test
    void aKeyThatWasTakenBackIsForgottenThoughNobodyMissesOne() {
        SigningKeys leaked = SigningKeys.parse(SigningKeys.generate());
        SigningKeys next = SigningKeys.parse(SigningKeys.generate());
        published = leaked.publicJson();
        try (HttpKeySource reading = source(Duration.ofMillis(100))) {
            assertThat(reading.warmUp()).isTrue();
            published = next.publicJson();
            Instant deadline = Instant.now().plusSeconds(20);
            while (reading.accepted().stream().anyMatch(key -> key.kid().equals(leaked.kid()))) {
                assertThat(Instant.now()).isBefore(deadline);
                Thread.onSpinWait();
            }
            assertThat(reading.accepted())
                    .extracting(VerificationKey::kid)
                    .containsExactly(next.kid());
            assertThat(reading.find(leaked.kid())).isEqualTo(new Lookup.Unknown());
        }
    }

    /** An instance that is cut off goes on for a time, and then believes nobody. */
    @Test
    void keysThatCannotBeReadAgainEnd() {
        SigningKeys keys = SigningKeys.parse(SigningKeys.generate());
        published = keys.publicJson();
        nowNs.set(Duration.ofSeconds(77).toNanos());
        assertThat(source.warmUp()).isTrue();
        assertThat(source.readAt()).contains(Instant.ofEpochSecond(77));
        status = 503;
        nowNs.addAndGet(HttpKeySource.KEPT.toNanos() - 1);
        assertThat(source.find("other")).isInstanceOf(Lookup.Unavailable.class);
        assertThat(source.find(keys.kid())).isInstanceOf(Lookup.Found.class);
        nowNs.incrementAndGet();
        assertThat(source.find(keys.kid())).isInstanceOf(Lookup.Unavailable.class);
        assertThat(source.accepted()).isEmpty();
        assertThat(source.readAt()).contains(Instant.ofEpochSecond(77));
        status = 200;
        assertThat(source.find(keys.kid())).isInstanceOf(Lookup.Found.class);
    }
}
