package otherworld.benchmarks;

import com.nimbusds.jose.JOSEException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.ToDoubleFunction;
import otherworld.bots.BotOptions;
import otherworld.bots.BotResult;
import otherworld.bots.Latency;
import otherworld.bots.TransportChoice;
import otherworld.ledger.InstanceHost;
import otherworld.ledger.RedisSeatLedger;
import otherworld.local.database.DatabaseServer;
import otherworld.local.process.ChildProcess;
import otherworld.local.redis.RedisServer;
import otherworld.persistence.Migrations;
import otherworld.tickets.SigningKeys;
import otherworld.tickets.TicketSigner;

/** The instance of bench presence on real Redis and SQL, and bots who play in it by rounds. */
final class PresenceInstance implements AutoCloseable {
    private static final String TICKS = "otherworld_instance_tick_seconds";
    private static final String SENT_BYTES = "otherworld_instance_sent_bytes_total";
    private static final String DEGRADATION = "otherworld_instance_replication_degradation";
    private static final String UPDATES = "otherworld_instance_replication_updates_total";
    private static final String SENT_MESSAGES = "otherworld_instance_messages_sent_total";
    private static final int RAMP_PER_SECOND = 25;

    /** Zone (0, 0) of 64 m, with a margin so that nobody leaves it. */
    private static final double AREA_LEAST = 4;

    private static final double AREA_MOST = 60;

    private final HttpClient http = HttpClient.newHttpClient();
    private final RedisServer redis = RedisServer.start();
    private final DatabaseServer database = DatabaseServer.start();
    private final KeyServer keyServer = new KeyServer();
    private final RedisSeatLedger ledger = RedisSeatLedger.connect(redis.url(), 1000);
    private final BenchInstance bench = BenchInstance.onFreePorts();
    private final int players;
    private final TransportChoice transport;
    private final BotOptions.Database promises;
    private final LedgerSeats seats;
    private final ChildProcess instance;
    private final Path log;

    /** What a round told, beside what all servers' rounds do. */
    record Played(Round round, BotResult result, TickHistogram ticks, List<TickSteps> steps) {
        Measured measured(int players) {
            return OwnRound.measured(this, players);
        }
    }

    /** What all servers' rounds tell, and all that was measured. */
    record Swarmed(Round round, Measured measured) {}

    /** Players come over WebSocket. */
    PresenceInstance(Bench.Request request, Pinning pinning, int players, Map<String, String> more)
            throws IOException, InterruptedException, JOSEException {
        this(request, pinning, players, more, TransportChoice.WEBSOCKET, "127.0.0.1");
    }

    /**
     * @param more settings
     * @param host where players reach it
     */
    PresenceInstance(
            Bench.Request request,
            Pinning pinning,
            int players,
            Map<String, String> more,
            TransportChoice transport,
            String host)
            throws IOException, InterruptedException, JOSEException {
        this.players = players;
        this.transport = transport;
        List<URI> endpoints =
                List.of(
                        URI.create("http://%s:%d/v1/webrtc".formatted(host, bench.port())),
                        URI.create("ws://%s:%d/v1/play".formatted(host, bench.port())));
        log = request.work().resolve("instance.log");
        Map<String, String> environment = new HashMap<>(more);
        environment.put("JDK_JAVA_OPTIONS", TickSteps.FLAG);
        SigningKeys keys = SigningKeys.parse(SigningKeys.generate());
        keyServer.publish("/v1/keys", keys.publicJson());
        pinning.server(redis.process().pid());
        String url = database.createDatabase("presence");
        Migrations.apply(url, database.user(), database.password());
        promises = new BotOptions.Database(url, database.user(), database.password());
        ledger.putWorld(BenchInstance.policy(players));
        ledger.putHost(
                BenchInstance.WORLD,
                new InstanceHost(
                        0,
                        BenchInstance.POD,
                        BenchInstance.POD,
                        endpoints.stream().map(URI::toString).toList(),
                        InstanceHost.Phase.READY));
        instance =
                bench.start(
                        new Program(request.root(), request.work(), pinning),
                        new BenchInstance.Stores(redis, database, url, keyServer),
                        players,
                        environment);
        seats =
                new LedgerSeats(
                        ledger,
                        new TicketSigner(keys, BenchInstance.ISSUER),
                        BenchInstance.WORLD,
                        endpoints);
    }

    /** Bots come, are measured for a time while all are in, and go. */
    Played round(long seed, int movesHz, Duration settle, Duration time)
            throws IOException, InterruptedException {
        CompletableFuture<BotResult> bots =
                BenchInstance.play(
                        new BotOptions(
                                players,
                                BenchInstance.WORLD,
                                time.plus(settle).plusSeconds(2),
                                settle,
                                seed,
                                RAMP_PER_SECOND,
                                movesHz,
                                AREA_LEAST,
                                AREA_MOST,
                                true,
                                Optional.of(promises),
                                true,
                                transport,
                                true,
                                Duration.ZERO),
                        seats);
        Thread.sleep(Duration.ofSeconds(players / RAMP_PER_SECOND).plus(settle));
        String before = BenchInstance.metrics(http, bench.management());
        int toldSteps = TickSteps.read(log, 0).size();
        long startNs = System.nanoTime();
        CpuMeter server = CpuMeter.of(instance);
        CpuMeter generator = CpuMeter.ofThisProcess();
        Thread.sleep(time);
        String after = BenchInstance.metrics(http, bench.management());
        double seconds = (System.nanoTime() - startNs) / 1e9;
        double serverCores = server.cores();
        double generatorCores = generator.cores();
        List<TickSteps> steps = TickSteps.read(log, toldSteps);
        BotResult result = bots.join();
        return new Played(
                new Round(
                        serverCores,
                        generatorCores,
                        grown(before, after, SENT_BYTES) / seconds / players,
                        grown(before, after, SENT_MESSAGES) / seconds / players,
                        grown(before, after, UPDATES) / seconds / players,
                        delivery(result, Latency.Summary::p50Ms),
                        delivery(result, Latency.Summary::p99Ms)),
                result,
                TickHistogram.parse(after, TICKS).since(TickHistogram.parse(before, TICKS)),
                steps);
    }

    /**
     * A swarm comes, is measured for a time while all are in, and goes.
     *
     * @param name of what is measured
     * @param joints of each body, head first
     */
    Swarmed swarm(
            String name,
            int count,
            int joints,
            int rateHz,
            long seed,
            Duration settle,
            Duration time)
            throws IOException, InterruptedException {
        try (Swarm swarm = Swarm.join(seats, bench.port(), count, joints, rateHz, seed)) {
            Thread.sleep(settle);
            String before = BenchInstance.metrics(http, bench.management());
            CpuMeter server = CpuMeter.of(instance);
            CpuMeter generator = CpuMeter.ofThisProcess();
            swarm.begin();
            Thread.sleep(time);
            swarm.end();
            Round round =
                    new Round(
                            server.cores(),
                            generator.cores(),
                            swarm.kbitPerSecond() * 1_000 / 8,
                            swarm.messagesPerSecond(),
                            swarm.updatesPerSecond(),
                            swarm.deliveryMs(50),
                            swarm.deliveryMs(99));
            String after = BenchInstance.metrics(http, bench.management());
            TickHistogram ticks =
                    TickHistogram.parse(after, TICKS).since(TickHistogram.parse(before, TICKS));
            double degradation = counter(after, DEGRADATION);
            return new Swarmed(
                    round, SwarmRound.measured(name, round, swarm, count, ticks, degradation));
        }
    }

    /** Not a number if nothing was delivered. */
    private static double delivery(BotResult result, ToDoubleFunction<Latency.Summary> percentile) {
        Latency.Summary delivery = result.latencies().get("delivery");
        return delivery == null || delivery.count() == 0
                ? Double.NaN
                : percentile.applyAsDouble(delivery);
    }

    private static double grown(String before, String after, String name) {
        return counter(after, name) - counter(before, name);
    }

    /** Not a number if there is no such counter: the figure is then absent. */
    private static double counter(String page, String name) {
        return page.lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(Double.NaN);
    }

    @Override
    public void close() {
        instance.close();
        ledger.close();
        keyServer.close();
        database.close();
        redis.close();
        http.close();
    }
}
