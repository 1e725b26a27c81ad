package otherworld.benchmarks;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.LongAdder;
import otherworld.base.PlayerId;
import otherworld.base.WorldId;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.redis.RedisServer;

/**
 * What tracing costs: a matchmaker without it, one that records 1 % and one that records
 * everything, by turns on one Redis, and then three such instances with players who build. The
 * collector is this process, which drops what it is sent.
 */
final class TracingBench implements Bench {
    private static final WorldId WORLD = new WorldId("default.bench");
    private static final int INSTANCES = 40;
    private static final int CAPACITY = 100;
    private static final int TOKENS = 2_000;
    private static final int LANES = 16;
    private static final int ROUNDS = 5;
    private static final int PLAYERS = 50;
    private static final int RATE_HZ = 15;
    private static final Duration WARM_UP = Duration.ofSeconds(10);
    private static final Duration SETTLE = Duration.ofSeconds(3);

    /** How much is recorded. */
    private enum Mode {
        OFF,
        SAMPLED,
        ALL;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        Map<String, String> settings(String collector) {
            return switch (this) {
                case OFF -> Map.of();
                case SAMPLED ->
                        Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT", collector,
                                "OTEL_TRACES_SAMPLER", "traceidratio",
                                "OTEL_TRACES_SAMPLER_ARG", "0.01");
                case ALL ->
                        Map.of(
                                "OTEL_EXPORTER_OTLP_ENDPOINT",
                                collector,
                                "OTEL_TRACES_SAMPLER",
                                "always_on");
            };
        }
    }

    @Override
    public int usualSeconds() {
        return 5;
    }

    @Override
    public Figures run(Request request) throws Exception {
        Pinning pinning = Pinning.start();
        Figures figures = new Figures();
        try (Sink sink = new Sink()) {
            seats(request, pinning, sink, figures);
            instances(request, pinning, sink, figures);
            figures.add("collector_bytes", sink.bytes.sum(), "bytes");
            if (sink.bytes.sum() == 0) {
                figures.fault("nothing was exported");
            }
            return figures;
        } finally {
            pinning.end();
        }
    }

    // ---- seats

    private static void seats(Request request, Pinning pinning, Sink sink, Figures figures)
            throws Exception {
        Map<Mode, ChildProcess> processes = new EnumMap<>(Mode.class);
        try (RedisServer redis = RedisServer.start();
                KeyServer issuer = new KeyServer();
                SimulatedHosts hosts =
                        new SimulatedHosts(redis.url(), WORLD, INSTANCES, CAPACITY)) {
            pinning.server(redis.process().pid());
            Program program = new Program(request.root(), request.work(), pinning);
            Map<PlayerId, String> bearers = BenchMatchmaker.bearers(issuer, request.seed(), TOKENS);
            Map<Mode, RouteLoad> loads = new EnumMap<>(Mode.class);
            for (Mode mode : Mode.values()) {
                int port = FreePorts.next();
                processes.put(
                        mode,
                        BenchMatchmaker.start(
                                program,
                                "matchmaker-" + mode.label(),
                                port,
                                redis,
                                issuer,
                                request.work(),
                                mode.settings(sink.url())));
                loads.put(mode, new RouteLoad(List.of(port), bearers, hosts));
            }
            hosts.start();
            BenchMatchmaker.awaitSeats(of(loads, Mode.OFF));
            for (Mode mode : Mode.values()) {
                RouteLoad.Result _ = of(loads, mode).closedLoop(LANES, WARM_UP);
            }
            Map<Mode, List<Double>> cost = new EnumMap<>(Mode.class);
            for (int round = 0; round < ROUNDS; round++) {
                for (Mode mode : Mode.values()) {
                    CpuMeter cpu = CpuMeter.of(of(processes, mode));
                    RouteLoad.Result result = of(loads, mode).closedLoop(LANES, request.time());
                    cost.computeIfAbsent(mode, _ -> new ArrayList<>())
                            .add(cpu.cpuSeconds() * 1e6 / result.routes());
                    result.failures()
                            .forEach((kind, n) ->
                                    figures.fault("%s: %d × %s".formatted(mode, n, kind)));
                }
            }
            told(figures, "seat_cpu_us", "µs", cost);
        } finally {
            processes.values().forEach(ChildProcess::close);
        }
    }

    // ---- instances

    private static void instances(Request request, Pinning pinning, Sink sink, Figures figures)
            throws Exception {
        Map<Mode, PresenceInstance> instances = new EnumMap<>(Mode.class);
        try {
            for (Mode mode : Mode.values()) {
                Map<String, String> settings = new HashMap<>(mode.settings(sink.url()));
                settings.put("OTHERWORLD_HOST_IP", "127.0.0.1");
                settings.put("OTHERWORLD_ZONE_LOG", "true");
                settings.put("OTHERWORLD_PRESENCE_RATE", Integer.toString(RATE_HZ));
                Path work =
                        Files.createDirectories(request.work().resolve("instance-" + mode.label()));
                instances.put(
                        mode,
                        new PresenceInstance(
                                new Request(
                                        request.time(),
                                        request.seed(),
                                        request.root(),
                                        work,
                                        request.out(),
                                        false,
                                        request.choice()),
                                pinning,
                                PLAYERS,
                                settings));
            }
            Map<Mode, List<Double>> cpu = new EnumMap<>(Mode.class);
            Map<Mode, List<Double>> ticks = new EnumMap<>(Mode.class);
            for (int round = 0; round <= ROUNDS; round++) {
                for (Mode mode : Mode.values()) {
                    PresenceInstance.Played played =
                            of(instances, mode)
                                    .round(request.seed() + round, RATE_HZ, SETTLE, request.time());
                    if (round > 0) { // the first warms up
                        cpu.computeIfAbsent(mode, _ -> new ArrayList<>())
                                .add(100 * played.round().cores());
                        ticks.computeIfAbsent(mode, _ -> new ArrayList<>())
                                .add(1e3 * played.ticks().percentile(50).orElse(Double.NaN));
                    }
                    if (played.result().edits().durable() == 0) {
                        figures.fault(mode + ": nobody built");
                    }
                }
            }
            told(figures, "instance_cpu_percent", "%", cpu);
            told(figures, "tick_p50_ms", "ms", ticks);
        } finally {
            instances.values().forEach(PresenceInstance::close);
        }
    }

    private static <T> T of(Map<Mode, T> by, Mode mode) {
        return Objects.requireNonNull(by.get(mode), mode.label());
    }

    private static void told(
            Figures figures, String name, String unit, Map<Mode, List<Double>> values) {
        values.forEach((mode, told) -> figures.addSpread(name + "_" + mode.label(), told, unit));
        for (Mode mode : List.of(Mode.SAMPLED, Mode.ALL)) {
            List<Double> ratios = new ArrayList<>();
            for (int i = 0; i < of(values, mode).size(); i++) {
                ratios.add(of(values, mode).get(i) / of(values, Mode.OFF).get(i));
            }
            figures.addSpread(name + "_ratio_" + mode.label(), ratios, "");
        }
    }

    /** A collector that takes everything and keeps nothing. */
    private static final class Sink implements AutoCloseable {
        final LongAdder bytes = new LongAdder();
        private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
        private final HttpServer server;

        Sink() throws IOException {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
            server.setExecutor(threads);
            server.createContext(
                    "/",
                    exchange -> {
                        try (exchange) {
                            bytes.add(exchange.getRequestBody().readAllBytes().length);
                            exchange.sendResponseHeaders(200, -1);
                        }
                    });
            server.start();
        }

        String url() {
            return "http://127.0.0.1:" + server.getAddress().getPort();
        }

        @Override
        public void close() {
            server.stop(0);
            threads.shutdownNow();
        }
    }
}
