package otherworld.webrtc.stun;

import static otherworld.webrtc.stun.StunFormat.ATTRIBUTE_HEADER_BYTES;
import static otherworld.webrtc.stun.StunFormat.uint16;

import java.util.Optional;

/**
 * Where the attributes of one received message are. Of several of a type the first counts, and
 * behind MESSAGE-INTEGRITY only FINGERPRINT does, since nobody vouches for the others (RFC 8489
 * sections 14 and 14.5).
 */
final class Attributes {
    private static final int NONE = -1;

    private final byte[] message;

    // Offsets of attributes; NONE without one.
    int username = NONE;
    int integrity = NONE;
    int fingerprint = NONE;
    int errorCode = NONE;
    int mapped = NONE;
    int controlled = NONE;
    int controlling = NONE;
    boolean useCandidate;

    /** The first that had to be understood and was not; 0 if none. */
    int unknownRequired;

    private Attributes(byte[] message) {
        this.message = message;
    }

    /** Empty if an attribute goes beyond the end of {@code message}, which is the whole message. */
    static Optional<Attributes> of(byte[] message) {
        Attributes found = new Attributes(message);
        int at = StunFormat.HEADER_BYTES;
        while (at < message.length) {
            if (at + ATTRIBUTE_HEADER_BYTES > message.length) {
                return Optional.empty();
            }
            int end = at + ATTRIBUTE_HEADER_BYTES + ((uint16(message, at + 2) + 3) & ~3);
            if (end > message.length) {
                return Optional.empty();
            }
            found.take(uint16(message, at), at);
            at = end;
        }
        return Optional.of(found);
    }

    static boolean has(int offset) {
        return offset != NONE;
    }

    /** Length of the value of the attribute at {@code offset}. */
    int length(int offset) {
        return uint16(message, offset + 2);
    }

    private void take(int type, int at) {
        if (type == StunFormat.FINGERPRINT) {
            fingerprint = first(fingerprint, at);
            return;
        }
        if (has(integrity)) {
            return;
        }
        switch (type) {
            case StunFormat.USERNAME -> username = first(username, at);
            case StunFormat.MESSAGE_INTEGRITY -> integrity = at;
            case StunFormat.ERROR_CODE -> errorCode = first(errorCode, at);
            case StunFormat.XOR_MAPPED_ADDRESS -> mapped = first(mapped, at);
            case StunFormat.ICE_CONTROLLED -> controlled = first(controlled, at);
            case StunFormat.ICE_CONTROLLING -> controlling = first(controlling, at);
            case StunFormat.USE_CANDIDATE -> useCandidate = true;
            case StunFormat.PRIORITY, StunFormat.UNKNOWN_ATTRIBUTES -> {}
            default -> unknown(type);
        }
    }

    /** Types below 0x8000 must be understood (RFC 8489 section 14). */
    private void unknown(int type) {
        if (unknownRequired == 0 && type < 0x8000) {
            unknownRequired = type;
        }
    }

    private static int first(int before, int at) {
        return has(before) ? before : at;
    }
}
