package otherworld.bots;

import java.util.Locale;

/** Which transport bots use. */
public enum TransportChoice {
    /**
     * WebRTC if it comes about in time, else WebSocket: one decision for each session. Of more than
     * {@link #MOST_WEBRTC} bots as many try it, evenly spread, and the others use WebSocket:
     * players have a device each for the cryptography, which is of one machine here.
     */
    AUTO,
    WEBRTC,
    /** WebRTC through the World's TURN server alone, as where no other UDP gets through. */
    TURN,
    WEBSOCKET;

    /** Bots of a run that try WebRTC unless all are told to. */
    static final int MOST_WEBRTC = 20;

    /** What bot {@code index} of {@code bots} does if all are to do this. */
    TransportChoice ofBot(int index, int bots) {
        int stride = Math.ceilDiv(bots, MOST_WEBRTC);
        return this == AUTO && index % stride != 0 ? WEBSOCKET : this;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
