package otherworld.webrtc.channel;

/** What a message is (RFC 8831 section 6.6). */
public enum MessageKind {
    /** UTF-8; whether it is valid is not checked. */
    TEXT(51, 56),
    BINARY(53, 57);

    private final int ppid;
    private final int emptyPpid;

    MessageKind(int ppid, int emptyPpid) {
        this.ppid = ppid;
        this.emptyPpid = emptyPpid;
    }

    /** Payload protocol identifier of a message with this many bytes. */
    int ppid(int bytes) {
        return bytes == 0 ? emptyPpid : ppid;
    }
}
