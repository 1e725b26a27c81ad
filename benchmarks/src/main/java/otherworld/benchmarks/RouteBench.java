package otherworld.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import otherworld.base.PlayerId;
import otherworld.base.WorldId;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.redis.RedisServer;

/**
 * Two matchmakers, a real Redis, simulated hosts: latency of a seat at 300/s (open loop, from when
 * it was due), then the most they answer (closed loop) for the CPU time they use.
 */
final class RouteBench implements Bench {
    private static final WorldId WORLD = new WorldId("default.bench");
    private static final int MATCHMAKERS = 2;
    private static final int INSTANCES = 40;
    private static final int CAPACITY = 100;
    private static final int PLAYERS = 4_000;
    private static final int RATE_PER_SECOND = 300;
    private static final int OPEN_LANES = 64;
    private static final int CLOSED_LANES = 24;

    /**
     * Enough for every player's token to have been seen and most of the servers' code to be
     * compiled; what the compiler's threads still take counts as theirs.
     */
    private static final int WARM_UP_ROUTES = 80_000;

    private static final Duration WARM_UP_LIMIT = Duration.ofSeconds(60);
    private static final Duration LONGEST_CLOSED = Duration.ofSeconds(20);

    @Override
    public int usualSeconds() {
        return 30;
    }

    @Override
    public Figures run(Request request) throws Exception {
        Pinning pinning = Pinning.start();
        List<ChildProcess> matchmakers = new ArrayList<>();
        try (RedisServer redis = RedisServer.start();
                KeyServer issuer = new KeyServer()) {
            pinning.server(redis.process().pid());
            Map<PlayerId, String> bearers =
                    BenchMatchmaker.bearers(issuer, request.seed(), PLAYERS);
            List<Integer> ports = new ArrayList<>();
            Program program = new Program(request.root(), request.work(), pinning);
            for (int i = 0; i < MATCHMAKERS; i++) {
                ports.add(FreePorts.next());
                matchmakers.add(
                        BenchMatchmaker.start(
                                program,
                                "matchmaker-" + i,
                                ports.get(i),
                                redis,
                                issuer,
                                request.work(),
                                Map.of()));
            }
            try (SimulatedHosts hosts =
                    new SimulatedHosts(redis.url(), WORLD, INSTANCES, CAPACITY)) {
                hosts.start();
                RouteLoad load = new RouteLoad(ports, bearers, hosts);
                return measure(load, hosts, matchmakers, request, pinning);
            }
        } finally {
            matchmakers.forEach(ChildProcess::close);
            pinning.end();
        }
    }

    private static Figures measure(
            RouteLoad load,
            SimulatedHosts hosts,
            List<ChildProcess> matchmakers,
            Request request,
            Pinning pinning)
            throws InterruptedException, IOException {
        BenchMatchmaker.awaitSeats(load);
        warmUp(load);
        System.err.println("open loop, " + pinning.describe());
        CpuMeter generator = CpuMeter.ofThisProcess();
        RouteLoad.Result open = load.openLoop(RATE_PER_SECOND, OPEN_LANES, request.time());
        System.err.println("closed loop");
        Duration closedTime =
                request.time().compareTo(LONGEST_CLOSED) < 0 ? request.time() : LONGEST_CLOSED;
        CpuMeter servers =
                new CpuMeter(
                        matchmakers.stream()
                                .map(process -> ProcessHandle.of(process.pid()).orElseThrow())
                                .toList());
        CpuMeter closedGenerator = CpuMeter.ofThisProcess();
        RouteLoad.Result closed = load.closedLoop(CLOSED_LANES, closedTime);
        double serverCpuSeconds = servers.cpuSeconds();
        Figures figures =
                new Figures()
                        .add("routes_per_s_core", closed.routes() / serverCpuSeconds, "1/s")
                        .add("route_p50_ms", open.latency().getValueAtPercentile(50) / 1e3, "ms")
                        .add("route_p99_ms", open.latency().getValueAtPercentile(99) / 1e3, "ms")
                        .add("route_max_ms", open.latency().getMaxValue() / 1e3, "ms")
                        .add("over_admissions", hosts.overAdmissions.get(), "seats")
                        .add("routes_per_s", closed.routes() / closed.seconds(), "1/s")
                        .add("closed_p99_ms", closed.latency().getValueAtPercentile(99) / 1e3, "ms")
                        .add("open_routes", open.routes(), "seats")
                        .add("refused_claims", hosts.refusedClaims.get(), "seats")
                        .generator(Math.max(generator.cores(), closedGenerator.cores()));
        open.failures()
                .forEach((kind, n) -> figures.fault("open loop: %d × %s".formatted(n, kind)));
        closed.failures()
                .forEach((kind, n) -> figures.fault("closed loop: %d × %s".formatted(n, kind)));
        if (hosts.overAdmissions.get() > 0) {
            figures.fault("a seat was given twice");
        }
        if (request.out().isPresent()) {
            writeRaw(request.out().get(), open);
        }
        return figures;
    }

    private static void warmUp(RouteLoad load) throws InterruptedException {
        System.err.println("warming up with " + WARM_UP_ROUTES + " routes");
        long deadlineNs = System.nanoTime() + WARM_UP_LIMIT.toNanos();
        for (long routes = 0; routes < WARM_UP_ROUTES && System.nanoTime() < deadlineNs; ) {
            routes += load.closedLoop(CLOSED_LANES, Duration.ofSeconds(2)).routes();
        }
    }

    private static void writeRaw(Path out, RouteLoad.Result open) throws IOException {
        Files.writeString(
                out.resolve("route-open.csv"),
                open.raw().stream()
                        .map(sample -> sample[0] + "," + sample[1])
                        .collect(Collectors.joining("\n", "due_us,latency_us\n", "\n")));
    }
}
