package otherworld.webrtc.stun;

import java.util.Optional;

/** What is asked of a TURN server (RFC 8656 section 17). */
public enum TurnMethod {
    ALLOCATE(0x003),
    REFRESH(0x004),
    CHANNEL_BIND(0x009);

    private final int code;

    TurnMethod(int code) {
        this.code = code;
    }

    /** The type of its request. */
    int request() {
        return code;
    }

    /** Of a request or an answer to one; empty for one that is never asked here. */
    static Optional<TurnMethod> of(int type) {
        for (TurnMethod method : values()) {
            if (method.code == (type & ~StunFormat.CLASS_BITS)) {
                return Optional.of(method);
            }
        }
        return Optional.empty();
    }
}
