package otherworld.webrtc.sctp;

import org.jspecify.annotations.Nullable;

/**
 * A part of a message, or a whole one that waits for its turn.
 *
 * @param flags of its DATA chunk; of a whole message both BEGIN and END
 */
record Fragment(int tsn, int streamId, int ssn, int ppid, int flags, byte[] data) {
    boolean begins() {
        return (flags & Protocol.FLAG_BEGIN) != 0;
    }

    boolean ends() {
        return (flags & Protocol.FLAG_END) != 0;
    }

    boolean unordered() {
        return (flags & Protocol.FLAG_UNORDERED) != 0;
    }

    /** What it counts against the receive buffer. */
    int charge() {
        return data.length + SctpSettings.MESSAGE_OVERHEAD_BYTES;
    }

    /** Whether the other can follow it within one message. */
    boolean sameMessage(@Nullable Fragment other) {
        return other != null
                && streamId == other.streamId
                && ppid == other.ppid
                && unordered() == other.unordered()
                && (unordered() || ssn == other.ssn);
    }
}
