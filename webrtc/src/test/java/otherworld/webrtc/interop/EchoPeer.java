package otherworld.webrtc.interop;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.peer.CloseReason;
import otherworld.webrtc.port.PeerId;
import otherworld.webrtc.port.WebRtcPort;

/** Our side of one connection: what came, and a thread that sends it back in order. */
final class EchoPeer {
    private final PeerId id;
    private final List<DataChannel> opened = new CopyOnWriteArrayList<>();
    private final List<String> closedChannels = new CopyOnWriteArrayList<>();
    private final List<Arrived> arrived = new CopyOnWriteArrayList<>();
    private final BlockingQueue<Message> toSend = new LinkedBlockingQueue<>();
    private volatile @Nullable CloseReason closed;
    private volatile @Nullable Thread echo;
    private volatile String offer = "";
    private volatile String ufrag = "";

    private record Message(DataChannel channel, MessageKind kind, byte[] bytes) {}

    private record Arrived(String label, Payload payload) {}

    EchoPeer(PeerId id) {
        this.id = id;
    }

    PeerId id() {
        return id;
    }

    void offered(String sdp, String offeredUfrag) {
        offer = sdp;
        ufrag = offeredUfrag;
    }

    String offer() {
        return offer;
    }

    String ufrag() {
        return ufrag;
    }

    void startEcho(WebRtcPort port) {
        echo = Thread.ofVirtual().name("echo-" + id).start(() -> sendBack(port));
    }

    private void sendBack(WebRtcPort port) {
        try {
            while (closed == null) {
                Message message = toSend.take();
                while (closed == null
                        && !port.send(id, message.channel(), message.kind(), message.bytes())) {
                    Thread.sleep(2); // no room until more was acknowledged
                }
                port.flush();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void opened(DataChannel channel) {
        opened.add(channel);
    }

    /** The one that is or was open under this label last. */
    DataChannel channel(String label) {
        return opened.reversed().stream()
                .filter(channel -> channel.spec().label().equals(label))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no channel " + label + " in " + opened));
    }

    void message(DataChannel channel, MessageKind kind, byte[] buffer, int offset, int length) {
        arrived.add(new Arrived(channel.spec().label(), Payload.of(kind, buffer, offset, length)));
        byte[] copy = Arrays.copyOfRange(buffer, offset, offset + length);
        toSend.add(new Message(channel, kind, copy));
    }

    List<Payload> received(String label) {
        return arrived.stream()
                .filter(message -> message.label().equals(label))
                .map(Arrived::payload)
                .toList();
    }

    void channelClosed(DataChannel channel) {
        closedChannels.add(channel.spec().label());
    }

    boolean sawChannelClosed(String label) {
        return closedChannels.contains(label);
    }

    void closed(CloseReason reason) {
        closed = reason;
        stop();
    }

    Optional<CloseReason> closeReason() {
        return Optional.ofNullable(closed);
    }

    void stop() {
        Thread thread = echo;
        if (thread != null) {
            thread.interrupt();
        }
    }
}
