package otherworld.e2e.observe;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import otherworld.e2e.Otherworld;
import otherworld.local.files.Trees;
import otherworld.local.observe.PrometheusAssets;
import otherworld.local.process.FreePorts;
import otherworld.local.process.Usage;
import otherworld.ops.Gzip;

/**
 * What observing costs, in processor time and bytes: docs/observing.md has the figures. Not a test
 * that any run of tests takes; Linux.
 */
class ObservingCost {
    private static final Duration UP = Duration.ofMinutes(4);
    private static final int PLAYERS = 100;
    private static final int INSTANCES = 1_000;
    private static final Duration MEASURED = Duration.ofSeconds(60);

    /** A cluster with a hundred players, without and with Prometheus and Alertmanager. */
    @Test
    void aHundredPlayers() throws Exception {
        for (boolean observed : List.of(false, true)) {
            try (Otherworld cluster = Otherworld.fresh()) {
                cluster.run(UP, observed ? new String[] {"up", "--observe"} : new String[] {"up"})
                        .expectSuccess();
                try (Otherworld.Running _ =
                        cluster.bots(
                                Integer.toString(PLAYERS),
                                "--world",
                                "plaza",
                                "--seconds",
                                "150")) {
                    Thread.sleep(45_000); // compiled, and all inside
                    measure(cluster, observed);
                }
            }
        }
    }

    private static void measure(Otherworld cluster, boolean observed) throws Exception {
        Map<String, Long> parts = new LinkedHashMap<>();
        for (String part :
                List.of("operator", "matchmaker", "redis", "database", "etcd", "kube-apiserver")) {
            parts.put(part, cluster.process(part));
        }
        List<JsonNode> pods = cluster.pods("plaza");
        for (JsonNode pod : pods) {
            parts.put(pod.at("/metadata/name").asText(), cluster.podProcess(pod));
        }
        parts.put("supervisor", cluster.supervisor());
        if (observed) {
            parts.put("prometheus", cluster.process("prometheus"));
            parts.put("alertmanager", cluster.process("alertmanager"));
        }
        Map<String, Double> before = new LinkedHashMap<>();
        parts.forEach((part, pid) -> before.put(part, cpuSeconds(pid)));
        Thread.sleep(MEASURED);
        say("%d players, %s", PLAYERS, observed ? "observed" : "not observed");
        parts.forEach((part, pid) ->
                say(
                        "  %-20s %5.2f %% of a core, %4d MiB",
                        part,
                        100
                                * (cpuSeconds(pid) - before.getOrDefault(part, 0.0))
                                / MEASURED.toSeconds(),
                        residentMiB(pid)));
        exposition("an instance's", cluster.metrics(pods.getFirst()));
        if (observed) {
            try (Prometheus prometheus =
                    new Prometheus(URI.create(cluster.address("prometheus")))) {
                for (String process : List.of("operator", "matchmaker")) {
                    JsonNode up = prometheus.query("up{process=\"%s\"}".formatted(process)).get(0);
                    exposition(
                            process + "'s",
                            cluster.get(
                                    "http://%s/metrics"
                                            .formatted(up.at("/metric/instance").asText())));
                }
                say(
                        "  scrapes take %.0f ms (longest), %.0f samples a second, %.0f series",
                        1000 * prometheus.value("max(scrape_duration_seconds)"),
                        prometheus.value("rate(prometheus_tsdb_head_samples_appended_total[1m])"),
                        prometheus.value("prometheus_tsdb_head_series"));
            }
        }
    }

    /**
     * A Prometheus that scrapes a thousand instances each 15 s, as the chart has it, with all
     * rules: what each answers is what an instance with players does.
     */
    @Test
    void aThousandInstances() throws Exception {
        String exposition;
        try (Otherworld cluster = Otherworld.fresh()) {
            cluster.run(UP, "up").expectSuccess();
            try (Otherworld.Running _ = cluster.bots("20", "--world", "plaza", "--seconds", "30")) {
                Thread.sleep(20_000);
                exposition = cluster.metrics(cluster.pods("plaza").getFirst());
            }
        }
        byte[] plain = exposition.getBytes(StandardCharsets.UTF_8);
        byte[] packed = packed(exposition);
        HttpServer fleet =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        fleet.setExecutor(Executors.newFixedThreadPool(2));
        fleet.createContext(
                "/",
                exchange -> {
                    Headers headers = exchange.getResponseHeaders();
                    headers.set("Content-Type", "text/plain; version=0.0.4");
                    boolean pack = Gzip.isAccepted(exchange.getRequestHeaders());
                    if (pack) {
                        headers.set("Content-Encoding", "gzip");
                    }
                    byte[] body = pack ? packed : plain;
                    exchange.sendResponseHeaders(200, body.length);
                    try (OutputStream out = exchange.getResponseBody()) {
                        out.write(body);
                    }
                });
        fleet.start();
        Path folder = Trees.temporary("observing-cost");
        int own = FreePorts.next();
        Files.writeString(
                folder.resolve("prometheus.yml"), configuration(fleet.getAddress().getPort(), own));
        // Not as `up` starts it, which bounds its memory for one machine's few instances.
        Process server =
                new ProcessBuilder(
                                PrometheusAssets.find().prometheus().toString(),
                                "--config.file=" + folder.resolve("prometheus.yml"),
                                "--storage.tsdb.path=" + folder.resolve("data"),
                                "--web.listen-address=127.0.0.1:" + own)
                        .redirectErrorStream(true)
                        .redirectOutput(folder.resolve("log").toFile())
                        .start();
        try (Prometheus prometheus = new Prometheus(URI.create("http://127.0.0.1:" + own))) {
            long pid = server.pid();
            Thread.sleep(75_000);
            double before = cpuSeconds(pid);
            Thread.sleep(MEASURED);
            say("%d instances, scraped each 15 s", INSTANCES);
            say(
                    "  prometheus %.1f %% of a core, %d MiB",
                    100 * (cpuSeconds(pid) - before) / MEASURED.toSeconds(), residentMiB(pid));
            exposition("an instance's", exposition);
            say(
                    "  %.0f up, %.0f samples a second, %.0f series; all rules take %.0f ms a round of 30 s",
                    prometheus.value("sum(up)"),
                    prometheus.value("rate(prometheus_tsdb_head_samples_appended_total[1m])"),
                    prometheus.value("prometheus_tsdb_head_series"),
                    1000 * prometheus.value("sum(prometheus_rule_group_last_duration_seconds)"));
        } finally {
            server.destroy();
            server.waitFor();
            fleet.stop(0);
            Trees.delete(folder);
        }
    }

    private static String configuration(int port, int own) {
        String targets =
                IntStream.range(0, INSTANCES)
                        .mapToObj(i ->
                                "{targets: ['127.0.0.1:%d'], labels: {__metrics_path__: '/%d', pod: 'plaza-%d-0', ordinal: '%d', world: 'w%d', namespace: default, process: instance}}"
                                        .formatted(port, i, i, i, i / 20))
                        .collect(Collectors.joining(", ", "[", "]"));
        return """
        global: {scrape_interval: 15s, evaluation_interval: 30s}
        rule_files: ['%s/*.yaml']
        scrape_configs:
          - {job_name: instances, static_configs: %s}
          - {job_name: prometheus, static_configs: [{targets: ['127.0.0.1:%d']}]}
        """
                .formatted(Observability.FOLDER.resolve("rules"), targets, own);
    }

    private static void exposition(String whose, String text) throws IOException {
        say(
                "  %s answer at /metrics: %d lines, %.1f kB, %.1f kB packed",
                whose,
                text.lines().filter(line -> !line.startsWith("#")).count(),
                text.length() / 1e3,
                packed(text).length / 1e3);
    }

    private static byte[] packed(String text) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (OutputStream out = Gzip.quick(bytes)) {
            out.write(text.getBytes(StandardCharsets.UTF_8));
        }
        return bytes.toByteArray();
    }

    /** With its children: PostgreSQL's sessions are processes of their own. */
    private static double cpuSeconds(long pid) {
        List<Long> all = new ArrayList<>(List.of(pid));
        ProcessHandle.of(pid)
                .filter(process -> process.info().command().orElse("").endsWith("postgres"))
                .ifPresent(process -> process.children().forEach(it -> all.add(it.pid())));
        return all.stream().mapToDouble(it -> Usage.cpuSeconds(it).orElse(0)).sum();
    }

    private static long residentMiB(long pid) {
        return Usage.residentKib(pid).orElse(0) >> 10;
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
