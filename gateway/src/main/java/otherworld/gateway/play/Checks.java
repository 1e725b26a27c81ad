package otherworld.gateway.play;

import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import otherworld.base.InstanceId;
import otherworld.gateway.Limits;
import otherworld.gateway.Places;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Hello;
import otherworld.tickets.TicketVerifier;
import otherworld.tickets.Token;
import otherworld.tickets.Verification;

/**
 * The first wall: is the token of a Hello genuine, of this instance and not past its end, and is
 * there a pod to go to. What the seat has to say is the instance's affair, which checks everything
 * again. Thread-safe.
 */
final class Checks {
    private static final int RETRY_MS = 500;

    private final TicketVerifier verifier;
    private final Places places;
    private final Semaphore underway = new Semaphore(Limits.CHECKS);

    /** What came of it. */
    sealed interface Outcome {
        /**
         * @param token the player's; empty where only the place was asked for again
         */
        record Passed(Places.Place place, Optional<Token> token) implements Outcome {}

        record Refused(GoodbyeReason reason, int retryAfterMs, String detail) implements Outcome {}
    }

    Checks(TicketVerifier verifier, Places places) {
        this.verifier = verifier;
        this.places = places;
    }

    /**
     * May block for some seconds. No place is taken before the token is known to be genuine: what
     * is forged with the name of another key waits until keys were read, and would take all.
     */
    Outcome check(Hello hello, InstanceId instance) {
        return switch (verifier.verify(hello.token(), instance)) {
            case Verification.Valid(Token token) ->
                    inside(() -> place(places.find(instance), Optional.of(token)));
            case Verification.Expired(var at) ->
                    refused(GoodbyeReason.TICKET_EXPIRED, 0, "it ended at " + at);
            case Verification.WrongInstance(String audience) ->
                    refused(
                            GoodbyeReason.TICKET_WRONG_INSTANCE,
                            0,
                            "it is for %s, this is %s".formatted(audience, instance));
            case Verification.Forged(String detail) ->
                    refused(GoodbyeReason.TICKET_FORGED, 0, detail);
            case Verification.KeysUnavailable(String detail) ->
                    refused(GoodbyeReason.NOT_READY, RETRY_MS, detail);
        };
    }

    /** Where the instance is if not where it was thought to be. May block for about a second. */
    Outcome checkAgain(InstanceId instance, Places.Place gone) {
        Outcome now = inside(() -> place(places.findNow(instance), Optional.empty()));
        return now instanceof Outcome.Passed(Places.Place place, _) && place.equals(gone)
                ? away()
                : now;
    }

    private Outcome inside(Supplier<Outcome> lookup) {
        if (!underway.tryAcquire()) {
            return refused(GoodbyeReason.NOT_READY, RETRY_MS, "too many players arrive at a time");
        }
        try {
            return lookup.get();
        } finally {
            underway.release();
        }
    }

    static Outcome.Refused away() {
        return refused(
                GoodbyeReason.NOT_READY, RETRY_MS, "the instance's pod does not answer: resume");
    }

    private static Outcome place(Places.Answer answer, Optional<Token> token) {
        return switch (answer) {
            case Places.Answer.Found(Places.Place place) -> new Outcome.Passed(place, token);
            case Places.Answer.Nowhere() ->
                    refused(GoodbyeReason.NOT_READY, RETRY_MS, "the instance has no pod: resume");
            case Places.Answer.Unavailable() ->
                    refused(
                            GoodbyeReason.LEDGER_UNAVAILABLE,
                            RETRY_MS,
                            "the seat ledger does not answer now: resume");
        };
    }

    private static Outcome.Refused refused(GoodbyeReason reason, int retryMs, String detail) {
        return new Outcome.Refused(reason, retryMs, detail);
    }
}
