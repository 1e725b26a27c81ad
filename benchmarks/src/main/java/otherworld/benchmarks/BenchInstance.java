package otherworld.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.WorldId;
import otherworld.bots.BotOptions;
import otherworld.bots.BotResult;
import otherworld.bots.BotRun;
import otherworld.bots.Seats;
import otherworld.ledger.WorldPolicy;
import otherworld.local.database.DatabaseServer;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessJvm;
import otherworld.local.redis.RedisServer;

/**
 * The one instance of World default.bench that a bench of instances starts, with the flags and the
 * start-up cache of the local cluster.
 *
 * @param port of players
 * @param management of metrics and health
 */
record BenchInstance(int port, int management) {
    static final WorldId WORLD = new WorldId("default.bench");
    static final String ISSUER = "otherworld";
    static final String POD = "bench-0";

    private static final int HEAP_MIB = 512;

    /**
     * What it rests on.
     *
     * @param jdbcUrl of a database of {@code database} that has the schema
     * @param keys has the tickets' under /v1/keys
     */
    record Stores(RedisServer redis, DatabaseServer database, String jdbcUrl, KeyServer keys) {}

    static BenchInstance onFreePorts() {
        return new BenchInstance(FreePorts.next(), FreePorts.next());
    }

    static WorldPolicy policy(int capacity) {
        return new WorldPolicy(
                WORLD,
                new LivePolicy(capacity, Duration.ofSeconds(30), Permissions.OPEN),
                0,
                1,
                WorldPolicy.Placement.PACKED,
                "default",
                "bench");
    }

    /** What players who are beside it connect to. */
    URI endpoint() {
        return URI.create("ws://127.0.0.1:%d/v1/play".formatted(port));
    }

    /**
     * Returns once it is ready.
     *
     * @param more settings, beside those that each bench needs
     */
    ChildProcess start(Program program, Stores stores, int capacity, Map<String, String> more) {
        Map<String, String> environment = new HashMap<>();
        environment.put("OTHERWORLD_WORLD", WORLD.value());
        environment.put("OTHERWORLD_ORDINAL", "0");
        environment.put("OTHERWORLD_POD_NAME", POD);
        environment.put("OTHERWORLD_POD_UID", POD);
        environment.put("OTHERWORLD_PORT", Integer.toString(port));
        environment.put("OTHERWORLD_BIND", "127.0.0.1");
        environment.put("OTHERWORLD_MANAGEMENT_PORT", Integer.toString(management));
        environment.put("OTHERWORLD_MANAGEMENT_BIND", "127.0.0.1");
        environment.put("OTHERWORLD_CAPACITY", Integer.toString(capacity));
        environment.put("OTHERWORLD_TICKET_ISSUER", ISSUER);
        environment.put("OTHERWORLD_KEYS_URL", stores.keys().url() + "/v1/keys");
        environment.put("DATABASE_URL", stores.jdbcUrl());
        environment.put("DATABASE_USER", stores.database().user());
        environment.put("DATABASE_PASSWORD", stores.database().password());
        environment.put("REDIS_URL", stores.redis().url());
        environment.putAll(more);
        return program.start(
                "instance",
                "instance-server",
                "otherworld.instance.Main",
                ProcessJvm.trained("instance-server", HEAP_MIB),
                environment,
                management);
    }

    /** Bots that play while the caller measures. */
    static CompletableFuture<BotResult> play(BotOptions options, Seats seats) {
        CompletableFuture<BotResult> bots = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        bots.complete(BotRun.run(options, seats));
                    } catch (InterruptedException | RuntimeException e) {
                        bots.completeExceptionally(e);
                    }
                });
        return bots;
    }

    /** The page of metrics on a management port, an instance's or another process's. */
    static String metrics(HttpClient http, int management)
            throws IOException, InterruptedException {
        URI metrics = URI.create("http://127.0.0.1:%d/metrics".formatted(management));
        return http.send(
                        HttpRequest.newBuilder(metrics).build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
