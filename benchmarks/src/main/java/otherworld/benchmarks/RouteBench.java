package otherworld.benchmarks;

import com.nimbusds.jose.JOSEException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import otherworld.base.PlayerId;
import otherworld.base.WorldId;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.redis.RedisServer;
import otherworld.tickets.SigningKeys;

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
    private static final Duration READY_LIMIT = Duration.ofSeconds(45);
    private static final Duration LONGEST_CLOSED = Duration.ofSeconds(20);

    /** As `./otherworld up` runs it, with more heap than it needs. */
    private static final List<String> FLAGS = List.of("-Xmx256m", "-XX:+UseSerialGC");

    @Override
    public int usualSeconds() {
        return 30;
    }

    @Override
    public Figures run(Request request) throws Exception {
        Pinning pinning = Pinning.start();
        List<ChildProcess> matchmakers = new ArrayList<>();
        try (RedisServer redis = RedisServer.start();
                KeyServer issuer = new KeyServer();
                HttpClient http = HttpClient.newHttpClient()) {
            pinning.server(redis.process().pid());
            Map<PlayerId, String> bearers = bearers(issuer, request.seed());
            List<Integer> ports = new ArrayList<>();
            Program program = new Program(request.root(), request.work(), pinning);
            for (int i = 0; i < MATCHMAKERS; i++) {
                ports.add(FreePorts.next());
                matchmakers.add(
                        startMatchmaker(program, i, ports.get(i), redis, issuer, request, http));
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
        awaitSeats(load);
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

    /** A new ledger holds reservations back for one reservation life. */
    private static void awaitSeats(RouteLoad load) throws InterruptedException {
        long deadlineNs = System.nanoTime() + READY_LIMIT.toNanos();
        while (true) {
            RouteLoad.Result probe = load.openLoop(10, 1, Duration.ofSeconds(1));
            if (probe.failures().isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadlineNs) {
                throw new IllegalStateException(
                        "No seats within %d s: %s"
                                .formatted(READY_LIMIT.toSeconds(), probe.failures()));
            }
        }
    }

    private static Map<PlayerId, String> bearers(KeyServer issuer, long seed) throws JOSEException {
        Map<PlayerId, String> bearers = new HashMap<>();
        for (int i = 0; i < PLAYERS; i++) {
            PlayerId player = new PlayerId("bench-%s-%d".formatted(Long.toHexString(seed), i));
            bearers.put(player, issuer.bearer(player.value()));
        }
        return bearers;
    }

    private static ChildProcess startMatchmaker(
            Program program,
            int index,
            int port,
            RedisServer redis,
            KeyServer issuer,
            Request request,
            HttpClient http)
            throws IOException {
        Path keys = request.work().resolve("signing-keys.json");
        Path token = request.work().resolve("grpc-token");
        if (Files.notExists(keys)) {
            Files.writeString(keys, SigningKeys.generate());
            Files.writeString(token, UUID.randomUUID().toString());
        }
        Map<String, String> environment = new HashMap<>();
        environment.put("OTHERWORLD_HTTP_PORT", Integer.toString(port));
        environment.put("OTHERWORLD_GRPC_PORT", Integer.toString(FreePorts.next()));
        environment.put("OTHERWORLD_BIND", "127.0.0.1");
        int management = FreePorts.next();
        environment.put("OTHERWORLD_MANAGEMENT_PORT", Integer.toString(management));
        environment.put("OTHERWORLD_MANAGEMENT_BIND", "127.0.0.1");
        environment.put("REDIS_URL", redis.url());
        environment.put("OTHERWORLD_SIGNING_KEY_FILE", keys.toString());
        environment.put("OTHERWORLD_OIDC_ISSUER", issuer.url());
        environment.put("OTHERWORLD_OIDC_JWKS_URL", issuer.url() + "/jwks");
        environment.put("OTHERWORLD_GRPC_TOKEN_FILE", token.toString());
        return program.start(
                "matchmaker-" + index,
                "matchmaker",
                "otherworld.matchmaker.Main",
                FLAGS,
                environment,
                management,
                http);
    }

    private static void writeRaw(Path out, RouteLoad.Result open) throws IOException {
        Files.writeString(
                out.resolve("route-open.csv"),
                open.raw().stream()
                        .map(sample -> sample[0] + "," + sample[1])
                        .collect(Collectors.joining("\n", "due_us,latency_us\n", "\n")));
    }
}
