package otherworld.operator.plan;

import java.time.Instant;
import java.util.Optional;

/**
 * One pod of a World as the planner sees it.
 *
 * @param attempt the last number of its name; grows with every pod of the ordinal
 * @param failures pods of this ordinal that failed in a row before this one
 * @param port its host port, 0 if it has none
 * @param startedAt when its process started, if it did
 * @param endedAt when it ended, if it did
 * @param cordon the token under which it was asked to admit nobody
 * @param problem why it does not start, or how it ended, in Kubernetes' words
 * @param disrupted the cluster ended it, not its own program: a node that shut down, an eviction
 */
public record PodView(
        String name,
        String uid,
        int ordinal,
        int attempt,
        int failures,
        int port,
        Phase phase,
        Optional<Instant> startedAt,
        Optional<Instant> endedAt,
        String revision,
        Optional<String> cordon,
        Optional<Problem> problem,
        boolean disrupted) {

    /** Where a pod is in its life. */
    public enum Phase {
        /** Exists, not Ready. */
        STARTING,
        READY,
        /** Is being deleted. */
        STOPPING,
        /** Its process has ended and does not come back. */
        ENDED
    }

    /**
     * What keeps a pod from working.
     *
     * @param reason one CamelCase word, such as Unschedulable
     */
    public record Problem(String reason, String message) {}

    /** STARTING or READY: it hosts, or is going to. */
    public boolean live() {
        return switch (phase) {
            case STARTING, READY -> true;
            case STOPPING, ENDED -> false;
        };
    }
}
