package otherworld.operator.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.crds.WorldStatus;

/**
 * Since when a World has made no progress, as Deployments count it: an instance more that is Ready,
 * one less that closes, another spec or another number of instances is progress. Lost with the
 * operator, except that a deadline that had passed stays so. Thread-safe.
 */
final class Progress {
    static final String EXCEEDED = "ProgressDeadlineExceeded";

    private record Mark(long generation, int desired, int ready, int closing, Instant since) {}

    /** What is left to do. */
    record Work(int desired, int ready, int closing) {
        boolean isDone() {
            return ready >= desired && closing == 0;
        }
    }

    private final Map<String, Mark> marks = new ConcurrentHashMap<>();

    /** How long until the World's deadline, negative if it has passed; empty if all is done. */
    Optional<Duration> left(World world, Work work, Instant now) {
        String uid = world.getMetadata().getUid();
        if (work.isDone()) {
            marks.remove(uid);
            return Optional.empty();
        }
        long generation = world.getMetadata().getGeneration();
        Duration deadline = world.getSpec().rollout().progressDeadlineDuration();
        Mark before = marks.get(uid);
        if (before == null && hadPassed(world.getStatus(), generation, work)) {
            before =
                    new Mark(
                            generation,
                            work.desired(),
                            work.ready(),
                            work.closing(),
                            now.minus(deadline));
        }
        boolean progress =
                before == null
                        || before.generation() != generation
                        || before.desired() != work.desired()
                        || work.ready() > before.ready()
                        || work.closing() < before.closing();
        Instant since = before == null || progress ? now : before.since();
        Mark after =
                before == null || progress
                        ? new Mark(generation, work.desired(), work.ready(), work.closing(), now)
                        : before;
        marks.put(uid, after);
        return Optional.of(Duration.between(now, since.plus(deadline)));
    }

    private static boolean hadPassed(@Nullable WorldStatus status, long generation, Work work) {
        return status != null
                && Long.valueOf(generation).equals(status.observedGeneration())
                && (status.readyInstances() == null || work.ready() <= status.readyInstances())
                && status.condition(WorldCondition.PROGRESSING)
                        .filter(it -> it.reason().equals(EXCEEDED))
                        .isPresent();
    }

    void forget(World world) {
        marks.remove(world.getMetadata().getUid());
    }
}
