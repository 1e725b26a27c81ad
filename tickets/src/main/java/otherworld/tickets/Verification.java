package otherworld.tickets;

import java.time.Instant;

/** What came of checking a token. Details are for logs and for the player's refusal. */
public sealed interface Verification {
    /** Signed by the matchmaker, in time, and for this instance. */
    record Valid(Token token) implements Verification {}

    /** Genuine, but past its end. */
    record Expired(Instant expiredAt) implements Verification {}

    /** Genuine, but for another instance. */
    record WrongInstance(String audience) implements Verification {}

    /**
     * Not a token that the matchmaker signed: malformed, altered, or with a header it never writes.
     */
    record Forged(String detail) implements Verification {}

    /** The keys could not be read, so it is not known whether the token is genuine: try again. */
    record KeysUnavailable(String detail) implements Verification {}
}
