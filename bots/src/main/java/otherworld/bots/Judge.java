package otherworld.bots;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import otherworld.base.InstanceId;
import otherworld.bots.BotResult.Verdict;
import otherworld.persistence.EntityPatch;
import otherworld.persistence.PropBody;
import otherworld.persistence.StoreUnavailable;
import otherworld.persistence.StoredEntities;
import otherworld.protocol.Pose;

/** Sums a run up and lets the oracles speak, after it is over. */
final class Judge {
    static final long TOLERANCE_MS = 1_000;
    private static final int MOST_EXAMPLES = 5;

    /** The database may be coming back, or the machine be busy: neither is a broken promise. */
    private static final Duration STORE_PATIENCE = Duration.ofSeconds(30);

    private static final Duration STORE_PAUSE = Duration.ofMillis(500);

    private final BotOptions options;
    private final List<Bot> bots;
    private final Stats stats;
    private final ZoneLogs logs;

    Judge(BotOptions options, List<Bot> bots, Stats stats, ZoneLogs logs) {
        this.options = options;
        this.bots = bots;
        this.stats = stats;
        this.logs = logs;
    }

    BotResult judge(double seconds, BotResult.Generator generator) {
        int[] seen = bots.stream().mapToInt(Bot::playersSeen).sorted().toArray();
        return new BotResult(
                playersByInstance(),
                latencies(),
                seen[0],
                seen[seen.length / 2],
                seen[seen.length - 1],
                new BotResult.Edits(
                        stats.editsSent.sum(),
                        stats.editsApplied.sum(),
                        stats.editsDurable.sum(),
                        stats.editsRefused.sum()),
                stats.movesSent.sum(),
                stats.movesOvertaken.sum(),
                stats.posesReceived.sum(),
                stats.bytesReceived.sum(),
                stats.corrections.sum(),
                stats.reconnects.sum(),
                stats.sessions(),
                sets(),
                props(),
                stats.poses.verdict(),
                stats.retries(),
                stats.errors(),
                seconds,
                generator);
    }

    private Map<String, Integer> playersByInstance() {
        Map<String, Integer> players = new TreeMap<>();
        for (Bot bot : bots) {
            bot.edits().keySet().forEach(id -> players.merge(id.toString(), 1, Integer::sum));
        }
        return players;
    }

    private Map<String, Latency.Summary> latencies() {
        Map<String, Latency.Summary> latencies = new LinkedHashMap<>();
        latencies.put("seat answer", stats.seatAnswer.summary());
        latencies.put("seated", stats.seated.summary());
        latencies.put("away", stats.away.summary());
        latencies.put("delivery", stats.delivery.summary());
        latencies.put("update gap", stats.updateGap.summary());
        latencies.put("interaction", stats.interaction.summary());
        latencies.put("durable", stats.durable.summary());
        return latencies;
    }

    private Verdict sets() {
        if (!logs.available()) {
            return new Verdict.Skipped(
                    "an instance serves no /debug/zone-log (OTHERWORLD_ZONE_LOG is not true)");
        }
        ZoneOracle oracle = new ZoneOracle(TOLERANCE_MS);
        List<String> wrong = new ArrayList<>();
        long changes = 0;
        long connections = 0;
        long silentMs = 0;
        for (Bot bot : bots) {
            for (Observation observation : bot.observations()) {
                ZoneLog log = logs.log(observation.source);
                if (log.gap()) {
                    return new Verdict.Wrong(
                            1,
                            "not proven: the zone log of %s has a gap"
                                    .formatted(observation.source.instance()),
                            List.of());
                }
                connections++;
                changes += observation.changes().size();
                List<Hearing.Silence> silences = logs.hearing(observation.source).silences();
                for (Hearing.Silence silence : silences) {
                    silentMs = Math.max(silentMs, silence.ms());
                }
                oracle.compare(observation, log, silences)
                        .forEach(found -> wrong.add(found.toString()));
            }
        }
        if (!wrong.isEmpty()) {
            return new Verdict.Wrong(
                    wrong.size(),
                    "%d differences of more than 1 s from the servers' zone logs"
                            .formatted(wrong.size()),
                    examples(wrong));
        }
        if (changes == 0) {
            return new Verdict.Skipped("nobody was told of any zone");
        }
        String but =
                silentMs == 0
                        ? ""
                        : ", but while nobody heard from a host, for up to %.1f s"
                                .formatted(silentMs / 1e3);
        return new Verdict.Right(
                "%d changes on %d connections equal the servers' zone logs within 1 s%s"
                        .formatted(changes, connections, but));
    }

    private Verdict props() {
        if (options.database().isEmpty()) {
            return new Verdict.Skipped("no --database to look into");
        }
        List<String> wrong = new ArrayList<>();
        long promised = 0;
        try {
            Map<InstanceId, Map<Long, Pose>> stored = new HashMap<>();
            for (Bot bot : bots) {
                for (Map.Entry<InstanceId, List<EditLog.Entry>> edits : bot.edits().entrySet()) {
                    Map<Long, Pose> instance =
                            stored.computeIfAbsent(
                                    edits.getKey(),
                                    key ->
                                            patiently(
                                                    () -> storedProps(key),
                                                    STORE_PATIENCE,
                                                    STORE_PAUSE));
                    promised += DurableOracle.promised(edits.getValue());
                    wrong.addAll(DurableOracle.compare(bot.player(), edits.getValue(), instance));
                }
            }
        } catch (StoreUnavailable e) {
            return new Verdict.Wrong(1, "could not look: " + e.getMessage(), List.of());
        }
        if (!wrong.isEmpty()) {
            return new Verdict.Wrong(
                    wrong.size(),
                    "%d of %d props are not in the database as promised"
                            .formatted(wrong.size(), promised),
                    examples(wrong));
        }
        if (promised == 0 && stats.editsSent.sum() > 0) {
            return new Verdict.Wrong(
                    1,
                    "nothing to check: of %d edits none was told durable"
                            .formatted(stats.editsSent.sum()),
                    List.of());
        }
        if (promised == 0) {
            return new Verdict.Skipped("no edit was made");
        }
        return new Verdict.Right(
                "all %d props told durable are so in the database".formatted(promised));
    }

    /** As soon as the store answers; its last refusal once it has not for so long. */
    static <T> T patiently(Supplier<T> read, Duration patience, Duration pause) {
        long deadlineNs = System.nanoTime() + patience.toNanos();
        while (true) {
            try {
                return read.get();
            } catch (StoreUnavailable e) {
                if (System.nanoTime() - deadlineNs >= 0) {
                    throw e;
                }
                LockSupport.parkNanos(pause.toNanos());
            }
        }
    }

    private Map<Long, Pose> storedProps(InstanceId instance) {
        BotOptions.Database database = options.database().orElseThrow();
        Map<Long, Pose> props = new HashMap<>();
        for (EntityPatch entity :
                StoredEntities.read(
                        database.url(), database.user(), database.password(), instance)) {
            if (!entity.removed()) {
                PropBody prop = PropBody.decode(entity.body());
                props.put(entity.id(), new Pose(prop.x(), prop.y(), prop.z(), prop.rotation()));
            }
        }
        return props;
    }

    private static List<String> examples(List<String> wrong) {
        return wrong.subList(0, Math.min(MOST_EXAMPLES, wrong.size()));
    }
}
