package otherworld.webrtc.port;

/** What became of an offer. */
public sealed interface Acceptance {
    /**
     * The peer may connect now.
     *
     * @param answer SDP
     * @param ufrag of the offer: what the entity of this session is named by in late candidates
     */
    record Accepted(PeerId peer, String answer, String ufrag) implements Acceptance {}

    /** The offer cannot be answered; {@code why} says what to send instead (HTTP 400). */
    record Unacceptable(String why) implements Acceptance {}

    /** No room now; {@code why} names the limit (HTTP 503). */
    record Busy(String why) implements Acceptance {}
}
