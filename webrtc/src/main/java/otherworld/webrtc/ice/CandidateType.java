package otherworld.webrtc.ice;

import java.util.Optional;

/** How a candidate was found (RFC 8839 section 5.1). */
public enum CandidateType {
    HOST("host"),
    SERVER_REFLEXIVE("srflx"),
    PEER_REFLEXIVE("prflx"),
    RELAYED("relay");

    private final String token;

    CandidateType(String token) {
        this.token = token;
    }

    /** Empty for one that is not known. */
    static Optional<CandidateType> parse(String token) {
        for (CandidateType type : values()) {
            if (type.token.equals(token)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }

    /** As candidate lines have it. */
    @Override
    public String toString() {
        return token;
    }
}
