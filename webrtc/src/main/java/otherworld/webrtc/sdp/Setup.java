package otherworld.webrtc.sdp;

/** Who sends the ClientHello (RFC 4145, RFC 8842). */
public enum Setup {
    ACTIVE,
    PASSIVE,
    ACTPASS;

    /** As written behind {@code a=setup:}. */
    public String text() {
        return switch (this) {
            case ACTIVE -> "active";
            case PASSIVE -> "passive";
            case ACTPASS -> "actpass";
        };
    }
}
