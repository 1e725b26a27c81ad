package otherworld.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import otherworld.replication.ReplicationSettings;

/**
 * How many players who all see each other one core holds, ours and Colyseus', with bodies of a
 * root, a head and two hands at 30 Hz; and how late moves are where ours takes no more of its core
 * than Colyseus does.
 */
final class PlayersBench implements Bench {
    /** Tried one after the other until one is too many. */
    private static final int[] STEPS = {50, 75, 100, 150, 200, 300, 400, 600, 800, 1_000};

    private static final int MOST = STEPS[STEPS.length - 1];
    private static final double MOST_DELIVERY_P99_MS = 100;

    /** Nobody in sight may be told less often. */
    private static final double LEAST_RATE_HZ = 0.95;

    private static final int[] RATES_HZ = {60, 45, 30, 20, 15, 10};
    private static final Duration PEER_SETTLE = Duration.ofSeconds(5);

    /** What a server did with so many players. */
    private interface Trial {
        Measured of(int players) throws IOException, InterruptedException;
    }

    /** Whether it held them. */
    private interface Bound {
        boolean holds(Measured measured);
    }

    @Override
    public int usualSeconds() {
        return 5;
    }

    @Override
    public Figures run(Request request) throws Exception {
        Figures figures = new Figures();
        Pinning pinning = Pinning.start();
        try {
            if (request.choice().has("held")) {
                held(request, pinning, figures);
            }
            if (request.choice().has("equal_cpu")) {
                equalCpu(request, pinning, figures);
            }
            return figures;
        } finally {
            pinning.end();
        }
    }

    private static void held(Request request, Pinning pinning, Figures figures) throws Exception {
        double theirs;
        try (ColyseusPeer peer =
                ColyseusPeer.start(
                        request.root(), request.work(), pinning, PresenceBench.RATE_HZ)) {
            theirs =
                    search(
                            "colyseus_players_held",
                            figures,
                            players ->
                                    Measured.of(
                                            PresenceRounds.COLYSEUS,
                                            peer.round(
                                                    players,
                                                    PresenceBench.RATE_HZ,
                                                    PEER_SETTLE,
                                                    request.time())),
                            PlayersBench::isInTime);
        }
        try (PresenceInstance instance =
                new PresenceInstance(
                        request,
                        pinning,
                        MOST,
                        settings(PresenceBench.RATE_HZ, request.choice().kbitPerPlayer()))) {
            Map<Integer, Measured> tried = new HashMap<>();
            Trial trial =
                    players -> {
                        Measured known = tried.get(players);
                        if (known == null) {
                            known = swarm(instance, request, players, PresenceBench.RATE_HZ);
                            tried.put(players, known);
                        }
                        return known;
                    };
            double all = search("players_held", figures, trial, PlayersBench::isInTime);
            double near =
                    search("players_held_by_interest", figures, trial, PlayersBench::isAsPromised);
            figures.add("players_ratio_colyseus", all / theirs, "");
            figures.add("players_ratio_colyseus_by_interest", near / theirs, "");
        }
        try (PresenceInstance instance =
                new PresenceInstance(
                        request,
                        pinning,
                        MOST,
                        settings(
                                PresenceBench.RATE_HZ, ReplicationSettings.MOST_KBIT_PER_SECOND))) {
            double all =
                    search(
                            "players_held_at_2048_kbit",
                            figures,
                            players -> swarm(instance, request, players, PresenceBench.RATE_HZ),
                            PlayersBench::isInTime);
            figures.add("players_ratio_colyseus_at_2048_kbit", all / theirs, "");
        }
    }

    private static Map<String, String> settings(int presenceRateHz, int kbit) {
        Map<String, String> settings = new HashMap<>(PresenceBench.settings(presenceRateHz, kbit));
        settings.put("OTHERWORLD_CONNECTIONS_PER_ADDRESS", "4096");
        settings.put("OTHERWORLD_TICK_RATE", Integer.toString(Math.max(30, presenceRateHz)));
        return settings;
    }

    private static Measured swarm(
            PresenceInstance instance, Request request, int players, int rateHz)
            throws IOException, InterruptedException {
        return instance.swarm(
                        PresenceRounds.INSTANCE,
                        players,
                        PresenceBench.JOINTS,
                        rateHz,
                        request.seed() + players,
                        PresenceBench.SWARM_SETTLE,
                        request.time())
                .measured();
    }

    /** Every move of everybody reaches everybody. */
    private static boolean isInTime(Measured measured) {
        return measured.faults().isEmpty()
                && measured.figure(Measured.DELIVERY_P99) <= MOST_DELIVERY_P99_MS;
    }

    /** The nearest 30 are in time, and nobody is told less than about once a second. */
    private static boolean isAsPromised(Measured measured) {
        return measured.faults().isEmpty()
                && measured.figure(SwarmRound.NEAR_DELIVERY_P99) <= MOST_DELIVERY_P99_MS
                && measured.figure(SwarmRound.LEAST_RATE) >= LEAST_RATE_HZ;
    }

    /** The most of {@link #STEPS} that are held; 0 if none is. */
    private static int search(String name, Figures figures, Trial trial, Bound bound)
            throws IOException, InterruptedException {
        int held = 0;
        for (int players : STEPS) {
            Measured measured = trial.of(players);
            boolean holds = bound.holds(measured);
            System.err.printf(
                    Locale.ROOT,
                    "%s: %d %s: %.1f %% of a core, generator %.0f %%, %.0f kbit/s a player, delivery p99 %.0f ms, of the nearest %.0f ms, least %.1f Hz %s%n",
                    name,
                    players,
                    holds ? "held" : "are too many",
                    measured.figure(Measured.CPU),
                    measured.figure(Measured.GENERATOR),
                    measured.figure(Measured.KBIT),
                    measured.figure(Measured.DELIVERY_P99),
                    measured.figure(SwarmRound.NEAR_DELIVERY_P99),
                    measured.figure(SwarmRound.LEAST_RATE),
                    measured.faults());
            if (!holds) {
                if (measured.figure(Measured.GENERATOR) > 80) {
                    figures.fault(
                            "%s: at %d the players used their core, so it may hold more"
                                    .formatted(name, players));
                }
                break;
            }
            held = players;
        }
        figures.add(name, held, "players");
        return held;
    }

    /** Our rate is the highest at which we take no more than Colyseus. */
    private static void equalCpu(Request request, Pinning pinning, Figures figures)
            throws Exception {
        Round theirs;
        try (ColyseusPeer peer =
                ColyseusPeer.start(
                        request.root(), request.work(), pinning, PresenceBench.RATE_HZ)) {
            peer.round(PresenceBench.PLAYERS, PresenceBench.RATE_HZ, PEER_SETTLE, request.time());
            theirs =
                    peer.round(
                            PresenceBench.PLAYERS,
                            PresenceBench.RATE_HZ,
                            PEER_SETTLE,
                            request.time());
        }
        for (int rateHz : RATES_HZ) {
            Measured ours;
            try (PresenceInstance instance =
                    new PresenceInstance(
                            request,
                            pinning,
                            PresenceBench.PLAYERS,
                            settings(rateHz, request.choice().kbitPerPlayer()))) {
                ours = swarm(instance, request, PresenceBench.PLAYERS, rateHz);
            }
            System.err.printf(
                    Locale.ROOT,
                    "%d Hz: %.1f %% of a core where Colyseus has %.1f %%, delivery p50 %.1f ms%n",
                    rateHz,
                    ours.figure(Measured.CPU),
                    100 * theirs.cores(),
                    ours.figure(Measured.DELIVERY_P50));
            if (ours.figure(Measured.CPU) <= 100 * theirs.cores()) {
                figures.add("equal_cpu_rate_hz", rateHz, "Hz")
                        .add(
                                "delivery_ratio_colyseus_equal_cpu",
                                ours.figure(Measured.DELIVERY_P50) / theirs.deliveryP50Ms(),
                                "")
                        .add(
                                "near_delivery_ratio_colyseus_equal_cpu",
                                ours.figure("near_delivery_p50_ms") / theirs.deliveryP50Ms(),
                                "");
                return;
            }
        }
        figures.fault("at none of the rates did the instance take as little as Colyseus");
    }
}
