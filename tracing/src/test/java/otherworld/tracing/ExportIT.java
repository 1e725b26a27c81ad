package otherworld.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.opentelemetry.proto.trace.v1.Status;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import otherworld.base.Settings;
import otherworld.base.TraceContext;
import otherworld.ops.metric.Catalogue;
import otherworld.ops.metric.CataloguedRegistry;
import otherworld.ops.metric.MetricSpec.CounterSpec;
import otherworld.tracing.OtlpReceiver.Answer;
import otherworld.tracing.OtlpReceiver.Received;

/** Spans over real HTTP, read by OTLP's own classes. */
class ExportIT {
    private static final Catalogue CATALOGUE = new Catalogue("test", "test_");
    private static final CounterSpec SPANS = SpanCounts.declare(CATALOGUE);

    private final OtlpReceiver collector = new OtlpReceiver();
    private final PrometheusRegistry registry = new CataloguedRegistry(CATALOGUE);
    private final SpanCounts counts = new SpanCounts(SPANS, registry);

    @AfterEach
    void close() {
        collector.close();
    }

    private Tracing tracing(String... more) {
        Map<String, String> environment = new HashMap<>();
        environment.put("OTEL_EXPORTER_OTLP_ENDPOINT", collector.url());
        environment.put("OTEL_BSP_SCHEDULE_DELAY", "50");
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        Settings settings = new Settings(environment);
        TracingSettings read = TracingSettings.read(settings);
        settings.check();
        return Tracing.start(
                read, new Origin("otherworld-test", Map.of("otherworld.world", "w")), counts);
    }

    private double count(String outcome) {
        return registry.scrape().stream()
                .filter(CounterSnapshot.class::isInstance)
                .flatMap(metric -> ((CounterSnapshot) metric).getDataPoints().stream())
                .filter(point -> outcome.equals(point.getLabels().get("outcome")))
                .mapToDouble(CounterSnapshot.CounterDataPointSnapshot::getValue)
                .sum();
    }

    private static Span span(TraceContext context) {
        return Span.begin("work", Span.Kind.INTERNAL, context, 0, System.nanoTime())
                .end(System.nanoTime());
    }

    @Test
    void aSpanArrivesWithAllThatIsSaidOfIt() {
        Instant before = Instant.now();
        try (Tracing tracing =
                tracing(
                        "OTEL_EXPORTER_OTLP_HEADERS",
                        "x-tenant=7",
                        "OTEL_EXPORTER_OTLP_COMPRESSION",
                        "gzip",
                        "OTEL_RESOURCE_ATTRIBUTES",
                        "k8s.pod.name=p-1")) {
            TraceContext root = tracing.begin().orElseThrow();
            TraceContext below = Tracing.below(root);
            TraceContext other = tracing.begin().orElseThrow();
            long nowNs = System.nanoTime();
            tracing.ended(
                    Span.begin("ask", Span.Kind.CLIENT, below, root.span(), nowNs)
                            .with("text", "x".repeat(1_000))
                            .with("number", 7)
                            .with("truth", true)
                            .with("nothing", "")
                            .event("half", nowNs + 500_000)
                            .link(other)
                            .failed("TIMEOUT")
                            .end(nowNs + 1_000_000));
            await().until(() -> !collector.spans().isEmpty());
            Received received = collector.spans().getFirst();
            assertThat(received.resource())
                    .containsEntry("service.name", "otherworld-test")
                    .containsEntry("service.namespace", "otherworld")
                    .containsEntry("otherworld.world", "w")
                    .containsEntry("k8s.pod.name", "p-1")
                    .containsEntry("telemetry.sdk.name", "opentelemetry");
            assertThat(received.traceId()).isEqualTo(root.traceId());
            assertThat(received.spanId()).isEqualTo(below.spanId());
            assertThat(received.parentId()).isEqualTo(root.spanId());
            assertThat(received.attributes())
                    .containsEntry("number", "7")
                    .containsEntry("truth", "true")
                    .containsEntry("text", "x".repeat(Span.MAX_TEXT))
                    .containsEntry("error.type", "TIMEOUT")
                    .doesNotContainKey("nothing");
            var span = received.span();
            assertThat(span.getName()).isEqualTo("ask");
            assertThat(span.getKind().name()).isEqualTo("SPAN_KIND_CLIENT");
            assertThat(span.getStatus().getCode()).isEqualTo(Status.StatusCode.STATUS_CODE_ERROR);
            assertThat(span.getEndTimeUnixNano() - span.getStartTimeUnixNano())
                    .isEqualTo(1_000_000);
            assertThat(span.getEvents(0).getTimeUnixNano() - span.getStartTimeUnixNano())
                    .isEqualTo(500_000);
            assertThat(span.getLinks(0).getTraceId().toByteArray()).hasSize(16);
            assertThat(Instant.ofEpochSecond(0, span.getStartTimeUnixNano()))
                    .isBetween(before.minusMillis(50), Instant.now());
            assertThat(collector.headers()).containsEntry("X-tenant", List.of("7"));
            await().until(() -> count("exported") == 1);
        }
    }

    @Test
    void whatWaitsWhenAProcessEndsIsExported() {
        try (Tracing tracing = tracing("OTEL_BSP_SCHEDULE_DELAY", "60000")) {
            tracing.ended(span(tracing.begin().orElseThrow()));
            assertThat(collector.spans()).isEmpty();
        }
        assertThat(collector.spans()).hasSize(1);
    }

    @Test
    void aCollectorThatHangsCostsSpansAndNobodysTime() {
        collector.answer(Answer.HANGS);
        try (Tracing tracing =
                tracing(
                        "OTEL_BSP_MAX_QUEUE_SIZE",
                        "64",
                        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
                        "16",
                        "OTEL_EXPORTER_OTLP_TIMEOUT",
                        "60000")) {
            Span span = span(tracing.begin().orElseThrow());
            long startNs = System.nanoTime();
            for (int i = 0; i < 100_000; i++) {
                tracing.ended(span);
            }
            assertThat(Duration.ofNanos(System.nanoTime() - startNs))
                    .isLessThan(Duration.ofSeconds(5));
            // All but what waits, and what the exporter holds.
            assertThat(count("dropped")).isBetween(100_000.0 - 64 - 16, 100_000.0);
            startNs = System.nanoTime();
            tracing.close();
            assertThat(Duration.ofNanos(System.nanoTime() - startNs))
                    .as("nor does its end wait long")
                    .isLessThan(Duration.ofSeconds(5));
        }
    }

    @Test
    void aCollectorThatFailsIsCountedAndUsedAgainOnceItWorks() {
        collector.answer(Answer.FAILS);
        try (Tracing tracing = tracing()) {
            tracing.ended(span(tracing.begin().orElseThrow()));
            await().until(() -> count("failed") == 1);
            collector.answer(Answer.TAKES);
            tracing.ended(span(tracing.begin().orElseThrow()));
            await().until(() -> count("exported") == 1);
            assertThat(collector.spans()).hasSize(1);
        }
    }

    @Test
    void aCollectorThatIsNotThereIsNoError() {
        String gone = collector.url();
        collector.close();
        try (Tracing tracing = tracing("OTEL_EXPORTER_OTLP_ENDPOINT", gone)) {
            tracing.ended(span(tracing.begin().orElseThrow()));
        }
        assertThat(count("exported")).isZero();
    }

    @Test
    void whoAsksIsHeardUnlessTheSamplerSaysOtherwise() {
        try (Tracing byParent = tracing("OTEL_TRACES_SAMPLER", "parentbased_always_off");
                Tracing never = tracing("OTEL_TRACES_SAMPLER", "always_off")) {
            assertThat(byParent.begin()).isEmpty();
            assertThat(byParent.samplesAsked()).isTrue();
            assertThat(never.samplesAsked()).isFalse();
        }
        assertThat(Tracing.OFF.begin()).isEmpty();
        assertThat(Tracing.OFF.isOn()).isFalse();
    }
}
