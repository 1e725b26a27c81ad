package otherworld.replication;

/** What is left out for want of time, each with all before it. */
public enum Degradation {
    NONE(ReplicationSettings.MAX_SEEN, 1, "all is told"),
    FAR_RATE(
            ReplicationSettings.MAX_SEEN,
            1,
            "ticks take too long: all but the nearest are told once a second"),
    INTEREST_512(512, 1, "ticks take too long: viewers see the nearest 512"),
    INTEREST_256(256, 1, "ticks take too long: viewers see the nearest 256"),
    RATE_HALF(256, 2, "ticks take too long: updates go out at half the presence rate"),
    RATE_THIRD(128, 3, "ticks take too long: updates go out at a third of the presence rate");

    private final int mostSeen;
    private final int presenceTicks;
    private final String reason;

    Degradation(int mostSeen, int presenceTicks, String reason) {
        this.mostSeen = mostSeen;
        this.presenceTicks = presenceTicks;
        this.reason = reason;
    }

    /** For people: a metric's label is {@link #name}. */
    public String reason() {
        return reason;
    }

    int mostSeen() {
        return mostSeen;
    }

    /** Updates go out at every so many presence ticks. */
    int presenceTicks() {
        return presenceTicks;
    }

    boolean isFarTierFull() {
        return this == NONE;
    }
}
