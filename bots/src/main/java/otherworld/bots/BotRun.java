package otherworld.bots;

import java.lang.management.ManagementFactory;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import otherworld.bots.BotPlan.Patience;

/** One run of many bots: start, watch, judge. */
public final class BotRun {
    private static final long POLL_MS = 1_000;
    private static final int PROGRESS_EVERY_POLLS = 5;
    private static final int HTTP_THREADS = 2;

    private final BotOptions options;
    private final RunClock clock = new RunClock();
    private final Stats stats = new Stats();
    private final Transports transports;
    private final ZoneLogs logs;
    private final List<Bot> bots = new ArrayList<>();
    private final MachineLoad machine = new MachineLoad();
    private final long runId = System.nanoTime();

    private BotRun(BotOptions options, HttpClient http, Transports transports) {
        this.options = options;
        this.transports = transports;
        this.logs = new ZoneLogs(http, clock);
    }

    /** Bots that get tokens and ask the matchmaker at {@code matchmaker}. */
    public static BotResult run(
            BotOptions options, URI matchmaker, Function<HttpClient, Tokens> tokens)
            throws InterruptedException {
        return with(
                options,
                (run, http) -> {
                    Bearers bearers = new Bearers(tokens.apply(http)::bearer, indices(options));
                    return run.run(new MatchmakerSeats(http, matchmaker, options.world(), bearers));
                });
    }

    /** Bots that get their seats elsewhere. */
    public static BotResult run(BotOptions options, Seats seats) throws InterruptedException {
        return with(options, (run, _) -> run.run(seats));
    }

    private static Map<String, Integer> indices(BotOptions options) {
        Map<String, Integer> indices = new HashMap<>();
        for (int i = 0; i < options.bots(); i++) {
            indices.put(BotPlan.player(options.seed(), i), i);
        }
        return indices;
    }

    private interface Body {
        BotResult run(BotRun run, HttpClient http) throws InterruptedException;
    }

    private static BotResult with(BotOptions options, Body body) throws InterruptedException {
        try (ExecutorService threads =
                        Executors.newFixedThreadPool(
                                HTTP_THREADS,
                                Thread.ofPlatform().name("http-", 0).daemon().factory());
                HttpClient http =
                        HttpClient.newBuilder()
                                .version(HttpClient.Version.HTTP_1_1)
                                .connectTimeout(Duration.ofSeconds(5))
                                .executor(threads)
                                .build();
                Transports transports = new Transports(http, options.transport())) {
            return body.run(new BotRun(options, http, transports), http);
        }
    }

    private BotResult run(Seats seats) throws InterruptedException {
        transports.warmUp();
        long startUs = clock.nowUs();
        long cpuNs = cpuNs();
        plan(seats);
        AtomicBoolean over = new AtomicBoolean();
        Thread watch = Thread.ofVirtual().name("watch").start(() -> watch(over));
        live();
        over.set(true);
        watch.join();
        logs.poll();
        double seconds = (clock.nowUs() - startUs) / 1e6;
        var generator =
                new BotResult.Generator(
                        (cpuNs() - cpuNs) / 1e9 / seconds, machine.busy(), stats.late.summary());
        return new Judge(options, bots, stats, logs).judge(seconds, generator);
    }

    private void plan(Seats seats) {
        long endMs = clock.nowMs() + options.rampTime().toMillis() + options.time().toMillis();
        Map<String, SentMoves> players = new HashMap<>();
        for (int i = 0; i < options.bots(); i++) {
            players.put(BotPlan.player(options.seed(), i), new SentMoves());
        }
        Walker.Area area = new Walker.Area(options.areaLeast(), options.areaMost());
        for (int i = 0; i < options.bots(); i++) {
            BotPlan plan =
                    new BotPlan(
                            i,
                            BotPlan.player(options.seed(), i),
                            new UUID(runId ^ options.seed(), i),
                            options.seed(),
                            players,
                            area,
                            options.moveRateHz(),
                            options.joints(),
                            options.edits(),
                            options.cutAfter().toMillis(),
                            endMs,
                            Patience.USUAL,
                            options.transport().ofBot(i, options.bots()));
            bots.add(new Bot(plan, seats, transports, clock, stats, logs));
        }
    }

    private void live() throws InterruptedException {
        long startNs = System.nanoTime();
        try (ExecutorService lives = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < bots.size(); i++) {
                Bot bot = bots.get(i);
                long dueNs = startNs + (long) (i / options.rampPerSecond() * 1e9);
                var _ =
                        lives.submit(() -> {
                            TimeUnit.NANOSECONDS.sleep(dueNs - System.nanoTime());
                            live(bot);
                            return null;
                        });
            }
        }
    }

    private void live(Bot bot) throws InterruptedException {
        try {
            bot.live();
        } catch (RuntimeException e) {
            stats.error("bug in a bot: " + e);
        }
    }

    private void watch(AtomicBoolean over) {
        try {
            long measureMs = clock.nowMs() + options.rampTime().plus(options.warmUp()).toMillis();
            boolean warmingUp = !options.warmUp().isZero();
            for (int poll = 1; !over.get(); poll++) {
                if (warmingUp && clock.nowMs() >= measureMs) {
                    warmingUp = false;
                    stats.measureFromNow();
                }
                logs.poll();
                machine.look();
                if (options.progress() && poll % PROGRESS_EVERY_POLLS == 0) {
                    progress();
                }
                Thread.sleep(POLL_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void progress() {
        long in = bots.stream().filter(Bot::isIn).count();
        System.err.printf(
                Locale.ROOT,
                "%d of %d bots in, %d edits durable, %d errors; lately delivery p99 %.0f ms, steps late by %.0f ms%n",
                in,
                bots.size(),
                stats.editsDurable.sum(),
                stats.errors().values().stream().mapToLong(Long::longValue).sum(),
                stats.delivery.latelyP99Ms(),
                stats.late.latelyP99Ms());
    }

    private static long cpuNs() {
        return ((com.sun.management.OperatingSystemMXBean)
                        ManagementFactory.getOperatingSystemMXBean())
                .getProcessCpuTime();
    }
}
