package otherworld.webrtc.stun;

import java.net.InetSocketAddress;

/** What a datagram that begins like STUN turned out to be. */
public sealed interface StunInput {

    /** Which side of ICE the sender claims to be (RFC 8445 section 7.1.3). */
    enum ClaimedRole {
        CONTROLLING,
        CONTROLLED,
        NONE
    }

    /**
     * A connectivity check: a Binding request with USERNAME, MESSAGE-INTEGRITY and a right
     * FINGERPRINT. Nothing of it may be believed before {@link Signature#by} says so.
     *
     * @param transactionId 12 bytes
     * @param username as sent: the receiver's ufrag, a colon, the sender's ufrag
     * @param tieBreaker of the role attribute; 0 without one
     * @param unknownRequired an attribute that had to be understood and was not; 0 if none
     * @param bytes length of the whole message
     */
    record Check(
            byte[] transactionId,
            String username,
            ClaimedRole role,
            long tieBreaker,
            boolean useCandidate,
            int unknownRequired,
            Signature signature,
            int bytes)
            implements StunInput {}

    /** A Binding success response. {@code mapped} is our address as the other side sees it. */
    record Success(byte[] transactionId, InetSocketAddress mapped, Signature signature)
            implements StunInput {}

    /** A Binding error response, e.g. 487 role conflict. */
    record Failure(byte[] transactionId, int code, Signature signature) implements StunInput {}

    /** A Binding indication: a keep-alive that wants no answer. */
    record KeepAlive() implements StunInput {}

    /** Nothing that may be answered (RFC 8489 section 6.3: discard silently). */
    record Malformed(String why) implements StunInput {}
}
