package otherworld.persistence;

import java.time.Duration;
import otherworld.persistence.Ownership.State;

/**
 * What a pod may believe about its lease, as a function of what the database answered and of the
 * time since it asked. Pure: times are readings of one monotonic clock in nanoseconds.
 *
 * <p>Immutable; the lease's thread replaces it, any thread reads it.
 *
 * @param known what the database answered last, as if no time had passed: never Frozen
 * @param sentAtNs when the request was sent that was answered last with "you hold it"
 * @param trouble why it has not been answered since; empty if it has
 */
record LeaseState(State known, long sentAtNs, String trouble) {
    /** On the database's clock, counted from a moment after the request was sent. */
    static final Duration TTL = Duration.ofMillis(2_500);

    static final Duration RENEWAL = Duration.ofMillis(500);

    /**
     * Counted from the moment the request was sent; {@link #TTL} less CockroachDB's greatest clock
     * offset (500 ms) and 200 ms to spare.
     */
    static final Duration FREEZE_AFTER = Duration.ofMillis(1_800);

    static LeaseState waiting(String reason) {
        return new LeaseState(new State.Waiting(reason), 0, "");
    }

    LeaseState acquired(long epoch, long sentAtNs) {
        return new LeaseState(new State.Held(epoch), sentAtNs, "");
    }

    /** Still held at the same epoch. */
    LeaseState renewed(long sentAtNs) {
        return new LeaseState(known, sentAtNs, "");
    }

    /** The database did not answer. */
    LeaseState unanswered(String reason) {
        return switch (known) {
            case State.Waiting _ -> waiting(reason);
            case State.Held _, State.Frozen _ -> new LeaseState(known, sentAtNs, reason);
            case State.Lost _, State.Failed _ -> this;
        };
    }

    /** The database says that somebody else holds it, or nobody. */
    LeaseState superseded(long seenEpoch) {
        return switch (known) {
            case State.Held(long epoch) -> lost(epoch, seenEpoch);
            case State.Frozen(long epoch, String _) -> lost(epoch, seenEpoch);
            case State.Waiting _, State.Lost _, State.Failed _ -> this;
        };
    }

    /** We give it up, or stop waiting for it: whatever the database says, it is not ours. */
    LeaseState released() {
        return switch (known) {
            case State.Held(long epoch) -> lost(epoch, epoch);
            case State.Frozen(long epoch, String _) -> lost(epoch, epoch);
            case State.Waiting _ -> waiting("stopped");
            case State.Lost _, State.Failed _ -> this;
        };
    }

    /** An error ended the lease's thread: nobody renews, and nobody will know more. */
    static LeaseState failed(String reason) {
        return new LeaseState(new State.Failed(reason), 0, "");
    }

    State at(long nowNs) {
        if (known instanceof State.Held(long epoch)) {
            long ageNs = nowNs - sentAtNs;
            if (ageNs >= FREEZE_AFTER.toNanos()) {
                return new State.Frozen(
                        epoch,
                        "lease not renewed for %d ms%s"
                                .formatted(
                                        Duration.ofNanos(ageNs).toMillis(),
                                        trouble.isEmpty() ? "" : ": " + trouble));
            }
        }
        return known;
    }

    private static LeaseState lost(long epoch, long seenEpoch) {
        return new LeaseState(new State.Lost(epoch, seenEpoch), 0, "");
    }
}
