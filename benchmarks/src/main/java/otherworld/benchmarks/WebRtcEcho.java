package otherworld.benchmarks;

import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.peer.CloseReason;
import otherworld.webrtc.port.PeerId;
import otherworld.webrtc.port.PeerListener;
import otherworld.webrtc.port.WebRtcPort;

/** What the bench's server does with messages: {@link WebRtcEchoMain}. */
final class WebRtcEcho implements PeerListener {
    private static final long TICK_NS = 50_000_000;

    /** Who has no load while another server is measured says nothing. */
    private static final long QUIET_AFTER_NS = 500_000_000;

    private static final byte[] STATE_BYTES = new byte[WebRtcLoad.MESSAGE_BYTES];

    private final Map<PeerId, DataChannel> states = new ConcurrentHashMap<>();
    private final AtomicLong in = new AtomicLong();
    private final AtomicLong out = new AtomicLong();
    private final AtomicLong skipped = new AtomicLong();
    private volatile long lastInNs;
    private volatile @Nullable WebRtcPort port;

    /** Ticks from now on, on a thread of its own, as a simulation does. */
    void start(WebRtcPort opened) {
        port = opened;
        Thread.ofPlatform().name("ticks").daemon().start(() -> tick(opened));
    }

    private void tick(WebRtcPort opened) {
        long dueNs = System.nanoTime();
        while (true) {
            if (System.nanoTime() - lastInNs < QUIET_AFTER_NS) {
                tell(opened);
            }
            dueNs += TICK_NS;
            LockSupport.parkNanos(dueNs - System.nanoTime());
        }
    }

    private void tell(WebRtcPort opened) {
        states.forEach((peer, channel) -> send(peer, channel, MessageKind.BINARY, STATE_BYTES));
        opened.flush();
    }

    private void send(PeerId peer, DataChannel channel, MessageKind kind, byte[] message) {
        WebRtcPort opened = port;
        boolean taken = opened != null && opened.send(peer, channel, kind, message);
        (taken ? out : skipped).incrementAndGet();
    }

    long messagesIn() {
        return in.get();
    }

    long messagesOut() {
        return out.get();
    }

    long skipped() {
        return skipped.get();
    }

    @Override
    public void connected(PeerId peer) {}

    @Override
    public void channelOpened(PeerId peer, DataChannel channel) {
        if (channel.spec().label().equals(WebRtcEchoMain.STATE)) {
            states.put(peer, channel);
        }
    }

    @Override
    public void message(
            PeerId peer,
            DataChannel channel,
            MessageKind kind,
            byte[] buffer,
            int offset,
            int length) {
        in.incrementAndGet();
        lastInNs = System.nanoTime();
        if (!channel.spec().label().equals(WebRtcEchoMain.STATE)) {
            send(peer, channel, kind, Arrays.copyOfRange(buffer, offset, offset + length));
        }
    }

    @Override
    public void channelClosed(PeerId peer, DataChannel channel) {}

    @Override
    public void closed(PeerId peer, CloseReason reason) {
        states.remove(peer);
    }
}
