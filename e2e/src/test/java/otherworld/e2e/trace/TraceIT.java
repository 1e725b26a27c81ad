package otherworld.e2e.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Span.SpanKind;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import otherworld.tracing.OtlpReceiver;
import otherworld.tracing.OtlpReceiver.Answer;
import otherworld.tracing.OtlpReceiver.Received;

/**
 * What a player waits for, through matchmaker, gateway, instance, Redis and SQL, as a collector
 * sees it; and that no secret of it is in any output.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class) // the last one looks at what the others left
class TraceIT {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";
    private static final String BROUGHT = "00-" + TRACE + "-b7ad6b7169203331-00";
    private static final String HEADER = "x-otlp-api-key-of-this-test";

    private static OtlpReceiver collector;
    private static TracedSystem system;

    @BeforeAll
    static void start() throws Exception {
        collector = new OtlpReceiver();
        system =
                new TracedSystem(
                        Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT",
                                collector.url(),
                                "OTEL_EXPORTER_OTLP_HEADERS",
                                "api-key=" + HEADER,
                                "OTEL_EXPORTER_OTLP_TIMEOUT",
                                "2000",
                                "OTEL_BSP_SCHEDULE_DELAY",
                                "100",
                                "OTEL_BSP_MAX_QUEUE_SIZE",
                                "64",
                                "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
                                "32"));
        system.secrets.put("the collector's key", HEADER);
        system.tellWorld();
    }

    @AfterAll
    static void stop() {
        system.close();
        collector.close();
    }

    private static List<Received> spans(String trace) {
        return collector.spans().stream().filter(it -> it.traceId().equals(trace)).toList();
    }

    private static Received span(String trace, String name) {
        return await().alias(name)
                .atMost(Duration.ofSeconds(15))
                .until(
                        () ->
                                spans(trace).stream()
                                        .filter(it -> it.span().getName().equals(name))
                                        .toList(),
                        found -> !found.isEmpty())
                .getLast();
    }

    private static void assertWithin(Received part, Received whole) {
        assertThat(part.parentId()).as(part.span().getName()).isEqualTo(whole.spanId());
        // Each process has its clock's word for it; here it is one machine's.
        long slackNs = 20_000_000;
        assertThat(part.span().getStartTimeUnixNano())
                .isGreaterThan(whole.span().getStartTimeUnixNano() - slackNs);
    }

    @Test
    @Order(1)
    void fromTheFirstRequestForASeatToTheFirstSnapshotIsOneTrace() throws Exception {
        String bearer = system.bearer("ann");
        String request = UUID.randomUUID().toString();
        assertThat(system.ask(bearer, request, "traceparent", BROUGHT).statusCode())
                .as("no instance yet")
                .isEqualTo(202);
        system.tellInstance();
        String ticket =
                system.seat(bearer, request, "traceparent", BROUGHT).path("ticket").asText();
        try (TracedPlayer _ = new TracedPlayer(system.playUrl(), ticket)) {
            Received join = span(TRACE, "join");
            Received seat = span(TRACE, "seat request");
            Received seated =
                    await().until(
                                    () ->
                                            spans(TRACE).stream()
                                                    .filter(it ->
                                                            "200"
                                                                    .equals(
                                                                            it.attributes()
                                                                                    .get(
                                                                                            "http.response.status_code")))
                                                    .toList(),
                                    found -> !found.isEmpty())
                            .getFirst();
            assertThat(seat.parentId()).as("the player's own").isEqualTo("b7ad6b7169203331");
            assertThat(seat.attributes())
                    .containsEntry("otherworld.request.id", request)
                    .containsEntry("otherworld.player", "ann")
                    .containsEntry("otherworld.world", "default.traced");
            List<Received> asked =
                    spans(TRACE).stream()
                            .filter(it -> it.span().getName().startsWith("PUT "))
                            .toList();
            assertThat(asked).hasSizeGreaterThan(1);
            asked.forEach(it -> {
                assertThat(it.parentId()).isEqualTo(seat.spanId());
                // It begins when the ledger heard of it first, which is within the first ask.
                assertThat(it.span().getEndTimeUnixNano())
                        .isGreaterThanOrEqualTo(seat.span().getStartTimeUnixNano());
                assertThat(it.service()).isEqualTo("otherworld-matchmaker");
                assertThat(it.span().getKind()).isEqualTo(SpanKind.SPAN_KIND_SERVER);
            });
            assertThat(asked.getFirst().attributes())
                    .containsEntry("http.response.status_code", "202")
                    .containsEntry("otherworld.seat.outcome", "waiting")
                    .containsKey("otherworld.seat.reason");
            assertThat(seated.attributes())
                    .containsEntry("http.route", "/v1/worlds/{world}/seats/{requestId}")
                    .containsEntry("http.response.status_code", "200")
                    .containsEntry("otherworld.instance", "0");
            Received assign =
                    spans(TRACE).stream()
                            .filter(it -> it.parentId().equals(seated.spanId()))
                            .filter(it -> it.span().getName().equals("EVALSHA assign"))
                            .findFirst()
                            .orElseThrow();
            assertWithin(assign, seated);
            assertThat(assign.attributes()).containsEntry("db.system.name", "redis");
            assertThat(seat.span().getEndTimeUnixNano() - seat.span().getStartTimeUnixNano())
                    .as("the wait, by the ledger's clock")
                    .isGreaterThanOrEqualTo(
                            Long.parseLong(seat.attributes().get("otherworld.seat.waited_ms"))
                                    * 1_000_000);

            Received passed = span(TRACE, "pass on Hello");
            assertWithin(passed, seated);
            assertThat(passed.service()).isEqualTo("otherworld-gateway");

            assertWithin(join, seated);
            assertThat(join.service()).isEqualTo("otherworld-instance");
            assertThat(join.resource())
                    .containsEntry("otherworld.world", "default.traced")
                    .containsEntry("otherworld.instance", "0")
                    .containsEntry("k8s.pod.name", "traced-0-1")
                    .containsEntry("k8s.namespace.name", "default");
            Received claim = span(TRACE, "EVALSHA transition");
            assertWithin(claim, join);
            assertWithin(span(TRACE, "check seat"), join);
            assertWithin(span(TRACE, "admit"), join);
            Received snapshot = span(TRACE, "first snapshot");
            assertWithin(snapshot, join);
            assertThat(snapshot.span().getEndTimeUnixNano())
                    .isEqualTo(join.span().getEndTimeUnixNano());
        }
        await().untilAsserted(() ->
                assertThat(
                                system.get(
                                                system.matchmakerManagement,
                                                "/metrics",
                                                "application/openmetrics-text")
                                        .body())
                        .contains("trace_id=\"" + TRACE + "\""));
    }

    @Test
    @Order(2)
    void fromAnEditToTheWordThatItIsDurableIsOneTrace() throws Exception {
        String ticket =
                system.seat(system.bearer("bea"), UUID.randomUUID().toString())
                        .path("ticket")
                        .asText();
        try (TracedPlayer player = new TracedPlayer(system.playUrl(), ticket)) {
            player.place(40);
            Received edit =
                    await().until(() -> of("edit PlaceEntity", "bea"), found -> !found.isEmpty())
                            .getFirst();
            assertThat(edit.parentId()).isEmpty();
            String trace = edit.traceId();
            assertWithin(span(trace, "inbox"), edit);
            assertWithin(span(trace, "acknowledge"), edit);
            Received commit = span(trace, "UPDATE instance INSERT journal");
            assertWithin(commit, edit);
            assertThat(commit.span().getKind()).isEqualTo(SpanKind.SPAN_KIND_CLIENT);
            assertThat(commit.attributes())
                    .containsEntry("db.system.name", "postgresql")
                    .containsEntry("otherworld.group.edits", "1")
                    .containsEntry("otherworld.group.tries", "1");
            assertThat(edit.span().getEvents(0).getName()).isEqualTo("applied");
            assertThat(
                            system.get(
                                            system.instanceManagement,
                                            "/metrics",
                                            "application/openmetrics-text")
                                    .body())
                    .contains("trace_id=\"");
        }
    }

    private static List<Received> of(String name, String player) {
        return collector.spans().stream()
                .filter(it -> it.span().getName().equals(name))
                .filter(it -> player.equals(it.attributes().get("otherworld.player")))
                .toList();
    }

    /** Many at once: those of a group are linked with the span that commits them. */
    @Test
    @Order(3)
    void editsThatAreCommittedTogetherAreLinked() throws Exception {
        String ticket =
                system.seat(system.bearer("cyd"), UUID.randomUUID().toString())
                        .path("ticket")
                        .asText();
        try (TracedPlayer player = new TracedPlayer(system.playUrl(), ticket)) {
            Predicate<Received> several =
                    it -> it.span().getName().startsWith("UPDATE") && it.span().getLinksCount() > 0;
            for (int i = 0; i < 20 && collector.spans().stream().noneMatch(several); i++) {
                player.placeTogether(4, 28 + i % 8);
                Thread.sleep(300);
            }
            Received group = collector.spans().stream().filter(several).findFirst().orElseThrow();
            assertThat(Integer.parseInt(group.attributes().get("otherworld.group.edits")))
                    .isEqualTo(group.span().getLinksCount() + 1);
            String other =
                    HexFormat.of().formatHex(group.span().getLinks(0).getTraceId().toByteArray());
            assertThat(other).isNotEqualTo(group.traceId());
            Received linked = span(other, "commit");
            assertThat(
                            HexFormat.of()
                                    .formatHex(linked.span().getLinks(0).getSpanId().toByteArray()))
                    .isEqualTo(group.spanId());
            assertThat(span(other, "edit PlaceEntity").spanId()).isEqualTo(linked.parentId());
        }
    }

    /** A stranger's word that theirs is recorded is not needed here, and neither is it believed. */
    @Test
    @Order(4)
    void whatIsNoTraceparentIsPassedOver() throws Exception {
        String request = UUID.randomUUID().toString();
        assertThat(
                        system.seat(
                                        system.bearer("dan"),
                                        request,
                                        "traceparent",
                                        "00-" + "0".repeat(32) + "-b7ad6b7169203331-01")
                                .path("ticket")
                                .asText())
                .isNotEmpty();
        Received seat =
                await().until(() -> of("seat request", "dan"), found -> !found.isEmpty())
                        .getFirst();
        assertThat(seat.parentId()).isEmpty();
        assertThat(seat.traceId()).isNotEqualTo("0".repeat(32));
    }

    @Test
    @Order(5)
    void aCollectorThatHangsSlowsNobody() throws Exception {
        collector.answer(Answer.HANGS);
        try {
            String bearer = system.bearer("eve");
            String ticket =
                    system.seat(bearer, UUID.randomUUID().toString()).path("ticket").asText();
            try (TracedPlayer player = new TracedPlayer(system.playUrl(), ticket)) {
                for (int i = 0; i < 40; i++) {
                    assertThat(player.place(28 + i % 8)).isLessThan(Duration.ofSeconds(2));
                    Thread.sleep(20); // edits have a rate
                }
            }
            assertThat(dropped()).as("spans that had no room").isPositive();
            assertThat(system.get(system.instanceManagement, "/readyz", "").statusCode())
                    .isEqualTo(200);
        } finally {
            collector.answer(Answer.TAKES);
        }
    }

    private static double dropped() throws Exception {
        return system.get(system.instanceManagement, "/metrics", "")
                .body()
                .lines()
                .filter(line -> line.startsWith("otherworld_instance_trace_spans_total"))
                .filter(line -> line.contains("dropped"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    @Test
    @Order(6)
    void logsSayWhomTheyConcernAndNoOutputHasASecret() throws Exception {
        String matchmaker = system.log("matchmaker");
        String instance = system.log("instance-server");
        String gateway = system.log("gateway");
        assertThat(matchmaker.lines().filter(line -> line.contains("\"player\":\"ann\"")))
                .anyMatch(line ->
                        line.contains("\"world\":\"default.traced\"")
                                && line.contains("\"trace_id\":\"" + TRACE + "\""));
        assertThat(instance.lines().filter(line -> line.contains("\"player\":\"ann\"")))
                .anyMatch(line ->
                        line.contains("Admitted")
                                && line.contains("\"instance\":\"0\"")
                                && line.contains("\"trace_id\":\"" + TRACE + "\""));
        assertThat(system.secrets).hasSizeGreaterThan(12);
        String metrics =
                system.get(system.matchmakerManagement, "/metrics", "").body()
                        + system.get(system.instanceManagement, "/metrics", "").body();
        List<String> outputs =
                List.of(matchmaker, instance, gateway, metrics, collector.everything());
        system.secrets.forEach((what, secret) -> {
            assertThat(secret).as(what).hasSizeGreaterThan(8);
            // Of a token its signature alone would be as good a find.
            String last = secret.substring(secret.lastIndexOf('.') + 1);
            Stream.of(secret, last)
                    .forEach(text ->
                            assertThat(outputs.stream().noneMatch(it -> it.contains(text)))
                                    .as(what)
                                    .isTrue());
        });
    }
}
