package otherworld.webrtc.port;

/** Names a peer of one port, for the life of the process; never given twice. */
public record PeerId(long value) {
    @Override
    public String toString() {
        return "peer-" + value;
    }
}
