package otherworld.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import otherworld.base.WorldId;
import otherworld.bots.BotOptions;
import otherworld.bots.BotResult;
import otherworld.bots.BotResult.Verdict;
import otherworld.bots.BotRun;
import otherworld.bots.Latency;
import otherworld.ledger.InstanceHost;
import otherworld.ledger.RedisSeatLedger;
import otherworld.ledger.WorldPolicy;
import otherworld.local.database.DatabaseServer;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.InstanceJvm;
import otherworld.local.redis.RedisServer;
import otherworld.persistence.Migrations;
import otherworld.tickets.SigningKeys;
import otherworld.tickets.TicketSigner;

/** One instance, 100 bots who all see each other in one zone, real SQL and Redis. */
final class PresenceBench implements Bench {
    private static final WorldId WORLD = new WorldId("default.bench");
    private static final String ISSUER = "otherworld";
    private static final String TICKS = "otherworld_instance_tick_seconds";
    private static final String SENT_BYTES = "otherworld_instance_sent_bytes_total";
    private static final int PLAYERS = 100;
    private static final int RAMP_PER_SECOND = 25;
    private static final int MOVES_PER_SECOND = 15;
    private static final Duration SETTLE = Duration.ofSeconds(5);

    /** Zone (0, 0) of 64 m, with a margin so that nobody leaves it. */
    private static final double AREA_LEAST = 4;

    private static final double AREA_MOST = 60;

    /** Those of the local cluster. */
    private static final List<String> FLAGS = InstanceJvm.withHeap(512);

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
            String url = database.createDatabase("presence");
            Migrations.apply(url, database.user(), database.password());
            int port = FreePorts.next();
            int management = FreePorts.next();
            URI endpoint = URI.create("ws://127.0.0.1:%d/v1/play".formatted(port));
            announce(ledger, endpoint);
            Program program = new Program(request.root(), request.work(), pinning);
            Map<String, String> environment =
                    environment(port, management, url, database, redis, keyServer);
            try (ChildProcess instance =
                    program.start(
                            "instance",
                            "instance-server",
                            "otherworld.instance.Main",
                            FLAGS,
                            environment,
                            management,
                            http)) {
                LedgerSeats seats =
                        new LedgerSeats(ledger, new TicketSigner(keys, ISSUER), WORLD, endpoint);
                BotOptions options = options(request, url, database);
                System.err.println("%d bots, %s".formatted(PLAYERS, pinning.describe()));
                return measure(options, seats, instance, management, http, request);
            }
        } finally {
            pinning.end();
        }
    }

    private static Figures measure(
            BotOptions options,
            LedgerSeats seats,
            ChildProcess instance,
            int management,
            HttpClient http,
            Request request)
            throws IOException, InterruptedException {
        ProcessHandle server = ProcessHandle.of(instance.pid()).orElseThrow();
        CompletableFuture<BotResult> bots = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        bots.complete(BotRun.run(options, seats));
                    } catch (InterruptedException | RuntimeException e) {
                        bots.completeExceptionally(e);
                    }
                });
        // Everything counts while all are in, not while they come and go.
        Thread.sleep(Duration.ofSeconds(PLAYERS / RAMP_PER_SECOND).plus(SETTLE));
        String before = metrics(http, management);
        long startNs = System.nanoTime();
        CpuMeter serverCpu = new CpuMeter(List.of(server));
        CpuMeter generator = CpuMeter.ofThisProcess();
        Thread.sleep(request.time());
        String after = metrics(http, management);
        double seconds = (System.nanoTime() - startNs) / 1e9;
        double serverCores = serverCpu.cores();
        double generatorCores = generator.cores();
        BotResult result = bots.join();
        TickHistogram ticks =
                TickHistogram.parse(after, TICKS).since(TickHistogram.parse(before, TICKS));
        double bytes = counter(after, SENT_BYTES) - counter(before, SENT_BYTES);
        if (request.out().isPresent()) {
            writeRaw(request.out().get(), result, ticks);
        }
        return figures(result, ticks, serverCores, generatorCores)
                .add("bytes_per_s_player", bytes / seconds / PLAYERS, "bytes/s");
    }

    private static Figures figures(
            BotResult result, TickHistogram ticks, double serverCores, double generatorCores) {
        Figures figures = new Figures();
        ticks.percentile(50).ifPresent(s -> figures.add("tick_p50_ms", s * 1000, "ms"));
        ticks.percentile(99).ifPresent(s -> figures.add("tick_p99_ms", s * 1000, "ms"));
        latency(figures, result, "delivery", "delivery_p99_ms");
        Latency.Summary delivery = result.latencies().get("delivery");
        if (delivery != null && delivery.count() > 0) {
            figures.addLatency("delivery_p50_ms", delivery.p50Ms());
            figures.add("delivery_undelivered", delivery.never(), "moves");
            figures.add(
                    "delivery_overtaken_percent",
                    100.0 * result.movesOvertaken() / (delivery.count() + result.movesOvertaken()),
                    "%");
        }
        latency(figures, result, "interaction", "interaction_p99_ms");
        latency(figures, result, "durable", "durable_p99_ms");
        latency(figures, result, "update gap", "update_gap_p99_ms");
        wrongStates(result).ifPresent(wrong -> figures.add("wrong_states", wrong, "states"));
        figures.add("players_seen_least", result.seenLeast(), "players");
        figures.add("instance_cpu_percent", 100 * serverCores, "%");
        figures.generator(generatorCores);
        result.errors().forEach((kind, n) -> figures.fault("bots: %d × %s".formatted(n, kind)));
        if (wrongStates(result).orElse(0) > 0) {
            figures.fault("bots were shown or promised what is not so: " + result.sets());
        }
        if (result.seenLeast() < PLAYERS - 1) {
            figures.fault("not all %d players saw each other".formatted(PLAYERS));
        }
        return figures;
    }

    /** Differences from the zone log and broken promises; empty if one was not judged. */
    private static Optional<Integer> wrongStates(BotResult result) {
        if (result.sets() instanceof Verdict.Skipped || result.props() instanceof Verdict.Skipped) {
            return Optional.empty();
        }
        return Optional.of(wrongs(result.sets()) + wrongs(result.props()));
    }

    private static int wrongs(Verdict verdict) {
        return verdict instanceof Verdict.Wrong wrong ? wrong.count() : 0;
    }

    private static void latency(Figures figures, BotResult result, String kind, String name) {
        Latency.Summary latency = result.latencies().get(kind);
        if (latency != null && latency.count() > 0) {
            figures.addLatency(name, latency.p99Ms());
        }
    }

    private static void announce(RedisSeatLedger ledger, URI endpoint) {
        ledger.putWorld(
                new WorldPolicy(
                        WORLD,
                        PLAYERS,
                        0,
                        1,
                        WorldPolicy.Placement.PACKED,
                        Duration.ofSeconds(30),
                        "default",
                        "bench"));
        ledger.putHost(
                WORLD,
                new InstanceHost(
                        0,
                        "bench-0",
                        "bench-0",
                        List.of(endpoint.toString()),
                        InstanceHost.Phase.READY));
    }

    private static BotOptions options(Request request, String url, DatabaseServer database) {
        return new BotOptions(
                PLAYERS,
                WORLD,
                request.time().plus(SETTLE).plusSeconds(2),
                SETTLE,
                request.seed(),
                RAMP_PER_SECOND,
                MOVES_PER_SECOND,
                AREA_LEAST,
                AREA_MOST,
                true,
                Optional.of(new BotOptions.Database(url, database.user(), database.password())),
                true);
    }

    private static Map<String, String> environment(
            int port,
            int management,
            String url,
            DatabaseServer database,
            RedisServer redis,
            KeyServer keys) {
        Map<String, String> environment = new HashMap<>();
        environment.put("OTHERWORLD_WORLD", WORLD.value());
        environment.put("OTHERWORLD_ORDINAL", "0");
        environment.put("OTHERWORLD_POD_NAME", "bench-0");
        environment.put("OTHERWORLD_POD_UID", "bench-0");
        environment.put("OTHERWORLD_HOST_IP", "127.0.0.1");
        environment.put("OTHERWORLD_PORT", Integer.toString(port));
        environment.put("OTHERWORLD_BIND", "127.0.0.1");
        environment.put("OTHERWORLD_MANAGEMENT_PORT", Integer.toString(management));
        environment.put("OTHERWORLD_MANAGEMENT_BIND", "127.0.0.1");
        environment.put("OTHERWORLD_CAPACITY", Integer.toString(PLAYERS));
        environment.put("OTHERWORLD_TICKET_ISSUER", ISSUER);
        environment.put("OTHERWORLD_KEYS_URL", keys.url() + "/v1/keys");
        environment.put("OTHERWORLD_ZONE_LOG", "true");
        environment.put("DATABASE_URL", url);
        environment.put("DATABASE_USER", database.user());
        environment.put("DATABASE_PASSWORD", database.password());
        environment.put("REDIS_URL", redis.url());
        return environment;
    }

    private static String metrics(HttpClient http, int port)
            throws IOException, InterruptedException {
        URI metrics = URI.create("http://127.0.0.1:%d/metrics".formatted(port));
        return http.send(
                        HttpRequest.newBuilder(metrics).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Not a number if there is no such counter: the figure is then absent. */
    private static double counter(String page, String name) {
        return page.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    private static void writeRaw(Path out, BotResult result, TickHistogram ticks)
            throws IOException {
        ObjectMapper json = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
        json.writeValue(out.resolve("presence-bots.json").toFile(), result);
        json.writeValue(out.resolve("presence-ticks.json").toFile(), ticks);
    }
}
