package otherworld.instance.transport;

import java.util.Locale;

/**
 * What carries a session, and why, as its client says: a fallback that players suffer from shows in
 * metrics by its reason. docs/endpoints.md lists the reasons.
 */
record SessionOrigin(Transport transport, Reason reason) {
    /** What carries sessions. */
    enum Transport {
        WEBSOCKET,
        WEBRTC;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Why a client uses its transport; on the wire in lower case with dashes. */
    enum Reason {
        /** It says nothing, or wants it so. */
        DIRECT,
        /** Quickest way back after a connection was lost. */
        RESUME,
        /** Was on WebSocket before. */
        UPGRADE,
        /** WebSocket because no connection came about in time: mostly UDP that is blocked. */
        WEBRTC_TIMEOUT,
        /** WebSocket because the offer was refused. */
        WEBRTC_REFUSED,
        /** WebSocket because the connection failed otherwise. */
        WEBRTC_FAILED,
        /** WebSocket because the client has no WebRTC. */
        WEBRTC_MISSING,
        /** Whatever else a client says. */
        OTHER;

        String label() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    /**
     * @param reason as the client said it; empty if it said nothing
     */
    static SessionOrigin of(Transport transport, String reason) {
        if (reason.isEmpty()) {
            return new SessionOrigin(transport, Reason.DIRECT);
        }
        for (Reason known : Reason.values()) {
            if (known.label().equals(reason)) {
                return new SessionOrigin(transport, known);
            }
        }
        return new SessionOrigin(transport, Reason.OTHER);
    }
}
