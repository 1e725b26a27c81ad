package otherworld.operator.plan;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * @param actions in the order in which to carry them out
 * @param instances ordinals that should run after them
 * @param limits why the fleet is not larger or smaller than it is; empty if nothing holds it
 * @param nextLook when time alone changes the plan, e.g. an instance has been idle for long enough
 */
public record Plan(
        List<Action> actions,
        Set<Integer> instances,
        List<Limit> limits,
        Optional<Duration> nextLook) {

    /** Number of instances that should run. */
    public int desired() {
        return instances.size();
    }

    /**
     * What holds a scale decision back.
     *
     * @param message says what to do about it
     */
    public record Limit(Kind kind, String message) {}

    /** In the order of what to show first. */
    public enum Kind {
        /** The API server takes no pods; see {@link Observation#setback}. */
        REFUSED("Refused"),
        MAX_REACHED("MaxReached"),
        LEDGER_UNREACHABLE("LedgerUnreachable"),
        INSTANCE_UNKNOWN("InstanceUnknown"),
        BACKING_OFF("BackingOff");

        private final String reason;

        Kind(String reason) {
            this.reason = reason;
        }

        /** For conditions; where more is known of a refusal, its own reason takes its place. */
        public String reason() {
            return reason;
        }
    }
}
