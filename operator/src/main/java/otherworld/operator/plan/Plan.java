package otherworld.operator.plan;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * @param actions in the order in which to carry them out
 * @param desired instances that should run after them
 * @param limits why the fleet is not larger or smaller than it is; empty if nothing holds it
 * @param nextLook when time alone changes the plan, e.g. an instance has been idle for long enough
 */
public record Plan(
        List<Action> actions, int desired, List<Limit> limits, Optional<Duration> nextLook) {

    /**
     * What holds a scale decision back.
     *
     * @param message says what to do about it
     */
    public record Limit(Kind kind, String message) {}

    /** In the order of what to show first. */
    public enum Kind {
        MAX_REACHED,
        LEDGER_UNREACHABLE,
        INSTANCE_UNKNOWN,
        BACKING_OFF
    }
}
