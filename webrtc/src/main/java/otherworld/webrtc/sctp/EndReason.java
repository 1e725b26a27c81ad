package otherworld.webrtc.sctp;

/** Why an association is over. */
public sealed interface EndReason {
    /** Both sides shut down gracefully: what was queued before is delivered. */
    record ShutDown() implements EndReason {}

    /** This side gave up on it. */
    record AbortedHere(String reason) implements EndReason {}

    /**
     * The peer gave up on it; the text is what it sent, printable ASCII of at most 128 characters.
     */
    record AbortedByPeer(String reason) implements EndReason {}

    /** The peer did not answer for as long as the settings allow. */
    record TimedOut(String waitingFor) implements EndReason {}

    /** The peer broke the protocol or a limit. */
    record ProtocolViolation(String what) implements EndReason {}
}
