package otherworld.e2e.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessSpec;

/** The OpenTelemetry Collector itself takes what is exported, and may stop dead for all players. */
@Tag("heavy") // it is built, once
class CollectorIT {
    private static final Path ROOT = Path.of(System.getProperty("otherworld.root", ".."));
    private static final Duration SOON = Duration.ofSeconds(30);

    @TempDir private Path folder;

    private static Path collector() throws IOException, InterruptedException {
        Process assets =
                new ProcessBuilder(ROOT.resolve("tools/otelcol/otelcol-assets").toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String path =
                new String(assets.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        assertThat(assets.waitFor()).as("otelcol-assets").isZero();
        return Path.of(path);
    }

    @Test
    void theCollectorTakesItAndAPausedOneSlowsNobody() throws Exception {
        int port = FreePorts.next();
        Path configuration =
                Files.writeString(
                        folder.resolve("otelcol.yaml"),
                        """
                        receivers: {otlp: {protocols: {http: {endpoint: "127.0.0.1:%d"}}}}
                        exporters: {debug: {verbosity: detailed}}
                        service:
                          telemetry: {metrics: {level: none}}
                          pipelines: {traces: {receivers: [otlp], exporters: [debug]}}
                        """
                                .formatted(port));
        Path log = folder.resolve("otelcol.log");
        try (ChildProcess collector =
                        ChildProcess.start(
                                ProcessSpec.of(
                                        "otelcol",
                                        folder,
                                        log,
                                        List.of(collector().toString(), "file:" + configuration)));
                TracedSystem system =
                        new TracedSystem(
                                Map.of(
                                        "OTEL_EXPORTER_OTLP_ENDPOINT",
                                        "http://127.0.0.1:" + port,
                                        "OTEL_EXPORTER_OTLP_COMPRESSION",
                                        "gzip",
                                        "OTEL_EXPORTER_OTLP_TIMEOUT",
                                        "2000",
                                        "OTEL_BSP_SCHEDULE_DELAY",
                                        "100",
                                        "OTEL_BSP_MAX_QUEUE_SIZE",
                                        "64",
                                        "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
                                        "32"))) {
            system.tellInstance();
            String first = join(system, "ann");
            assertOneTrace(log, "ann");
            collector.pause();
            String ticket = seat(system, "bea");
            try (TracedPlayer player = new TracedPlayer(system.playUrl(), ticket)) {
                for (int i = 0; i < 40; i++) {
                    assertThat(player.place(28 + i % 8)).isLessThan(Duration.ofSeconds(2));
                    Thread.sleep(20); // edits have a rate
                }
            }
            assertThat(
                            system.get(system.instanceManagement, "/metrics", "")
                                    .body()
                                    .lines()
                                    .filter(line ->
                                            line.contains("trace_spans_total{outcome=\"dropped\"}"))
                                    .mapToDouble(line ->
                                            Double.parseDouble(line.substring(line.indexOf(' ')))))
                    .isNotEmpty()
                    .allMatch(dropped -> dropped > 0);
            collector.resume();
            String again = join(system, "cyd");
            assertOneTrace(log, "cyd");
            assertThat(again).isNotEqualTo(first);
        }
    }

    @Test
    void withoutACollectorNoClassOfOpenTelemetryIsLoaded() throws Exception {
        try (TracedSystem system =
                new TracedSystem(Map.of("JDK_JAVA_OPTIONS", "-Xlog:class+load:stdout"))) {
            system.tellInstance();
            try (TracedPlayer player = new TracedPlayer(system.playUrl(), seat(system, "ann"))) {
                assertThat(player.place(40)).isLessThan(SOON);
            }
            for (String process : List.of("matchmaker", "gateway", "instance-server")) {
                assertThat(system.log(process))
                        .as(process)
                        .contains("otherworld.tracing.Tracing$Off")
                        .doesNotContain("io.opentelemetry.");
            }
        }
    }

    private static String seat(TracedSystem system, String player) throws Exception {
        return system.seat(system.bearer(player), UUID.randomUUID().toString())
                .path("ticket")
                .asText();
    }

    private static String join(TracedSystem system, String player) throws Exception {
        String ticket = seat(system, player);
        try (TracedPlayer _ = new TracedPlayer(system.playUrl(), ticket)) {
            Thread.sleep(300); // the first snapshot
        }
        return ticket;
    }

    /** What all three processes exported of one player is of one trace. */
    private static void assertOneTrace(Path log, String player) {
        await().atMost(SOON)
                .untilAsserted(() -> {
                    String told = Files.readString(log);
                    assertThat(traceOf(told, "seat request", player))
                            .isNotEmpty()
                            .isEqualTo(traceOf(told, "pass on Hello", player))
                            .isEqualTo(traceOf(told, "join", player));
                });
    }

    /** Empty if there is none. */
    private static String traceOf(String log, String span, String player) {
        for (String one : log.split("\nSpan #", -1)) {
            Matcher trace =
                    Pattern.compile(
                                    "Trace ID +: ([0-9a-f]{32}).*\n +Name +: %s\n"
                                            .formatted(Pattern.quote(span)),
                                    Pattern.DOTALL)
                            .matcher(one);
            if (trace.find() && one.contains("otherworld.player: Str(%s)".formatted(player))) {
                return trace.group(1);
            }
        }
        return "";
    }
}
