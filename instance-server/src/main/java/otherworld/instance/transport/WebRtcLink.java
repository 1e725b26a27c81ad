package otherworld.instance.transport;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.instance.config.Limit;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.metrics.WebRtcMetrics;
import otherworld.protocol.Goodbye;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Messages;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.port.PeerId;
import otherworld.webrtc.port.WebRtcPort;

/**
 * One WebRTC peer as a link: what must arrive goes over its reliable channel, what may be lost over
 * its unreliable one as long as the peer is not behind. The port's owner thread does the sending.
 */
final class WebRtcLink implements ClientLink {
    private static final Logger log = LoggerFactory.getLogger(WebRtcLink.class);

    private final WebRtcPort port;
    private final PeerId peer;
    private final String remote;
    private final InstanceMetrics metrics;
    private final WebRtcMetrics webRtc;
    private final AtomicReference<@Nullable GoodbyeReason> ending = new AtomicReference<>();
    private volatile @Nullable DataChannel reliable;
    private volatile @Nullable DataChannel unreliable;
    private volatile boolean gone;
    private boolean unflushed; // simulation thread

    WebRtcLink(
            WebRtcPort port,
            PeerId peer,
            String remote,
            InstanceMetrics metrics,
            WebRtcMetrics webRtc) {
        this.port = port;
        this.peer = peer;
        this.remote = remote;
        this.metrics = metrics;
        this.webRtc = webRtc;
    }

    /** The client has opened its reliable channel; false if it has one. Owner thread. */
    boolean reliable(DataChannel channel) {
        boolean first = reliable == null;
        reliable = first ? channel : reliable;
        return first;
    }

    /** The client has opened its unreliable channel; false if it has one. Owner thread. */
    boolean unreliable(DataChannel channel) {
        boolean first = unreliable == null;
        unreliable = first ? channel : unreliable;
        return first;
    }

    /**
     * The client's unreliable channel is closed: what may be lost goes over the reliable one until
     * it opens another. False if it was not that. Owner thread.
     */
    boolean unreliableClosed(DataChannel channel) {
        boolean was = channel.equals(unreliable);
        unreliable = was ? null : unreliable;
        return was;
    }

    boolean isReliable(DataChannel channel) {
        return channel.equals(reliable);
    }

    boolean isUnreliable(DataChannel channel) {
        return channel.equals(unreliable);
    }

    /** The peer is gone: nothing can be sent any more. */
    void ended() {
        gone = true;
    }

    boolean isGone() {
        return gone;
    }

    @Override
    public void send(byte[] message) {
        DataChannel channel = reliable;
        if (gone || ending.get() != null || channel == null) {
            return;
        }
        boolean room = port.bufferedBytes(peer) + message.length <= Limits.OUTBOX_BYTES;
        if (room && port.send(peer, channel, MessageKind.BINARY, message)) {
            sent(message);
        } else if (!gone) {
            metrics.hit(Limit.OUTBOX);
            goodbye(GoodbyeReason.TOO_SLOW, 1_000, "more waits for this client than it takes");
        }
    }

    @Override
    public void sendUnreliable(byte[] message) {
        DataChannel loose = unreliable;
        DataChannel channel = loose == null ? reliable : loose; // a client may have one alone
        if (gone || ending.get() != null || channel == null) {
            return;
        }
        if (!isBehind() && port.send(peer, channel, MessageKind.BINARY, message)) {
            sent(message);
        } else {
            webRtc.skipped();
        }
    }

    /** Even a client with one channel acknowledges: it may open the other at any time. */
    @Override
    public boolean isReliable() {
        return false;
    }

    @Override
    public boolean isBehind() {
        return port.bufferedBytes(peer) > Limits.BEHIND_BYTES;
    }

    @Override
    public void flush() {
        if (unflushed) {
            unflushed = false;
            port.flush();
        }
    }

    @Override
    public void goodbye(GoodbyeReason reason, int retryAfterMs, String detail) {
        if (!ending.compareAndSet(null, reason)) {
            return;
        }
        metrics.goodbye(reason);
        log.info("Goodbye {} to {}: {}", reason, remote, detail);
        DataChannel channel = reliable;
        if (channel != null) {
            byte[] buffer = new byte[Goodbye.MAX_BYTES];
            int length = Messages.encode(new Goodbye(reason, retryAfterMs, detail), buffer, 0);
            port.send(peer, channel, MessageKind.BINARY, Arrays.copyOf(buffer, length));
        }
        port.close(peer); // lingers until the Goodbye has arrived
    }

    @Override
    public String remote() {
        return remote;
    }

    @Override
    public boolean isEnding() {
        return ending.get() != null;
    }

    private void sent(byte[] message) {
        unflushed = true;
        metrics.messagesOut.inc();
        metrics.bytesOut.inc(message.length);
    }
}
