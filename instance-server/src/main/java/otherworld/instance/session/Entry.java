package otherworld.instance.session;

import otherworld.protocol.GoodbyeReason;

/** Whether a token's seat may be taken, as the instance sees it. */
public sealed interface Entry {
    /** A ticket, and the seat is free for it: claim it in the ledger. */
    record Claim() implements Entry {}

    /** A session token of a seat that is the player's here: nothing else needs to be asked. */
    record Resume() implements Entry {}

    /**
     * A session token of a seat this host knows nothing newer about: it is the player's unless the
     * ledger says otherwise.
     */
    record ResumeUnlessSuperseded() implements Entry {}

    /**
     * @param retryAfterMs 0 if the same token will never do
     */
    record Refused(GoodbyeReason reason, int retryAfterMs, String detail) implements Entry {}
}
