package otherworld.replication;

/**
 * What replication has done since it was made: counters that only grow, for metrics. The owner
 * thread writes them; whoever else reads them may see a moment ago.
 */
public final class Figures {
    long updates;
    long updateMessages;
    long updateBytes;
    long whole;
    long bodies;
    long states;
    long left;
    long statesMessages;
    long statesBytes;
    long looks;
    long behind;
    long full;
    long nearCut;
    long crowded;
    long acknowledged;

    /** Avatars told in EntityUpdates: one to one viewer in one message. */
    public long updates() {
        return updates;
    }

    public long updateMessages() {
        return updateMessages;
    }

    public long updateBytes() {
        return updateBytes;
    }

    /** Of {@link #updates}, those that were told whole. */
    public long whole() {
        return whole;
    }

    /** Bytes of avatars that were made for {@link #updates}; all others were copied from these. */
    public long bodies() {
        return bodies;
    }

    /** Entities told in full, and indexes told as left, in EntityStates. */
    public long states() {
        return states;
    }

    public long left() {
        return left;
    }

    public long statesMessages() {
        return statesMessages;
    }

    public long statesBytes() {
        return statesBytes;
    }

    /** How often a viewer looked around. */
    public long looks() {
        return looks;
    }

    /** Turns in which a viewer was told nothing because its link was behind. */
    public long behind() {
        return behind;
    }

    /** Turns in which a viewer's bytes did not do for all who were due. */
    public long full() {
        return full;
    }

    /** Turns in which not all of the nearest were told. */
    public long nearCut() {
        return nearCut;
    }

    /** Looks around at which a viewer could not see all that it is to see. */
    public long crowded() {
        return crowded;
    }

    /** Datagrams that viewers acknowledged in time. */
    public long acknowledged() {
        return acknowledged;
    }
}
