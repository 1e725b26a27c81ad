package otherworld.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import otherworld.bots.BotOptions;
import otherworld.bots.BotResult;
import otherworld.bots.Latency;
import otherworld.bots.TransportChoice;
import otherworld.ledger.InstanceHost;
import otherworld.ledger.RedisSeatLedger;
import otherworld.local.database.DatabaseServer;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessJvm;
import otherworld.local.redis.RedisServer;
import otherworld.persistence.Migrations;
import otherworld.tickets.SigningKeys;
import otherworld.tickets.TicketSigner;

/**
 * What the gateway costs: one instance, in one zone half of the players connected to it and half
 * through a gateway, at the same time, so that whatever else the machine does meets both alike.
 */
final class GatewayBench implements Bench {
    private static final int HALF = 40;
    private static final int RAMP_PER_SECOND = 10;
    private static final int MOVES_PER_SECOND = 15;
    private static final Duration SETTLE = Duration.ofSeconds(5);
    private static final double MEGABYTE = 1e6;

    @Override
    public int usualSeconds() {
        return 30;
    }

    @Override
    public Figures run(Request request) throws Exception {
        Pinning pinning = Pinning.start();
        SigningKeys keys = SigningKeys.parse(SigningKeys.generate());
        try (RedisServer redis = RedisServer.start();
                DatabaseServer database = DatabaseServer.start();
                KeyServer keyServer = new KeyServer();
                RedisSeatLedger ledger = RedisSeatLedger.connect(redis.url(), 1000);
                HttpClient http = HttpClient.newHttpClient()) {
            pinning.server(redis.process().pid());
            keyServer.publish("/v1/keys", keys.publicJson());
            String url = database.createDatabase("gateway");
            Migrations.apply(url, database.user(), database.password());
            BenchInstance bench = BenchInstance.onFreePorts();
            int edge = FreePorts.next();
            int edgeManagement = FreePorts.next();
            announce(ledger, bench.port());
            Program program = new Program(request.root(), request.work(), pinning);
            try (ChildProcess instance =
                            bench.start(
                                    program,
                                    new BenchInstance.Stores(redis, database, url, keyServer),
                                    2 * HALF,
                                    Map.of(
                                            "OTHERWORLD_BEHIND_GATEWAY",
                                            "true",
                                            "OTHERWORLD_WEBRTC",
                                            "false"));
                    ChildProcess gateway =
                            program.start(
                                    "gateway",
                                    "gateway",
                                    "otherworld.gateway.Main",
                                    ProcessJvm.withHeap("gateway", 128),
                                    gateway(edge, edgeManagement, redis, keyServer),
                                    edgeManagement)) {
                TicketSigner signer = new TicketSigner(keys, BenchInstance.ISSUER);
                return measure(
                        request,
                        begin(
                                request.seed(),
                                request,
                                new LedgerSeats(
                                        ledger,
                                        signer,
                                        BenchInstance.WORLD,
                                        List.of(bench.endpoint()))),
                        begin(
                                request.seed() + 1,
                                request,
                                new LedgerSeats(
                                        ledger,
                                        signer,
                                        BenchInstance.WORLD,
                                        List.of(
                                                URI.create(
                                                        "ws://127.0.0.1:%d/i/%s/0/v1/play"
                                                                .formatted(
                                                                        edge,
                                                                        BenchInstance.WORLD))))),
                        instance,
                        gateway,
                        edgeManagement,
                        http);
            }
        } finally {
            pinning.end();
        }
    }

    private static CompletableFuture<BotResult> begin(
            long seed, Request request, LedgerSeats seats) {
        BotOptions options =
                new BotOptions(
                        HALF,
                        BenchInstance.WORLD,
                        request.time().plus(SETTLE).plusSeconds(2),
                        SETTLE,
                        seed,
                        RAMP_PER_SECOND,
                        MOVES_PER_SECOND,
                        4,
                        60,
                        true,
                        Optional.empty(),
                        false,
                        TransportChoice.WEBSOCKET,
                        false,
                        Duration.ZERO);
        return BenchInstance.play(options, seats);
    }

    private static Figures measure(
            Request request,
            CompletableFuture<BotResult> direct,
            CompletableFuture<BotResult> through,
            ChildProcess instance,
            ChildProcess gateway,
            int management,
            HttpClient http)
            throws IOException, InterruptedException {
        Thread.sleep(Duration.ofSeconds(HALF / RAMP_PER_SECOND).plus(SETTLE));
        double before = passed(http, management);
        CpuMeter edge = CpuMeter.of(gateway);
        CpuMeter server = CpuMeter.of(instance);
        CpuMeter generator = CpuMeter.ofThisProcess();
        Thread.sleep(request.time());
        double megabytes = (passed(http, management) - before) / MEGABYTE;
        double edgeSeconds = edge.cpuSeconds();
        Figures figures = new Figures();
        figures.add("gateway_cpu_percent", 100 * edge.cores(), "%");
        figures.add("gateway_cpu_ms_per_mb", 1_000 * edgeSeconds / megabytes, "ms/MB");
        figures.add("gateway_mb_per_s", megabytes / request.time().toSeconds(), "MB/s");
        figures.add("instance_cpu_percent", 100 * server.cores(), "%");
        figures.generator(generator.cores());
        compare(figures, direct.join(), through.join());
        return figures;
    }

    private static void compare(Figures figures, BotResult direct, BotResult through) {
        for (String kind : List.of("interaction", "delivery")) {
            Latency.Summary without = direct.latencies().get(kind);
            Latency.Summary with = through.latencies().get(kind);
            if (without == null || with == null || without.count() == 0 || with.count() == 0) {
                figures.fault("no latencies of " + kind);
                continue;
            }
            figures.addLatency(kind + "_direct_p50_ms", without.p50Ms());
            figures.addLatency(kind + "_gateway_p50_ms", with.p50Ms());
            figures.addLatency(kind + "_direct_p99_ms", without.p99Ms());
            figures.addLatency(kind + "_gateway_p99_ms", with.p99Ms());
        }
        for (BotResult each : List.of(direct, through)) {
            each.errors().forEach((kind, n) -> figures.fault("bots: %d × %s".formatted(n, kind)));
        }
        if (through.sessions().getOrDefault("websocket", 0L) != HALF) {
            figures.fault("not all came through once: " + through.sessions());
        }
    }

    private static double passed(HttpClient http, int port)
            throws IOException, InterruptedException {
        return BenchInstance.metrics(http, port)
                .lines()
                .filter(line -> line.startsWith("otherworld_gateway_bytes_to_"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.indexOf(' ') + 1)))
                .sum();
    }

    private static void announce(RedisSeatLedger ledger, int port) {
        ledger.putWorld(BenchInstance.policy(2 * HALF));
        ledger.putHost(
                BenchInstance.WORLD,
                new InstanceHost(
                        0,
                        BenchInstance.POD,
                        BenchInstance.POD,
                        List.of("ws://gateway/i"),
                        "127.0.0.1:" + port,
                        InstanceHost.Phase.READY));
    }

    private static Map<String, String> gateway(
            int port, int management, RedisServer redis, KeyServer keys) {
        return Map.of(
                "OTHERWORLD_HTTP_PORT",
                Integer.toString(port),
                "OTHERWORLD_BIND",
                "127.0.0.1",
                "OTHERWORLD_MANAGEMENT_PORT",
                Integer.toString(management),
                "OTHERWORLD_MANAGEMENT_BIND",
                "127.0.0.1",
                "OTHERWORLD_TICKET_ISSUER",
                BenchInstance.ISSUER,
                "OTHERWORLD_KEYS_URL",
                keys.url() + "/v1/keys",
                "REDIS_URL",
                redis.url());
    }
}
