package otherworld.webrtc.port;

/** What became of late candidates. */
public sealed interface CandidateOutcome {
    /** Well formed. A lite agent needs none of them: it answers where checks come from. */
    record Taken(int candidates) implements CandidateOutcome {}

    /** Malformed; {@code why} says what to send instead (HTTP 400). */
    record Refused(String why) implements CandidateOutcome {}

    /** Of another generation: it asks for an ICE restart, and there is none (HTTP 422). */
    record Restart(String why) implements CandidateOutcome {}

    /** No such peer (HTTP 404). */
    record UnknownPeer() implements CandidateOutcome {}
}
