package otherworld.operator.status;

import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.crds.WorldStatus;
import otherworld.operator.act.Refusal;
import otherworld.operator.observe.Names;
import otherworld.operator.observe.Pods;
import otherworld.operator.plan.Counts;
import otherworld.operator.plan.Observation;
import otherworld.operator.plan.Plan;
import otherworld.operator.plan.PodView;

/**
 * Decides what to write into a World's status, and when: news at once, but at most every {@link
 * #NEWS_EVERY}, since each of a thousand pods that turn Ready is news; counters and messages that
 * merely move along at most every {@link #COUNTERS_EVERY}.
 */
public final class StatusReport {
    public static final Duration COUNTERS_EVERY = Duration.ofSeconds(10);

    public static final Duration NEWS_EVERY = Duration.ofSeconds(1);

    // By World uid, when it was written last.
    private final Map<String, Instant> written = new ConcurrentHashMap<>();

    private final Progress progress = new Progress();

    /** What to do with a status. */
    public sealed interface Outcome {
        WorldStatus status();

        record Write(WorldStatus status) implements Outcome {}

        /**
         * @param forNow how long to wait before the status may be written
         */
        record Later(WorldStatus status, Duration forNow) implements Outcome {}

        record Unchanged(WorldStatus status) implements Outcome {}
    }

    /**
     * @param stale that instances run with an old Secret; said where nothing worse is to be said
     */
    public Outcome report(
            World world,
            Observation observation,
            Plan plan,
            List<Refusal> refusals,
            Optional<String> stale) {
        WorldStatus before = world.getStatus();
        long generation = world.getMetadata().getGeneration();
        Counts counts = Counts.of(observation);
        Optional<Duration> deadlineIn =
                progress.left(world, Conditions.work(observation, plan), observation.now());
        List<WorldCondition> conditions =
                new Conditions(
                                observation,
                                plan,
                                refusals,
                                counts,
                                deadlineIn,
                                stale,
                                ConditionWriter.of(world, observation.now()))
                        .all();
        WorldStatus status =
                new WorldStatus(
                        conditions,
                        generation,
                        counts.instances(),
                        counts.readyInstances(),
                        counts.players(),
                        counts.seats(),
                        counts.freeSeats(),
                        Names.selectorText(world),
                        world.id().value());
        if (status.equals(before)) {
            return new Outcome.Unchanged(status);
        }
        String uid = world.getMetadata().getUid();
        Instant last = written.getOrDefault(uid, Instant.EPOCH);
        boolean news = before == null || isNews(before, status);
        Duration wait =
                Duration.between(observation.now(), last.plus(news ? NEWS_EVERY : COUNTERS_EVERY));
        if (!wait.isPositive()) {
            written.put(uid, observation.now());
            return new Outcome.Write(status);
        }
        return new Outcome.Later(status, wait);
    }

    /** When the World's deadline passes if nothing happens, so that this is told, too. */
    public Optional<Duration> deadlineIn(World world, Observation observation, Plan plan) {
        return progress.left(world, Conditions.work(observation, plan), observation.now())
                .filter(Duration::isPositive);
    }

    /** The status of a World that gets no fleet, and why. */
    public Outcome refused(World world, String reason, String message, Instant now) {
        return outcome(
                world,
                new WorldStatus(
                        ConditionWriter.of(world, now).refused(reason, message),
                        world.getMetadata().getGeneration(),
                        0,
                        0,
                        0,
                        0,
                        0,
                        Names.selectorText(world),
                        null));
    }

    /** The status of a World whose reconciliation failed: counters stay as they were. */
    public Outcome failed(World world, String reason, String message, Instant now) {
        WorldStatus before = world.getStatus();
        return outcome(
                world,
                new WorldStatus(
                        ConditionWriter.of(world, now).failed(reason, message),
                        world.getMetadata().getGeneration(),
                        before == null ? null : before.instances(),
                        before == null ? null : before.readyInstances(),
                        before == null ? null : before.players(),
                        before == null ? null : before.seats(),
                        before == null ? null : before.freeSeats(),
                        Names.selectorText(world),
                        before == null ? null : before.id()));
    }

    private static Outcome outcome(World world, WorldStatus status) {
        return status.equals(world.getStatus())
                ? new Outcome.Unchanged(status)
                : new Outcome.Write(status);
    }

    /** The status of a World whose spec cannot be read, and whose fleet stays as it is. */
    public Outcome unreadable(
            World world, List<Pod> pods, String reason, String message, Instant now) {
        WorldStatus before = world.getStatus();
        List<PodView> live =
                pods.stream()
                        .flatMap(pod -> Pods.view(pod).stream())
                        .filter(PodView::live)
                        .toList();
        WorldStatus status =
                new WorldStatus(
                        ConditionWriter.of(world, now).refused(reason, message),
                        world.getMetadata().getGeneration(),
                        (int) live.stream().mapToInt(PodView::ordinal).distinct().count(),
                        (int)
                                live.stream()
                                        .filter(pod -> pod.phase() == PodView.Phase.READY)
                                        .count(),
                        null,
                        null,
                        null,
                        Names.selectorText(world),
                        before == null ? null : before.id());
        return status.equals(before) ? new Outcome.Unchanged(status) : new Outcome.Write(status);
    }

    public void forget(World world) {
        written.remove(world.getMetadata().getUid());
        progress.forget(world);
    }

    // A condition or an instance more or less is news; a player more or less can wait.
    private static boolean isNews(WorldStatus before, WorldStatus after) {
        return !equal(before.observedGeneration(), after.observedGeneration())
                || !equal(before.readyInstances(), after.readyInstances())
                || !equal(before.instances(), after.instances())
                || after.conditions().stream()
                        .anyMatch(now -> {
                            Optional<WorldCondition> then = before.condition(now.type());
                            return then.isEmpty()
                                    || then.get().status() != now.status()
                                    || !then.get().reason().equals(now.reason());
                        });
    }

    private static boolean equal(@Nullable Object a, @Nullable Object b) {
        return Objects.equals(a, b);
    }
}
