package otherworld.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import otherworld.crds.World;
import otherworld.local.files.Trees;
import otherworld.local.observe.PrometheusAssets;
import otherworld.local.process.Build;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessJvm;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.Usage;

/**
 * What observing a fleet of a thousand costs the operator: alone, then scraped by Prometheus with
 * all rules, then with somebody at the page as well. KWOK plays the pods, players come and go once
 * a second. docs/observing.md has the figures. Not a test that any run of tests takes; Linux.
 */
class ObservingFleetCost {
    private static final int WORLDS = 50;
    private static final int INSTANCES_EACH = 20;
    private static final int CAPACITY = 100;
    private static final Duration START = Duration.ofMinutes(6);
    private static final Duration SETTLED = Duration.ofSeconds(30);
    private static final Duration MEASURED = Duration.ofSeconds(60);
    private static final long SEED = 13;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ScheduledExecutorService clock = Executors.newScheduledThreadPool(2);
    private final AtomicReference<@Nullable RuntimeException> failure = new AtomicReference<>();

    @Test
    void aThousandInstances() throws Exception {
        Path folder = Trees.temporary("observing-fleet");
        int management = FreePorts.next();
        int page = FreePorts.next();
        int prometheus = FreePorts.next();
        try (KwokCluster cluster = new KwokCluster();
                OperatorFixture fleet = cluster.fleet();
                ChildProcess operator =
                        ChildProcess.start(operator(fleet, folder, management, page, prometheus))) {
            fleet.matchmaker.set(() -> fleet.matchmaker.tellsAll = true);
            long began = System.nanoTime();
            IntStream.range(0, WORLDS)
                    .forEach(i -> fleet.applyFloor("w" + i, CAPACITY, INSTANCES_EACH));
            await().atMost(START).pollInterval(Duration.ofSeconds(1)).until(() -> ready(fleet));
            say(
                    "%d instances in %d Worlds, Ready after %d s",
                    WORLDS * INSTANCES_EACH,
                    WORLDS,
                    TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began));
            Random random = new Random(SEED);
            List<ScheduledFuture<?>> going = new ArrayList<>();
            going.add(
                    each(
                            Duration.ofSeconds(1),
                            () -> fleet.matchmaker.set(() -> players(fleet, random))));
            long pid = operator.pid();
            Thread.sleep(SETTLED);
            measure("nobody looks", pid);

            try (ChildProcess server = prometheus(folder, prometheus, management)) {
                Thread.sleep(SETTLED);
                measure("scraped each 15 s, all rules", pid);
                say("  prometheus %d MiB", residentMiB(server.pid()));
                say("  %s", asked(management, "/metrics"));

                AtomicLong bytes = new AtomicLong();
                AtomicInteger answers = new AtomicInteger();
                // As main.js asks.
                Map<String, Duration> asks =
                        Map.of(
                                "/api/fleet", Duration.ofSeconds(2),
                                "/api/plots?range=15m&world=", Duration.ofSeconds(10),
                                "/api/alerts", Duration.ofSeconds(5));
                asks.forEach((path, period) ->
                        going.add(
                                each(
                                        period,
                                        () -> {
                                            bytes.addAndGet(get(page, path).length);
                                            answers.incrementAndGet();
                                        })));
                Thread.sleep(SETTLED);
                long before = bytes.get();
                int answered = answers.get();
                measure("and one at the page", pid);
                say(
                        "  %d answers of the page, %.1f kB a second, packed",
                        answers.get() - answered,
                        (bytes.get() - before) / 1e3 / MEASURED.toSeconds());
                asks.keySet().forEach(path -> say("  %s", asked(page, path)));
                going.forEach(it -> it.cancel(false));
            }
            assertThat(failure.get()).isNull();
            assertThat(fleet.matchmaker.violations).isEmpty();
        } finally {
            clock.shutdownNow();
            http.close();
            Trees.delete(folder);
        }
    }

    /** A tenth of all instances has other players than a second ago. */
    private static void players(OperatorFixture fleet, Random random) {
        for (int changed = 0; changed < INSTANCES_EACH / 10; changed++) {
            fleet.matchmaker.occupied.put(
                    random.nextInt(INSTANCES_EACH), random.nextInt(CAPACITY + 1));
        }
    }

    private ScheduledFuture<?> each(Duration period, Runnable what) {
        return clock.scheduleAtFixedRate(
                () -> {
                    try {
                        what.run();
                    } catch (RuntimeException e) {
                        failure.compareAndSet(null, e);
                        throw e;
                    }
                },
                0,
                period.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    private static boolean ready(OperatorFixture fleet) {
        return fleet.podCount() == (long) WORLDS * INSTANCES_EACH
                && fleet.admin
                        .resources(World.class)
                        .inNamespace(fleet.namespace)
                        .resources()
                        .map(Resource::get)
                        .allMatch(it ->
                                it.getStatus() != null
                                        && Objects.equals(
                                                it.getStatus().readyInstances(), INSTANCES_EACH));
    }

    /** As it is deployed, with room for a fleet. */
    private static ProcessSpec operator(
            OperatorFixture fleet, Path folder, int management, int page, int prometheus) {
        return ProcessSpec.of(
                        "operator",
                        folder,
                        folder.resolve("operator.log"),
                        Build.ofThisCheckout()
                                .java(
                                        "operator",
                                        Main.class.getName(),
                                        ProcessJvm.withHeap("operator", 256)))
                .withEnvironment(fleet.operatorEnvironment())
                .withEnvironment(
                        Map.of(
                                "OTHERWORLD_MANAGEMENT_BIND",
                                "127.0.0.1",
                                "OTHERWORLD_MANAGEMENT_PORT",
                                Integer.toString(management),
                                "OTHERWORLD_PAGE",
                                "true",
                                "OTHERWORLD_PAGE_PORT",
                                Integer.toString(page),
                                "OTHERWORLD_PROMETHEUS_URL",
                                "http://127.0.0.1:" + prometheus));
    }

    private static ChildProcess prometheus(Path folder, int port, int operator) throws IOException {
        Path rules = Build.ofThisCheckout().root().resolve("observability/rules");
        Path configuration = folder.resolve("prometheus.yml");
        Files.writeString(
                configuration,
                """
                global: {scrape_interval: 15s, evaluation_interval: 30s}
                rule_files: ['%s/*.yaml']
                scrape_configs:
                  - job_name: operator
                    static_configs: [{targets: ['127.0.0.1:%d'], labels: {process: operator}}]
                """
                        .formatted(rules, operator));
        return ChildProcess.start(
                ProcessSpec.of(
                        "prometheus",
                        folder,
                        folder.resolve("prometheus.log"),
                        List.of(
                                PrometheusAssets.find().prometheus().toString(),
                                "--config.file=" + configuration,
                                "--storage.tsdb.path=" + folder.resolve("data"),
                                "--web.listen-address=127.0.0.1:" + port)));
    }

    private static void measure(String state, long pid) throws Exception {
        double before = Usage.cpuSeconds(pid).orElseThrow();
        Thread.sleep(MEASURED);
        say(
                "%s: operator %.2f %% of a core, %d MiB",
                state,
                100 * (Usage.cpuSeconds(pid).orElseThrow() - before) / MEASURED.toSeconds(),
                residentMiB(pid));
    }

    private String asked(int port, String path) {
        int packed = get(port, path).length;
        long began = System.nanoTime();
        int plain = send(port, path, "identity").length;
        return String.format(
                Locale.ROOT,
                "%s: %.1f kB, %.1f kB packed, %.1f ms",
                path,
                plain / 1e3,
                packed / 1e3,
                (System.nanoTime() - began) / 1e6);
    }

    private byte[] get(int port, String path) {
        return send(port, path, "gzip");
    }

    private byte[] send(int port, String path, String encoding) {
        URI uri = URI.create("http://127.0.0.1:" + port + path);
        try {
            HttpResponse<byte[]> response =
                    http.send(
                            HttpRequest.newBuilder(uri).header("Accept-Encoding", encoding).build(),
                            HttpResponse.BodyHandlers.ofByteArray());
            if (response.statusCode() != 200) {
                throw new IllegalStateException("%s: %d".formatted(uri, response.statusCode()));
            }
            return response.body();
        } catch (IOException e) {
            throw new IllegalStateException(uri.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static long residentMiB(long pid) {
        return Usage.residentKib(pid).orElseThrow() >> 10;
    }

    private static void say(String format, Object... values) {
        System.out.printf(Locale.ROOT, format + "%n", values);
    }
}
