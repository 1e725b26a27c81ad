package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.bots.BotOptions;
import otherworld.bots.BotResult;
import otherworld.bots.BotRun;
import otherworld.bots.Seats;
import otherworld.bots.TransportChoice;
import otherworld.tickets.Ticket;

/** Bots choose their transport against a real instance, and their oracles hold over each. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class) // the first may take its time to connect
class BotsIT {
    private static final int KILLED = 4;
    private static final String DIRECT_OVER_WEBRTC =
            "otherworld_instance_sessions_total{reason=\"direct\",transport=\"webrtc\"}";

    private final Backend backend = new Backend();
    private final Map<String, Seat> taken = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();
    private volatile int port;
    private volatile boolean ended; // a player's first ticket

    @AfterEach
    void stop() {
        backend.close();
    }

    @Test
    @Order(1)
    void overWebRtcWhatIsSeenAndPromisedIsTrue() throws InterruptedException {
        try (InstanceProcess instance = InstanceProcess.ready(backend, "pod-1")) {
            port = instance.port;
            BotResult result = BotRun.run(options(20, 8, TransportChoice.WEBRTC), new Given());
            assertThat(result.isOk()).as("%s", result).isTrue();
            assertThat(result.sets()).isInstanceOf(BotResult.Verdict.Right.class);
            assertThat(result.props()).isInstanceOf(BotResult.Verdict.Right.class);
            assertThat(result.sessions()).containsExactly(Map.entry("webrtc", 20L));
            assertThat(result.seenLeast()).isEqualTo(19);
        }
    }

    /** Their first tickets have ended; signalling says 401, and the matchmaker has others. */
    @Test
    @Order(4)
    void whoseTicketHasEndedAsksForAnother() throws InterruptedException {
        try (InstanceProcess instance = InstanceProcess.ready(backend, "pod-1")) {
            port = instance.port;
            ended = true;
            BotResult result = BotRun.run(options(3, 3, TransportChoice.WEBRTC), new Given());
            assertThat(result.isOk()).as("%s", result).isTrue();
            assertThat(result.sessions()).containsExactly(Map.entry("webrtc", 3L));
            assertThat(result.retries())
                    .containsEntry("connect: WebRTC: the offer was answered 401", 3L);
        }
    }

    @Test
    @Order(2)
    void whereUdpIsBlockedEveryOnePlaysOverWebSocketWithinTwoSeconds() throws InterruptedException {
        // An address for documentation (RFC 5737): what is sent there is lost.
        try (InstanceProcess instance =
                InstanceProcess.ready(
                        backend, "pod-1", Map.of("OTHERWORLD_ADVERTISED_ADDRESSES", "192.0.2.1"))) {
            port = instance.port;
            BotResult result = BotRun.run(options(5, 5, TransportChoice.AUTO), new Given());
            assertThat(result.isOk()).as("%s", result).isTrue();
            assertThat(result.sessions())
                    .containsExactly(Map.entry("websocket, webrtc-timeout", 5L));
            assertThat(result.latencies().get("seated"))
                    .satisfies(seated -> assertThat(seated.maxMs()).isBetween(2_000.0, 4_000.0));
        }
    }

    @Test
    @Order(3)
    void afterAKillTheyAreBackOnWebSocketAndUpgradeLater() throws Exception {
        InstanceProcess first = InstanceProcess.ready(backend, "pod-1");
        port = first.port;
        CompletableFuture<BotResult> run = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        run.complete(
                                BotRun.run(options(KILLED, 35, TransportChoice.AUTO), new Given()));
                    } catch (InterruptedException | RuntimeException e) {
                        run.completeExceptionally(e);
                    }
                });
        await().atMost(Duration.ofSeconds(15))
                .untilAsserted(
                        () -> assertThat(first.metric(DIRECT_OVER_WEBRTC)).isEqualTo(KILLED));
        Thread.sleep(2_000); // while they walk and build
        first.process.kill();
        try (InstanceProcess second = InstanceProcess.ready(backend, "pod-2")) {
            port = second.port;
            BotResult result = run.get(90, TimeUnit.SECONDS);
            assertThat(result.isOk()).as("%s", result).isTrue();
            assertThat(result.sessions())
                    .containsEntry("webrtc", (long) KILLED)
                    .containsEntry("websocket, resume", (long) KILLED)
                    .containsEntry("webrtc, upgrade", (long) KILLED);
            assertThat(result.retries()).containsEntry("the server runs no more", (long) KILLED);
        } finally {
            first.close();
        }
    }

    @Test
    @Order(5)
    void whoseConnectionBreaksResumesAndUpgrades() throws InterruptedException {
        try (InstanceProcess instance = InstanceProcess.ready(backend, "pod-1")) {
            port = instance.port;
            BotOptions cut = options(2, 8, TransportChoice.AUTO, Duration.ofMillis(500));
            BotResult result = BotRun.run(cut, new Given());
            assertThat(result.isOk()).as("%s", result).isTrue();
            assertThat(result.reconnects()).isEqualTo(2);
            assertThat(result.retries()).containsEntry("cut, as planned", 2L);
            assertThat(result.sessions())
                    .containsEntry("websocket, resume", 2L)
                    .containsEntry("webrtc, upgrade", 2L);
        }
    }

    private BotOptions options(int bots, int seconds, TransportChoice transport) {
        return options(bots, seconds, transport, Duration.ZERO);
    }

    private BotOptions options(
            int bots, int seconds, TransportChoice transport, Duration cutAfter) {
        return new BotOptions(
                bots,
                backend.instance.world(),
                Duration.ofSeconds(seconds),
                Duration.ZERO,
                1,
                20,
                20,
                10,
                50,
                true,
                Optional.of(backend.database()),
                false,
                transport,
                true,
                cutAfter);
    }

    /** Seats as the matchmaker would give them, of whatever process hosts the instance now. */
    private final class Given implements Seats {
        private final Set<String> asked = ConcurrentHashMap.newKeySet();

        @Override
        public Answer ask(String player, UUID request) {
            Seat seat = taken.computeIfAbsent(player, _ -> backend.seat(numbers.getAndIncrement()));
            boolean first = asked.add(player);
            Instant issued = Instant.now().minusSeconds(ended && first ? 3_600 : 0);
            return new Answer.Seated(
                    backend.instance,
                    backend.sign(
                            Ticket.issue(
                                    new PlayerId(player),
                                    backend.instance,
                                    seat,
                                    "request",
                                    100,
                                    issued)),
                    backend.session(player, seat),
                    endpoints());
        }

        @Override
        public Answer resume(String player, String session) {
            return new Answer.Moved(endpoints());
        }

        private List<URI> endpoints() {
            return List.of(
                    URI.create("http://127.0.0.1:%d/v1/webrtc".formatted(port)),
                    URI.create("ws://127.0.0.1:%d/v1/play".formatted(port)));
        }
    }
}
