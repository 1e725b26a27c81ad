package otherworld.bots;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import otherworld.bots.Observation.Change;

/**
 * Compares what a bot saw with the zone-membership log of its instance.
 *
 * <p>Let O(t) be the set of other players whose avatars the bot was told of at time t: what its
 * EntityStates said up to then. Let E(t) be the set of players who, by the log, are at t in the
 * zone in which the log has the bot, and N(t) those who are in that zone or one of its eight
 * neighbours. <b>The observed set agrees with the log within {@code toleranceMs}</b> if no player
 * is in E but not in O, or in O but not in N, for longer than that without interruption, while the
 * bot is connected: from its first EntityStates of the connection until it leaves or the connection
 * ends, and no later than the log reaches. Times are on the server's clock, to which the bot's are
 * shifted by the offset that its quickest Ping measured.
 *
 * <p>While a host was silent towards everybody ({@link Hearing}) no client could know of anything:
 * such a time does not count, and what differs before and after it has the whole tolerance again.
 *
 * <p>So a player who never appears, appears too late, stays after leaving, or is shown from further
 * off is found, while the delay of a tick and of the network is not. A player who passes through in
 * less than the tolerance may go unseen.
 */
final class ZoneOracle {
    private final long toleranceMs;

    ZoneOracle(long toleranceMs) {
        this.toleranceMs = toleranceMs;
    }

    /**
     * @param unseen true: the log has the player in the bot's zone and the bot did not; false: the
     *     bot has the player, and the log neither there nor beside it
     */
    record Difference(
            String bot, String player, boolean unseen, long fromMs, long lastedMs, String zone) {
        @Override
        public String toString() {
            return "%s %s %s for %d ms (zone %s, from %d)"
                    .formatted(
                            bot,
                            unseen ? "did not see" : "still saw",
                            player,
                            lastedMs,
                            zone,
                            fromMs);
        }
    }

    /**
     * @param silences of the observation's host, on the run's clock, growing
     */
    List<Difference> compare(Observation observation, ZoneLog log, List<Hearing.Silence> silences) {
        Comparison comparison =
                new Comparison(
                        observation.player,
                        silences.stream()
                                .map(silence ->
                                        new Hearing.Silence(
                                                silence.fromMs() + observation.offsetMs(),
                                                silence.toMs() + observation.offsetMs()))
                                .toList());
        int next = 0;
        List<ZoneLog.Entry> entries = log.entries();
        for (Change change : observation.changes()) {
            long atMs = change.atMs() + observation.offsetMs();
            if (atMs > log.coveredMs()) {
                break;
            }
            for (; next < entries.size() && entries.get(next).timeMs() <= atMs; next++) {
                comparison.log(entries.get(next));
            }
            comparison.saw(change, atMs);
        }
        long endMs = endMs(observation, log);
        for (; next < entries.size() && entries.get(next).timeMs() <= endMs; next++) {
            comparison.log(entries.get(next));
        }
        comparison.end(endMs);
        return comparison.found;
    }

    private static long endMs(Observation observation, ZoneLog log) {
        return observation.endMs() == Long.MAX_VALUE
                ? log.coveredMs()
                : Math.min(log.coveredMs(), observation.endMs() + observation.offsetMs());
    }

    /** A sweep over both in the order of time. */
    private final class Comparison {
        private final String bot;
        private final Map<String, String> zoneOf = new HashMap<>();
        private final Map<String, Set<String>> playersIn = new HashMap<>();
        private final Map<String, Open> differences = new HashMap<>();
        private final List<Difference> found = new ArrayList<>();
        private Set<String> seen = new HashSet<>();
        private boolean connected;

        private record Open(long sinceMs, boolean unseen) {}

        private final List<Hearing.Silence> silences;

        Comparison(String bot, List<Hearing.Silence> silences) {
            this.bot = bot;
            this.silences = silences;
        }

        void log(ZoneLog.Entry entry) {
            Set<String> there = playersIn.computeIfAbsent(entry.zone(), _ -> new HashSet<>());
            if (entry.entered()) {
                String before = zoneOf.put(entry.player(), entry.zone());
                if (before != null && !before.equals(entry.zone())) {
                    playersIn.getOrDefault(before, new HashSet<>()).remove(entry.player());
                }
                there.add(entry.player());
            } else {
                there.remove(entry.player());
                zoneOf.remove(entry.player(), entry.zone());
            }
            if (entry.player().equals(bot)) {
                everybody(entry.timeMs());
            } else {
                check(entry.player(), entry.timeMs());
            }
        }

        void saw(Change change, long atMs) {
            switch (change) {
                case Change.All(_, Set<String> players) -> {
                    connected = true;
                    seen = new HashSet<>(players);
                    everybody(atMs);
                }
                case Change.Came(_, String player) -> {
                    seen.add(player);
                    check(player, atMs);
                }
                case Change.Went(_, String player) -> {
                    seen.remove(player);
                    check(player, atMs);
                }
            }
        }

        void end(long atMs) {
            List.copyOf(differences.keySet()).forEach(player -> settle(player, atMs));
        }

        private void everybody(long atMs) {
            Set<String> concerned = new HashSet<>(differences.keySet());
            concerned.addAll(seen);
            concerned.addAll(expected());
            concerned.forEach(player -> check(player, atMs));
        }

        private void check(String player, long atMs) {
            if (!connected || player.equals(bot)) {
                return;
            }
            boolean unseen = !seen.contains(player);
            if (unseen ? expected().contains(player) : !isNear(player)) {
                differences.putIfAbsent(player, new Open(atMs, unseen));
            } else {
                settle(player, atMs);
            }
        }

        /** In the bot's zone, or one that touches it. */
        private boolean isNear(String player) {
            String own = zoneOf.get(bot);
            String other = zoneOf.get(player);
            if (own == null || other == null) {
                return false;
            }
            String[] here = own.split(",", 2);
            String[] there = other.split(",", 2);
            return Math.abs(Long.parseLong(here[0]) - Long.parseLong(there[0])) <= 1
                    && Math.abs(Long.parseLong(here[1]) - Long.parseLong(there[1])) <= 1;
        }

        private void settle(String player, long atMs) {
            Open open = differences.remove(player);
            if (open == null) {
                return;
            }
            long lastedMs = longestHeardMs(open.sinceMs, atMs);
            if (lastedMs > toleranceMs) {
                found.add(new Difference(bot, player, open.unseen, open.sinceMs, lastedMs, zone()));
            }
        }

        /** The longest part of a time in which the host was not silent. */
        private long longestHeardMs(long fromMs, long toMs) {
            long longestMs = 0;
            long sinceMs = fromMs;
            for (Hearing.Silence silence : silences) {
                if (silence.toMs() > sinceMs && silence.fromMs() < toMs) {
                    longestMs = Math.max(longestMs, silence.fromMs() - sinceMs);
                    sinceMs = silence.toMs();
                }
            }
            return Math.max(longestMs, toMs - sinceMs);
        }

        private Set<String> expected() {
            @Nullable String zone = zoneOf.get(bot);
            return zone == null ? Set.of() : playersIn.getOrDefault(zone, Set.of());
        }

        private String zone() {
            return zoneOf.getOrDefault(bot, "none");
        }
    }
}
