package otherworld.webrtc.dtls;

/** Sends one datagram to the peer; may be called from any thread, may drop, never blocks. */
@FunctionalInterface
public interface DatagramOut {
    /** The array is the caller's again after the call. */
    void send(byte[] datagram, int offset, int length);
}
