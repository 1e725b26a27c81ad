package otherworld.operator.status;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.crds.WorldCondition.Status;
import otherworld.crds.WorldStatus;

/** Gives conditions their times and generation. */
record ConditionWriter(Optional<WorldStatus> before, long generation, Instant now) {
    private static final int MAX_MESSAGE = 1024;

    static ConditionWriter of(World world, Instant now) {
        return new ConditionWriter(
                Optional.ofNullable(world.getStatus()), world.getMetadata().getGeneration(), now);
    }

    WorldCondition condition(String type, Status status, String reason, String message) {
        String since =
                before.flatMap(it -> it.condition(type))
                        .filter(it -> it.status() == status)
                        .map(WorldCondition::lastTransitionTime)
                        .orElseGet(() -> now.truncatedTo(ChronoUnit.SECONDS).toString());
        return new WorldCondition(type, status, reason, shorten(message), since, generation);
    }

    /** Of a World that gets no fleet. */
    List<WorldCondition> refused(String reason, String message) {
        return all(Status.False, Status.False, reason, message);
    }

    /** Of a World whose reconciliation failed: its pods go on, nobody looks after them. */
    List<WorldCondition> failed(String reason, String message) {
        return all(Status.Unknown, Status.Unknown, reason, message);
    }

    private List<WorldCondition> all(
            Status ready, Status progressing, String reason, String message) {
        return List.of(
                condition(WorldCondition.READY, ready, reason, message),
                condition(WorldCondition.PROGRESSING, progressing, reason, message),
                condition(WorldCondition.SCALING_LIMITED, Status.True, reason, message),
                condition(WorldCondition.DEGRADED, Status.True, reason, message));
    }

    private static String shorten(String text) {
        return text.length() <= MAX_MESSAGE ? text : text.substring(0, MAX_MESSAGE) + "…";
    }
}
