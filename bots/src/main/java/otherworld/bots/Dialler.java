package otherworld.bots;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import otherworld.bots.Seats.Answer;
import otherworld.protocol.Goodbye;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Hello;
import otherworld.protocol.Protocol;
import otherworld.protocol.ServerMessage;
import otherworld.protocol.Welcome;

/**
 * Gets a bot its seat and its connection, and its connection back, with back-off. What fails within
 * the bot's patience is a retry; what fails beyond it, or for good, an error. One thread.
 */
final class Dialler {
    private static final long WELCOME_TIMEOUT_MS = 10_000;
    private static final long FIRST_BACKOFF_MS = 100;
    private static final long LONGEST_BACKOFF_MS = 2_000;

    private final BotPlan plan;
    private final Seats seats;
    private final Transports transports;
    private final RunClock clock;
    private final Stats stats;
    private final SplittableRandom random;

    /**
     * Why this session plays over WebSocket although WebRTC was tried: decided once, so that it
     * does not go to and fro. Empty: not decided.
     */
    private Optional<NotConnected.Reason> fallback = Optional.empty();

    /** True from the first Welcome on: the ticket is used up, the session is what counts. */
    private boolean welcomed;

    /**
     * A connection that was welcomed.
     *
     * @param seat with the endpoints that work now
     * @param handOver to be called once by the receiver when it is ready to receive
     */
    record Dialled(
            Answer.Seated seat,
            URI endpoint,
            Connection connection,
            Welcome welcome,
            Supplier<Early> handOver) {}

    /**
     * What came after the Welcome and before the receiver was ready.
     *
     * @param closed the connection has ended already
     */
    record Early(List<ServerMessage> messages, boolean closed) {}

    /** What came of a Hello. */
    sealed interface Greeting {
        record Admitted(Dialled dialled) implements Greeting {}

        record Refused(Goodbye goodbye) implements Greeting {}

        /** The instance took the token for no good one before there was a connection. */
        record TokenRefused(String why) implements Greeting {}

        /**
         * @param retryAfterMs when asking again makes sense; 0 if that was not said
         */
        record Unreachable(String why, long retryAfterMs) implements Greeting {
            Unreachable(String why) {
                this(why, 0);
            }
        }
    }

    Dialler(BotPlan plan, Seats seats, Transports transports, RunClock clock, Stats stats) {
        this.plan = plan;
        this.seats = seats;
        this.transports = transports;
        this.clock = clock;
        this.stats = stats;
        this.random = new SplittableRandom(plan.ownSeed() ^ 0x5deece66dL);
    }

    /**
     * The state of the server, or of a machine that is too busy, is the reason: trying again makes
     * sense, and counts as an error only if it does not help in time.
     */
    static boolean isTransient(GoodbyeReason reason) {
        return switch (reason) {
            case LEDGER_UNAVAILABLE,
                    NOT_READY,
                    CORDONED,
                    FROZEN,
                    CLOSING,
                    INTERNAL,
                    HELLO_TIMEOUT,
                    IDLE,
                    TOO_SLOW ->
                    true;
            case LEFT,
                    REPLACED,
                    MALFORMED,
                    VERSION_UNSUPPORTED,
                    TICKET_EXPIRED,
                    TICKET_FORGED,
                    TICKET_REPLAYED,
                    TICKET_SUPERSEDED,
                    TICKET_WRONG_INSTANCE,
                    INSTANCE_FULL,
                    SESSION_ENDED,
                    RATE_LIMITED ->
                    false;
        };
    }

    /** The ticket is of no use any more, and the matchmaker gives another one. */
    private static boolean wantsNewSeat(GoodbyeReason reason) {
        return switch (reason) {
            case TICKET_EXPIRED, TICKET_SUPERSEDED, SESSION_ENDED -> true;
            default -> false;
        };
    }

    Optional<Answer.Seated> takeSeat() throws InterruptedException {
        long deadlineMs = clock.nowMs() + plan.patience().seatMs();
        while (true) {
            long startUs = clock.nowUs();
            Answer answer = seats.ask(plan.player(), plan.request());
            stats.seatAnswer.recordUs(clock.nowUs() - startUs);
            switch (answer) {
                case Answer.Seated seated -> {
                    return Optional.of(seated);
                }
                case Answer.Later(long retryAfterMs, String why) -> {
                    stats.retry("seat: " + why);
                    if (clock.nowMs() > deadlineMs) {
                        stats.error("no seat in time: " + why);
                        return Optional.empty();
                    }
                    Thread.sleep(retryAfterMs + random.nextLong(100));
                }
                case Answer.Refused(String why) -> {
                    stats.error("seat refused: " + why);
                    return Optional.empty();
                }
                case Answer.Moved _, Answer.SessionEnded _ -> {
                    stats.error("seat answer makes no sense");
                    return Optional.empty();
                }
            }
        }
    }

    /** Connects with the ticket the first time and with the session from then on. */
    Optional<Dialled> dial(Answer.Seated given, Connection.Receiver receiver)
            throws InterruptedException {
        long deadlineMs = clock.nowMs() + plan.patience().reconnectMs();
        long backoffMs = FIRST_BACKOFF_MS;
        Answer.Seated seat = given;
        boolean useSession = welcomed;
        while (true) {
            Greeting greeting = greet(seat, useSession, receiver);
            long waitMs = backoffMs;
            switch (greeting) {
                case Greeting.Admitted(Dialled dialled) -> {
                    welcomed = true;
                    return Optional.of(dialled);
                }
                case Greeting.Refused(Goodbye goodbye) -> {
                    GoodbyeReason reason = goodbye.reason();
                    stats.retry("Hello: " + reason);
                    waitMs = Math.max(waitMs, goodbye.retryAfterMs());
                    if (reason == GoodbyeReason.TICKET_REPLAYED) {
                        useSession = true; // a Hello before this one got through, its answer not
                    } else if (!welcomed && wantsNewSeat(reason)) {
                        Optional<Answer.Seated> fresh = takeSeat();
                        if (fresh.isEmpty()) {
                            return Optional.empty();
                        }
                        seat = fresh.get();
                        useSession = false;
                    } else if (!isTransient(reason)) {
                        stats.error("Hello refused: " + reason);
                        return Optional.empty();
                    }
                }
                case Greeting.TokenRefused(String why) -> {
                    stats.retry("connect: " + why);
                    if (!welcomed) { // the ticket ended meanwhile: the seat has another
                        Optional<Answer.Seated> fresh = takeSeat();
                        if (fresh.isEmpty()) {
                            return Optional.empty();
                        }
                        seat = fresh.get();
                        useSession = false;
                    }
                }
                case Greeting.Unreachable(String why, long retryAfterMs) -> {
                    stats.retry("connect: " + why);
                    waitMs = Math.max(waitMs, retryAfterMs);
                }
            }
            if (clock.nowMs() > deadlineMs) {
                stats.error("not connected in time");
                return Optional.empty();
            }
            Thread.sleep(waitMs / 2 + random.nextLong(waitMs)); // jitter: not all at once
            backoffMs = Math.min(backoffMs * 2, LONGEST_BACKOFF_MS);
            switch (seats.resume(plan.player(), seat.session())) {
                case Answer.Moved(List<URI> endpoints) when !endpoints.isEmpty() ->
                        seat =
                                new Answer.Seated(
                                        seat.instance(), seat.ticket(), seat.session(), endpoints);
                case Answer.SessionEnded _ when welcomed -> {
                    stats.error("session ended while away");
                    return Optional.empty();
                }
                case Answer.Later(_, String why) -> stats.retry("resume: " + why);
                case Answer.Refused(String why) -> stats.retry("resume: " + why);
                case Answer.Moved _, Answer.SessionEnded _, Answer.Seated _ -> {}
            }
        }
    }

    /** Whether a session that came back on WebSocket should go over to WebRTC. */
    boolean mayUpgrade(Connection connection) {
        return plan.transport() == TransportChoice.AUTO
                && connection.transport() == Connection.Transport.WEBSOCKET
                && fallback.isEmpty();
    }

    /**
     * Tries once to go over to WebRTC; the instance replaces the older connection. Empty: the
     * session stays on WebSocket, for good.
     */
    Optional<Dialled> upgrade(Answer.Seated seat, Connection.Receiver receiver)
            throws InterruptedException {
        switch (greetOverWebRtc(seat, seat.session(), "upgrade", receiver)) {
            case Greeting.Admitted(Dialled dialled) -> {
                return Optional.of(dialled);
            }
            case Greeting.Refused(Goodbye goodbye) -> {
                stats.retry("upgrade: " + goodbye.reason());
                fallback = Optional.of(NotConnected.Reason.WEBRTC_REFUSED);
            }
            case Greeting.TokenRefused(String why) -> {
                stats.retry("upgrade: " + why);
                fallback = Optional.of(NotConnected.Reason.WEBRTC_REFUSED);
            }
            case Greeting.Unreachable(String why, long _) -> {
                stats.retry("upgrade: " + why);
                fallback = fallback.or(() -> Optional.of(NotConnected.Reason.WEBRTC_FAILED));
            }
        }
        return Optional.empty();
    }

    /** WebRTC first, if this session has not decided otherwise; WebSocket after a loss. */
    private Greeting greet(Answer.Seated seat, boolean useSession, Connection.Receiver receiver)
            throws InterruptedException {
        String token = useSession ? seat.session() : seat.ticket();
        return switch (plan.transport()) {
            case WEBSOCKET -> greetOverWebSocket(seat, token, "", receiver);
            case WEBRTC, TURN -> greetOverWebRtc(seat, token, welcomed ? "resume" : "", receiver);
            case AUTO -> {
                if (welcomed) {
                    String reason = fallback.map(NotConnected.Reason::label).orElse("resume");
                    yield greetOverWebSocket(seat, token, reason, receiver);
                }
                Greeting first =
                        fallback.isEmpty()
                                ? greetOverWebRtc(seat, token, "", receiver)
                                : new Greeting.Unreachable("WebRTC was tried");
                String why = fallback.map(NotConnected.Reason::label).orElse("");
                yield first instanceof Greeting.Unreachable
                        ? greetOverWebSocket(seat, token, why, receiver)
                        : first;
            }
        };
    }

    private Greeting greetOverWebRtc(
            Answer.Seated seat, String token, String reason, Connection.Receiver receiver)
            throws InterruptedException {
        long deadlineNs = System.nanoTime() + Transports.WEBRTC_TIMEOUT.toNanos();
        String why = "no endpoint of WebRTC";
        long retryAfterMs = 0;
        for (URI endpoint : seat.endpoints()) {
            Duration left = Duration.ofNanos(deadlineNs - System.nanoTime());
            if (!Transports.isWebRtc(endpoint) || left.isNegative()) {
                continue;
            }
            Handshake handshake = new Handshake(receiver);
            try {
                Connection connection = transports.webRtc(endpoint, token, reason, handshake, left);
                Greeting greeting = hello(seat, token, endpoint, connection, handshake, reason);
                if (!(greeting instanceof Greeting.Unreachable(String silent, long _))) {
                    return greeting;
                }
                why = silent;
            } catch (NotConnected e) {
                why = "WebRTC: " + e.getMessage();
                retryAfterMs = Math.max(retryAfterMs, e.retryAfterMs());
                switch (e.reason()) {
                    case UNREACHABLE -> {}
                    case TOKEN_REFUSED -> {
                        return new Greeting.TokenRefused(why);
                    }
                    case BUSY, WEBRTC_TIMEOUT, WEBRTC_REFUSED, WEBRTC_FAILED -> {
                        fallback = Optional.of(e.reason());
                        stats.retry(why);
                    }
                }
            }
        }
        return new Greeting.Unreachable(why, retryAfterMs);
    }

    private Greeting greetOverWebSocket(
            Answer.Seated seat, String token, String reason, Connection.Receiver receiver)
            throws InterruptedException {
        String why = "no endpoint of WebSocket";
        for (URI endpoint : seat.endpoints()) {
            if (Transports.isWebRtc(endpoint)) {
                continue;
            }
            Handshake handshake = new Handshake(receiver);
            try {
                Connection connection = transports.webSocket(endpoint, reason, handshake);
                Greeting greeting = hello(seat, token, endpoint, connection, handshake, reason);
                if (!(greeting instanceof Greeting.Unreachable(String silent, long _))) {
                    return greeting;
                }
                why = silent;
            } catch (IOException e) {
                why = String.valueOf(e.getMessage());
            }
        }
        return new Greeting.Unreachable(why);
    }

    private Greeting hello(
            Answer.Seated seat,
            String token,
            URI endpoint,
            Connection connection,
            Handshake handshake,
            String reason)
            throws InterruptedException {
        connection.send(
                new Hello(Protocol.VERSION, Protocol.OLDEST, 0, token, "otherworld-bots/1"));
        if (!handshake.answered.await(WELCOME_TIMEOUT_MS, TimeUnit.MILLISECONDS)) {
            connection.abort("no answer to Hello");
            return new Greeting.Unreachable("no answer to Hello");
        }
        Greeting greeting = handshake.greeting(seat, endpoint, connection);
        if (greeting instanceof Greeting.Admitted) {
            stats.session(connection, reason);
        }
        return greeting;
    }
}
