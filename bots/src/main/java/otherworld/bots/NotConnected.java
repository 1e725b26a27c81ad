package otherworld.bots;

import java.net.http.HttpResponse;
import java.util.Locale;

/** No WebRTC connection came about. */
final class NotConnected extends Exception {
    private static final long serialVersionUID = 1;

    /** Why. Those that begin with {@code WEBRTC} are the reasons of docs/endpoints.md. */
    enum Reason {
        /** The instance did not answer: nothing is known about WebRTC. */
        UNREACHABLE,
        /** It takes no such token (401, 403): another one may be good. */
        TOKEN_REFUSED,
        /** It has no room or patience now (429, 5xx): later it may. */
        BUSY,
        WEBRTC_TIMEOUT,
        /** It has no WebRTC (404), or an offer like this is never taken. */
        WEBRTC_REFUSED,
        WEBRTC_FAILED;

        /** As the query of a WebSocket's address has it. */
        String label() {
            return switch (this) {
                case UNREACHABLE, TOKEN_REFUSED -> "";
                case BUSY -> WEBRTC_REFUSED.label();
                case WEBRTC_TIMEOUT, WEBRTC_REFUSED, WEBRTC_FAILED ->
                        name().toLowerCase(Locale.ROOT).replace('_', '-');
            };
        }
    }

    private final Reason reason;
    private final long retryAfterMs;

    NotConnected(Reason reason, String detail) {
        this(reason, detail, 0);
    }

    private NotConnected(Reason reason, String detail, long retryAfterMs) {
        super(detail, null, false, false);
        this.reason = reason;
        this.retryAfterMs = retryAfterMs;
    }

    /** What an answer to an offer that is not 201 means. */
    static NotConnected refused(HttpResponse<?> answer) {
        int status = answer.statusCode();
        Reason reason =
                switch (status) {
                    case 401, 403 -> Reason.TOKEN_REFUSED;
                    case 408, 425, 429, 500, 502, 503, 504 -> Reason.BUSY;
                    default -> Reason.WEBRTC_REFUSED;
                };
        return new NotConnected(
                reason, "the offer was answered " + status, RetryAfter.ms(answer, 0));
    }

    Reason reason() {
        return reason;
    }

    /** When asking again makes sense; 0 if that was not said. */
    long retryAfterMs() {
        return retryAfterMs;
    }
}
