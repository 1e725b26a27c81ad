package otherworld.operator.plan;

import java.time.Instant;
import java.util.Optional;

/**
 * One pod of a World as the planner sees it.
 *
 * @param attempt the last number of its name; grows with every pod of the ordinal
 * @param failures pods of this ordinal that failed in a row before this one
 * @param portsTaken pods of this ordinal in a row, before this one, that found their port taken
 * @param port where its players come, 0 if it has none
 * @param createdAt when the API server took it
 * @param startedAt when its process started, if it did
 * @param endedAt when it ended, if it did
 * @param cordon the token under which it was asked to admit nobody
 * @param problem why it does not start, or how it ended, in Kubernetes' words
 * @param wasReady is not Ready now, but has been: players may still be connected
 * @param end what ended it; {@link End#FAULT} while it has not ended
 */
public record PodView(
        String name,
        String uid,
        int ordinal,
        int attempt,
        int failures,
        int portsTaken,
        int port,
        Phase phase,
        Instant createdAt,
        Optional<Instant> startedAt,
        Optional<Instant> endedAt,
        String revision,
        Optional<String> cordon,
        Optional<Problem> problem,
        boolean wasReady,
        End end) {

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

    /** What ended a pod that has ended. */
    public enum End {
        /** Its own program, as far as is known: the next one may do the same. */
        FAULT,
        /** The cluster: a node that shut down, an eviction. */
        DISRUPTED,
        /** Another process listened on its port. */
        PORT_TAKEN
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
