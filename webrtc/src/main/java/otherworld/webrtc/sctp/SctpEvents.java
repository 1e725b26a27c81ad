package otherworld.webrtc.sctp;

/**
 * What happens to an association, told on the thread that called it. A handler may call {@code
 * send}, {@code resetStream}, {@code shutdown} and {@code abort}, never {@code receive}, {@code
 * advance} or {@code flush}.
 */
public interface SctpEvents {
    /** The handshake is done. */
    void up();

    /**
     * The peer began anew (RFC 9260 section 5.2): everything queued and every stream's state is
     * gone; {@link #up} follows.
     */
    void restarted();

    /** A whole message; the bytes are valid during the call only. */
    void message(int streamId, int ppid, byte[] buf, int off, int len);

    /** The peer closed its direction of a stream; everything it sent before was delivered. */
    void incomingReset(int streamId);

    /**
     * This side's direction of a stream is closed.
     *
     * @param reusable whether the peer agreed, so that the stream may carry something new
     */
    void outgoingReset(int streamId, boolean reusable);

    /** A message was refused as FULL before, and now half of the send buffer is free. */
    void writable();

    /** The last event. */
    void ended(EndReason reason);
}
