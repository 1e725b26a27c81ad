package otherworld.webrtc.port;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import otherworld.webrtc.ice.LiteSession;
import otherworld.webrtc.ice.Path;
import otherworld.webrtc.peer.CloseReason;
import otherworld.webrtc.peer.CloseReason.Phase;
import otherworld.webrtc.peer.Connection;
import otherworld.webrtc.peer.PeerStack;

/** One peer of a port: its ICE session above what every connection has. Owner thread. */
final class Peer extends Connection {
    private final PeerId id;
    private final String localUfrag;
    private final String remoteUfrag;
    private final LiteSession ice;
    private final WebRtcSettings.Times times;
    private final long connectDeadlineNs;
    private long lingerDeadlineNs = Long.MAX_VALUE;
    private boolean connected;

    /** Written by the owner thread, read by all that send. */
    private volatile @Nullable Path path;

    Peer(
            PeerId id,
            String localUfrag,
            String remoteUfrag,
            LiteSession ice,
            WebRtcSettings.Times times,
            long nowNs,
            Function<Peer, PeerStack> stack) {
        this.id = id;
        this.localUfrag = localUfrag;
        this.remoteUfrag = remoteUfrag;
        this.ice = ice;
        this.times = times;
        this.connectDeadlineNs = nowNs + times.connect().toNanos();
        stack(stack.apply(this));
    }

    PeerId id() {
        return id;
    }

    String localUfrag() {
        return localUfrag;
    }

    String remoteUfrag() {
        return remoteUfrag;
    }

    LiteSession ice() {
        return ice;
    }

    /** Where to send; null while there is no path. Any thread. */
    @Nullable Path path() {
        return path;
    }

    /** Follows the ICE session's choice. */
    void followPath() {
        path = ice.selected().orElse(null);
    }

    boolean isConnected() {
        return connected;
    }

    void markConnected() {
        connected = true;
    }

    /** Begins to close gracefully. */
    void close(long nowNs) {
        lingerDeadlineNs = Math.min(lingerDeadlineNs, nowNs + times.linger().toNanos());
        stack().close(nowNs);
    }

    @Override
    protected long deadlineNs() {
        return switch (phase()) {
            case ICE, DTLS, SCTP -> connectDeadlineNs;
            case CONNECTED -> ice.lastHeardNs() + times.consent().toNanos();
            case CLOSING -> lingerDeadlineNs;
            case CLOSED -> Long.MAX_VALUE;
        };
    }

    @Override
    protected CloseReason giveUp() {
        Phase phase = phase();
        return switch (phase) {
            case ICE, DTLS, SCTP -> new CloseReason.ConnectTimeout(phase);
            case CONNECTED -> new CloseReason.ConsentLost(times.consent());
            case CLOSING, CLOSED -> new CloseReason.ClosedHere();
        };
    }

    @Override
    public String toString() {
        return id + " (" + localUfrag + ")";
    }
}
