package otherworld.instance.transport.signalling;

import java.util.Optional;
import otherworld.base.PlayerId;

/** The WebRTC peers, as signalling sees them. Thread-safe; nothing blocks. */
public interface Peers {
    /**
     * Answers an offer, and lets the peer connect for a while.
     *
     * @param reason why the client chose WebRTC, as it says
     * @param remote the client's address, for logs
     */
    Answer accept(PlayerId player, String offer, String reason, String remote);

    /** Late candidates of a session: its id, and the {@code application/trickle-ice-sdpfrag}. */
    Late addCandidates(String id, String fragment);

    /** The ETag of a session, without quotes; empty if there is no such session. */
    Optional<String> etag(String id);

    /** Ends a session; false if there is none. */
    boolean leave(String id);

    /** What became of an offer. */
    sealed interface Answer {
        /**
         * @param id of the session, which nobody can guess: whoever knows it may change and end it
         * @param etag of the session's ICE generation (RFC 9725, section 4.3), without quotes
         * @param sdp the answer
         */
        record Accepted(String id, String etag, String sdp) implements Answer {}

        /** {@code why} says what to send instead. */
        record Unacceptable(String why) implements Answer {}

        record TooManyOfPlayer(String why) implements Answer {}

        record Busy(String why) implements Answer {}
    }

    /** What became of late candidates. */
    sealed interface Late {
        record Taken() implements Late {}

        record Refused(String why) implements Late {}

        /** It asks for an ICE restart. */
        record Restart(String why) implements Late {}

        record Unknown() implements Late {}
    }
}
