package otherworld.persistence;

import java.time.Duration;

/** For how long a lease is taken, and what follows from that. */
enum LeaseTerm {
    /** While anybody may be inside: a host that crashes is replaced soon. */
    SHORT(Duration.ofMillis(2_500), Duration.ofMillis(500)),

    /**
     * While nobody is: thousands of empty instances cost the database little. Another pod may take
     * over at any time, so whoever holds such a lease admits nobody.
     */
    IDLE(Duration.ofSeconds(30), Duration.ofSeconds(10));

    /** CockroachDB's greatest clock offset (500 ms), and 200 ms to spare. */
    private static final Duration MARGIN = Duration.ofMillis(700);

    private final Duration ttl;
    private final Duration renewal;

    LeaseTerm(Duration ttl, Duration renewal) {
        this.ttl = ttl;
        this.renewal = renewal;
    }

    /** On the database's clock, counted from a moment after the request was sent. */
    Duration ttl() {
        return ttl;
    }

    /** From one renewal's being sent to the next one's. */
    Duration renewal() {
        return renewal;
    }

    /** Counted from the moment the request was sent. */
    Duration freezeAfter() {
        return ttl.minus(MARGIN);
    }
}
