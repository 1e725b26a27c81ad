package otherworld.webrtc.sctp;

/** Where an association's packets go: into the DTLS connection below it. */
@FunctionalInterface
public interface PacketOut {
    /**
     * Sends one SCTP packet, on the thread that called the association. The array is used again at
     * once, so it must be copied to be kept. Must not call the association.
     *
     * @param len at most {@link SctpSettings#packetBytes()}
     */
    void send(byte[] buf, int off, int len);
}
