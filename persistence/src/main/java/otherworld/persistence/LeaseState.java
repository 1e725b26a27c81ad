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
 * @param term how long a lease the database has at least, counted from {@code sentAtNs}
 * @param sentAtNs when the request was sent that was answered last with "you hold it", or what
 *     comes to the same
 * @param tight the database has confirmed a short lease, and no longer one was asked for since
 * @param trouble why it has not been answered since; empty if it has
 */
record LeaseState(State known, LeaseTerm term, long sentAtNs, boolean tight, String trouble) {
    static LeaseState waiting(String reason) {
        return new LeaseState(new State.Waiting(reason), LeaseTerm.SHORT, 0, false, "");
    }

    LeaseState acquired(long epoch, long sentAtNs) {
        return new LeaseState(new State.Held(epoch), LeaseTerm.SHORT, sentAtNs, true, "");
    }

    /**
     * A renewal is about to be sent. Until it is answered the database may have done it or not: the
     * shorter lease of the two counts, and only a short one that stays short is tight.
     */
    LeaseState asking(LeaseTerm asked, long nowNs) {
        return switch (asked) {
            case IDLE -> new LeaseState(known, term, sentAtNs, false, trouble);
            case SHORT -> new LeaseState(known, LeaseTerm.SHORT, asIfShort(nowNs), tight, trouble);
        };
    }

    /** When a short lease would have been asked for that freezes when this one does, or now. */
    private long asIfShort(long nowNs) {
        if (term == LeaseTerm.SHORT) {
            return sentAtNs;
        }
        long last = sentAtNs + term.freezeAfter().minus(LeaseTerm.SHORT.freezeAfter()).toNanos();
        return nowNs - last < 0 ? nowNs : last;
    }

    /** Still held at the same epoch. */
    LeaseState renewed(LeaseTerm asked, long sentAtNs) {
        return new LeaseState(known, asked, sentAtNs, asked == LeaseTerm.SHORT, "");
    }

    /** Held as before, under a higher epoch. */
    LeaseState raised(long epoch) {
        return switch (known) {
            case State.Held _, State.Frozen _ ->
                    new LeaseState(new State.Held(epoch), term, sentAtNs, tight, trouble);
            case State.Waiting _, State.Lost _, State.Failed _ -> this;
        };
    }

    /** The database did not answer. */
    LeaseState unanswered(String reason) {
        return switch (known) {
            case State.Waiting _ ->
                    new LeaseState(new State.Waiting(reason), LeaseTerm.SHORT, 0, false, reason);
            case State.Held _, State.Frozen _ ->
                    new LeaseState(known, term, sentAtNs, tight, reason);
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
        return new LeaseState(new State.Failed(reason), LeaseTerm.SHORT, 0, false, "");
    }

    State at(long nowNs) {
        if (known instanceof State.Held(long epoch)) {
            long ageNs = nowNs - sentAtNs;
            if (ageNs >= term.freezeAfter().toNanos()) {
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
        return new LeaseState(new State.Lost(epoch, seenEpoch), LeaseTerm.SHORT, 0, false, "");
    }
}
