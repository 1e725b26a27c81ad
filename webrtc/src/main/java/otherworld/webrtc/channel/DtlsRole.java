package otherworld.webrtc.channel;

/**
 * Which side of the DTLS handshake this is; it decides who opens channels on which streams (RFC
 * 8832 section 6).
 */
public enum DtlsRole {
    /** Opens channels on even streams. */
    CLIENT(0),
    /** Opens channels on odd streams. */
    SERVER(1);

    private final int parity;

    DtlsRole(int parity) {
        this.parity = parity;
    }

    /** The first stream this side opens a channel on; the next are two apart. */
    int firstStream() {
        return parity;
    }
}
