package otherworld.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import otherworld.bots.BotOptions;
import otherworld.bots.BotResult;
import otherworld.bots.BotResult.Verdict;
import otherworld.bots.Latency;
import otherworld.ledger.InstanceHost;
import otherworld.ledger.RedisSeatLedger;
import otherworld.local.database.DatabaseServer;
import otherworld.local.process.ChildProcess;
import otherworld.local.redis.RedisServer;
import otherworld.persistence.Migrations;
import otherworld.tickets.SigningKeys;
import otherworld.tickets.TicketSigner;

/** One instance, 100 bots who all see each other in one zone, real SQL and Redis. */
final class PresenceBench implements Bench {
    private static final String TICKS = "otherworld_instance_tick_seconds";
    private static final String SENT_BYTES = "otherworld_instance_sent_bytes_total";
    private static final int PLAYERS = 100;
    private static final int RAMP_PER_SECOND = 25;
    private static final int MOVES_PER_SECOND = 15;
    private static final Duration SETTLE = Duration.ofSeconds(5);

    /** Zone (0, 0) of 64 m, with a margin so that nobody leaves it. */
    private static final double AREA_LEAST = 4;

    private static final double AREA_MOST = 60;

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
            BenchInstance bench = BenchInstance.onFreePorts();
            announce(ledger, bench.endpoint());
            try (ChildProcess instance =
                    bench.start(
                            new Program(request.root(), request.work(), pinning),
                            new BenchInstance.Stores(redis, database, url, keyServer),
                            PLAYERS,
                            Map.of(
                                    "OTHERWORLD_HOST_IP",
                                    "127.0.0.1",
                                    "OTHERWORLD_ZONE_LOG",
                                    "true"),
                            http)) {
                LedgerSeats seats =
                        new LedgerSeats(
                                ledger,
                                new TicketSigner(keys, BenchInstance.ISSUER),
                                BenchInstance.WORLD,
                                bench.endpoint());
                BotOptions options = options(request, url, database);
                System.err.println("%d bots, %s".formatted(PLAYERS, pinning.describe()));
                return measure(options, seats, instance, bench.management(), http, request);
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
        CompletableFuture<BotResult> bots = BenchInstance.play(options, seats);
        // Everything counts while all are in, not while they come and go.
        Thread.sleep(Duration.ofSeconds(PLAYERS / RAMP_PER_SECOND).plus(SETTLE));
        String before = BenchInstance.metrics(http, management);
        long startNs = System.nanoTime();
        CpuMeter serverCpu = new CpuMeter(List.of(server));
        CpuMeter generator = CpuMeter.ofThisProcess();
        Thread.sleep(request.time());
        String after = BenchInstance.metrics(http, management);
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
        ledger.putWorld(BenchInstance.policy(PLAYERS));
        ledger.putHost(
                BenchInstance.WORLD,
                new InstanceHost(
                        0,
                        BenchInstance.POD,
                        BenchInstance.POD,
                        List.of(endpoint.toString()),
                        InstanceHost.Phase.READY));
    }

    private static BotOptions options(Request request, String url, DatabaseServer database) {
        return new BotOptions(
                PLAYERS,
                BenchInstance.WORLD,
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
