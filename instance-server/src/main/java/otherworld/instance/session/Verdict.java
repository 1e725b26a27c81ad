package otherworld.instance.session;

import otherworld.protocol.GoodbyeReason;

/**
 * What is made of a token that somebody shows: by the check before the ledger is asked, and by the
 * admission, which has the last word and seats or refuses.
 *
 * @param <S> what is known of who is seated
 */
public sealed interface Verdict<S> {
    /** They have the seat. */
    record Seated<S>(S who) implements Verdict<S> {}

    /** A ticket, and the seat is free for it: claim it in the ledger, then admit. */
    record Claim<S>() implements Verdict<S> {}

    /** A session token of a seat that is the player's here: admit, nothing else need be asked. */
    record Resume<S>() implements Verdict<S> {}

    /**
     * A session token of a seat this host knows nothing newer about: admit, unless the ledger knows
     * better.
     */
    record ResumeUnlessSuperseded<S>() implements Verdict<S> {}

    /**
     * They are not let in.
     *
     * @param retryAfterMs 0 if the same token will never do
     * @param detail for people
     */
    record Refused<S>(GoodbyeReason reason, int retryAfterMs, String detail) implements Verdict<S> {
        /** The same, where more would be known of who was seated. */
        public <T> Refused<T> here() {
            return new Refused<>(reason, retryAfterMs, detail);
        }
    }
}
