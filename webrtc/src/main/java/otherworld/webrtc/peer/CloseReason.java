package otherworld.webrtc.peer;

import java.time.Duration;
import otherworld.webrtc.sctp.EndReason;

/** Why a peer is gone. */
public sealed interface CloseReason {
    /** Asked for on this side. */
    record ClosedHere() implements CloseReason {}

    /** The peer said close_notify or shut its association down. */
    record ClosedByPeer() implements CloseReason {}

    /** Nothing authentic was heard for so long (RFC 7675). */
    record ConsentLost(Duration silence) implements CloseReason {}

    /** Not connected in time. */
    record ConnectTimeout(Phase reached) implements CloseReason {}

    /** No DTLS connection, or a fatal alert. */
    record DtlsFailed(String why) implements CloseReason {}

    /** The association failed. */
    record SctpEnded(EndReason reason) implements CloseReason {}

    /** A bug in handling this peer or in a listener; the log has more. */
    record Internal(String what) implements CloseReason {}

    /** How far a connection is. */
    enum Phase {
        /** No valid connectivity check yet. */
        ICE,
        /** A path, no handshake done yet. */
        DTLS,
        /** Encrypted, no association yet. */
        SCTP,
        CONNECTED,
        /** Closing gracefully. */
        CLOSING,
        CLOSED
    }
}
