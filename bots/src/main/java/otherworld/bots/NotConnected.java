package otherworld.bots;

/** No WebRTC connection came about. */
final class NotConnected extends Exception {
    private static final long serialVersionUID = 1;

    /** Why, as docs/endpoints.md lists the reasons of sessions. */
    enum Reason {
        /** The instance did not answer at all, or took no token: nothing is known about WebRTC. */
        UNREACHABLE,
        WEBRTC_TIMEOUT,
        WEBRTC_REFUSED,
        WEBRTC_FAILED
    }

    private final Reason reason;

    NotConnected(Reason reason, String detail) {
        super(detail, null, false, false);
        this.reason = reason;
    }

    Reason reason() {
        return reason;
    }
}
