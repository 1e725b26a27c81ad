package otherworld.bots;

import java.util.Locale;

/** Which transport bots use. */
public enum TransportChoice {
    /** WebRTC if it comes about in time, else WebSocket: one decision for each session. */
    AUTO,
    WEBRTC,
    WEBSOCKET;

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
