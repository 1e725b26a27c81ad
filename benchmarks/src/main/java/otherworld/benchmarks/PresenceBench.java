package otherworld.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import otherworld.benchmarks.PresenceInstance.Swarmed;

/**
 * 100 players who all see each other in one zone: an instance with real SQL and Redis, Colyseus,
 * Godot's high-level multiplayer, and a bare event loop with as many messages of as many bytes as
 * the instance's, by turns, each on the servers' core. Colyseus and the floor run all the time: who
 * has no players takes next to nothing.
 */
final class PresenceBench implements Bench {
    static final int PLAYERS = 100;
    static final int RATE_HZ = 30;

    /** A head and two hands. */
    static final int JOINTS = 3;

    static final Duration SETTLE = Duration.ofSeconds(5);

    /** Until everybody of a swarm has walked to a place of its own. */
    static final Duration SWARM_SETTLE = Duration.ofSeconds(18);

    private static final Duration FIRST = Duration.ofSeconds(30);

    /** By the names of --only. */
    private static final Set<String> PEERS =
            Set.of(
                    PresenceRounds.COLYSEUS,
                    PresenceRounds.GODOT,
                    PresenceRounds.GODOT_SYNCHRONIZERS,
                    PresenceRounds.FLOOR);

    @Override
    public int usualSeconds() {
        return 15;
    }

    @Override
    public Figures run(Request request) throws Exception {
        if (request.choice().isLossy()) {
            return LossyPresence.run(request);
        }
        Set<String> peers = peers(request.choice());
        PresenceRounds rounds = new PresenceRounds(request.out(), request.choice().resumes());
        Pinning pinning = Pinning.start();
        try (PresenceInstance instance =
                        new PresenceInstance(
                                request,
                                pinning,
                                PLAYERS,
                                settings(RATE_HZ, request.choice().kbitPerPlayer()));
                PresencePeers running = PresencePeers.start(request, pinning, peers)) {
            System.err.printf(
                    "%d players, %d rounds of %d s each of instance, %s; %s%n",
                    PLAYERS,
                    request.choice().rounds(),
                    request.time().toSeconds(),
                    String.join(", ", peers),
                    pinning.describe());
            // From its start on, which is what the first players get.
            Round first =
                    instance.round(request.seed(), RATE_HZ, Duration.ofSeconds(1), FIRST).round();
            rounds.add(Measured.of(PresenceRounds.FIRST, first));
            if (peers.contains(PresenceRounds.FLOOR)) {
                running.startFloor(PresenceRounds.FLOOR, first);
            }
            for (int round = 1; round <= request.choice().rounds(); round++) {
                rounds.add(
                        instance.round(request.seed() + round, RATE_HZ, SETTLE, request.time())
                                .measured(PLAYERS));
                Swarmed moves = moves(instance, request, round);
                rounds.add(moves.measured());
                if (peers.contains(PresenceRounds.FLOOR) && round == 1) {
                    running.startFloor(PresenceRounds.MOVES_FLOOR, moves.round());
                }
                running.turns(rounds);
            }
            Figures figures = new Figures();
            rounds.figures(figures);
            running.missing().forEach(figures::fault);
            return figures;
        } finally {
            pinning.end();
        }
    }

    /** Nobody builds. Of the players, 16 decode what they are told. */
    private static Swarmed moves(PresenceInstance instance, Request request, int round)
            throws IOException, InterruptedException {
        return instance.swarm(
                PresenceRounds.MOVES,
                PLAYERS,
                JOINTS,
                RATE_HZ,
                request.seed() + round,
                SWARM_SETTLE,
                request.time());
    }

    static Map<String, String> settings(int presenceRateHz) {
        return settings(presenceRateHz, Bench.Choice.USUAL_KBIT);
    }

    static Map<String, String> settings(int presenceRateHz, int kbitPerPlayer) {
        return Map.of(
                "OTHERWORLD_HOST_IP",
                "127.0.0.1",
                "OTHERWORLD_ZONE_LOG",
                "true",
                "OTHERWORLD_PRESENCE_RATE",
                Integer.toString(presenceRateHz),
                "OTHERWORLD_KBIT_PER_PLAYER",
                Integer.toString(kbitPerPlayer));
    }

    private static Set<String> peers(Choice choice) {
        Set<String> peers = new TreeSet<>(PEERS);
        if (!choice.only().isEmpty()) {
            peers.retainAll(choice.only());
            Set<String> unknown = new TreeSet<>(choice.only());
            unknown.removeAll(PEERS);
            unknown.remove(PresenceRounds.INSTANCE);
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException(
                        "--only %s: give of instance, %s"
                                .formatted(
                                        String.join(",", unknown),
                                        String.join(", ", new TreeSet<>(PEERS))));
            }
        }
        return peers;
    }
}
