package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.bots.BotOptions;
import otherworld.bots.BotResult;
import otherworld.bots.BotRun;
import otherworld.bots.Seats;
import otherworld.bots.TransportChoice;
import otherworld.instance.transport.signalling.Coturn;
import otherworld.local.process.FreePorts;
import otherworld.tickets.Ticket;

/**
 * Bots play and build behind three gateways, of which one is asked to stop and another killed: who
 * was cut comes back through the one that is left, and nothing that was promised is gone.
 */
@Tag("heavy")
class GatewayBotsIT {
    private static final int BOTS = 12;

    private final Map<String, Seat> taken = new ConcurrentHashMap<>();
    private final AtomicInteger numbers = new AtomicInteger();

    @Test
    void aGatewayThatStopsAndOneThatDiesCostNobodyTheirSeatNorAnEdit() throws Exception {
        int[] ports = {FreePorts.next(), FreePorts.next(), FreePorts.next()};
        try (Backend backend = new Backend();
                InstanceProcess pod =
                        InstanceProcess.ready(
                                backend, "pod-1", Map.of("OTHERWORLD_BEHIND_GATEWAY", "true"))) {
            backend.behindGateway(pod, "pod-1");
            GatewayProcess first = GatewayProcess.start(backend, ports[0], Map.of());
            GatewayProcess second = GatewayProcess.start(backend, ports[1], Map.of());
            GatewayProcess third = GatewayProcess.start(backend, ports[2], Map.of());
            try {
                first.ready();
                second.ready();
                third.ready();
                CompletableFuture<BotResult> run = new CompletableFuture<>();
                Thread.ofVirtual()
                        .start(() -> {
                            try {
                                run.complete(
                                        BotRun.run(
                                                options(backend, 20, TransportChoice.WEBSOCKET),
                                                seats(backend, webSockets(backend, ports))));
                            } catch (InterruptedException | RuntimeException e) {
                                run.completeExceptionally(e);
                            }
                        });
                awaitSessions(Map.of(first, BOTS));
                Thread.sleep(1_000);
                // SIGTERM: all go over to the second one, told by a Goodbye, and it ends by itself.
                assertThat(first.process.stop(Duration.ofSeconds(10))).as(first.log()).isZero();
                awaitSessions(Map.of(second, BOTS));
                second.process.kill();
                awaitSessions(Map.of(third, BOTS));
                BotResult result = run.get(60, TimeUnit.SECONDS);
                assertThat(result.isOk()).as("%s", result).isTrue();
                assertThat(result.props()).isInstanceOf(BotResult.Verdict.Right.class);
                assertThat(result.sets()).isInstanceOf(BotResult.Verdict.Right.class);
                assertThat(result.sessions()).containsExactly(Map.entry("websocket", 3L * BOTS));
                assertThat(result.retries().keySet())
                        .as("how they were told: %s", result.retries())
                        .anyMatch(why -> why.contains("CLOSING"));
            } finally {
                first.close();
                second.close();
                third.close();
            }
        }
    }

    /**
     * Offers, answers, the end of a session and the question whether it lives all go through; here
     * the pod's address is one that players reach, as a relay would.
     */
    @Test
    void signallingForWebRtcGoesThroughItAsAWhole() throws Exception {
        try (Backend backend = new Backend();
                InstanceProcess pod =
                        InstanceProcess.ready(
                                backend, "pod-1", Map.of("OTHERWORLD_BEHIND_GATEWAY", "true"));
                GatewayProcess gateway = GatewayProcess.start(backend, Map.of())) {
            backend.behindGateway(pod, "pod-1");
            gateway.ready();
            BotResult result = playOverWebRtc(backend, gateway, 6, TransportChoice.WEBRTC);
            assertThat(result.sessions()).containsExactly(Map.entry("webrtc", (long) BOTS));
            assertThat(result.sets()).isInstanceOf(BotResult.Verdict.Right.class);
        }
    }

    /**
     * Nothing but a real TURN server leads from the players to the pod, as for the players' bots.
     */
    @Test
    void whoComesByTurnPlaysAsEverybodyDoes() throws Exception {
        try (Coturn coturn = Coturn.start();
                Backend backend = new Backend();
                InstanceProcess pod =
                        InstanceProcess.ready(
                                backend,
                                "pod-1",
                                Map.of(
                                        "OTHERWORLD_BEHIND_GATEWAY",
                                        "true",
                                        "OTHERWORLD_TURN_URLS",
                                        coturn.url(),
                                        "OTHERWORLD_TURN_SECRET",
                                        Coturn.SECRET));
                GatewayProcess gateway = GatewayProcess.start(backend, Map.of())) {
            backend.behindGateway(pod, "pod-1");
            gateway.ready();
            BotResult result = playOverWebRtc(backend, gateway, 8, TransportChoice.TURN);
            assertThat(result.sessions()).containsExactly(Map.entry("webrtc by TURN", (long) BOTS));
            assertThat(result.sets()).isInstanceOf(BotResult.Verdict.Right.class);
            assertThat(result.props()).isInstanceOf(BotResult.Verdict.Right.class);
        }
    }

    /** Through the gateway, signalling alone; what bots promised is so. */
    private BotResult playOverWebRtc(
            Backend backend, GatewayProcess gateway, int seconds, TransportChoice transport)
            throws Exception {
        URI offers =
                URI.create(
                        "http://127.0.0.1:%d%s/v1/webrtc"
                                .formatted(gateway.port, GatewayProcess.path(backend.instance)));
        BotResult result =
                BotRun.run(options(backend, seconds, transport), seats(backend, List.of(offers)));
        assertThat(result.isOk()).as("%s", result).isTrue();
        return result;
    }

    private static void awaitSessions(Map<GatewayProcess, Integer> expected) {
        await().atMost(Duration.ofSeconds(20))
                .pollInterval(Duration.ofMillis(100))
                .untilAsserted(() -> {
                    for (Map.Entry<GatewayProcess, Integer> each : expected.entrySet()) {
                        assertThat(sessions(each.getKey())).isEqualTo(each.getValue());
                    }
                });
    }

    private static int sessions(GatewayProcess gateway) throws IOException {
        return (int) gateway.metric("sessions");
    }

    private static BotOptions options(Backend backend, int seconds, TransportChoice transport) {
        return new BotOptions(
                BOTS,
                backend.instance.world(),
                Duration.ofSeconds(seconds),
                Duration.ZERO,
                1,
                20,
                10,
                10,
                50,
                true,
                Optional.of(backend.database()),
                false,
                transport,
                false,
                Duration.ZERO);
    }

    /** Of whatever gateways a load balancer knows. */
    private static List<URI> webSockets(Backend backend, int[] ports) {
        return Arrays.stream(ports)
                .mapToObj(port ->
                        URI.create(
                                "ws://127.0.0.1:%d%s/v1/play"
                                        .formatted(port, GatewayProcess.path(backend.instance))))
                .toList();
    }

    /** As the matchmaker would give them. */
    private Seats seats(Backend backend, List<URI> endpoints) {
        return new Seats() {
            @Override
            public Answer ask(String player, UUID request) {
                Seat seat =
                        taken.computeIfAbsent(player, _ -> backend.seat(numbers.getAndIncrement()));
                return new Answer.Seated(
                        backend.instance,
                        backend.sign(
                                Ticket.issue(
                                        new PlayerId(player),
                                        backend.instance,
                                        seat,
                                        "request",
                                        100,
                                        Instant.now())),
                        backend.session(player, seat),
                        endpoints);
            }

            @Override
            public Answer resume(String player, String session) {
                return new Answer.Moved(endpoints);
            }
        };
    }
}
