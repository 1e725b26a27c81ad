package otherworld.webrtc.port;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.peer.CloseReason;

/** Sends every message back on its channel, and remembers what happened. */
final class EchoListener implements PeerListener {
    final List<PeerId> connected = new CopyOnWriteArrayList<>();
    final Map<PeerId, List<DataChannel>> channels = new ConcurrentHashMap<>();
    final Map<PeerId, CloseReason> closed = new ConcurrentHashMap<>();
    volatile @Nullable WebRtcPort port;

    /** The peer's first channel. */
    DataChannel channel(PeerId peer) {
        return channels.getOrDefault(peer, List.of()).getFirst();
    }

    @Override
    public void connected(PeerId peer) {
        connected.add(peer);
    }

    @Override
    public void channelOpened(PeerId peer, DataChannel channel) {
        channels.computeIfAbsent(peer, p -> new CopyOnWriteArrayList<>()).add(channel);
    }

    @Override
    public void message(
            PeerId peer,
            DataChannel channel,
            MessageKind kind,
            byte[] buffer,
            int offset,
            int length) {
        byte[] copy = Arrays.copyOfRange(buffer, offset, offset + length);
        if (new String(copy, java.nio.charset.StandardCharsets.UTF_8).equals("throw")) {
            throw new IllegalStateException("a listener's bug");
        }
        WebRtcPort to = port;
        if (to != null) {
            to.send(peer, channel, kind, copy);
        }
    }

    @Override
    public void channelClosed(PeerId peer, DataChannel channel) {
        channels.getOrDefault(peer, new CopyOnWriteArrayList<>()).remove(channel);
    }

    @Override
    public void closed(PeerId peer, CloseReason reason) {
        closed.put(peer, reason);
    }
}
