package otherworld.instance.transport.signalling;

import java.util.Arrays;
import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.peer.CloseReason;
import otherworld.webrtc.port.PeerId;
import otherworld.webrtc.port.PeerListener;
import otherworld.webrtc.port.WebRtcPort;

/** Sends messages back. */
abstract class EchoListener implements PeerListener {
    /** Whose listener this is. */
    abstract WebRtcPort port();

    @Override
    public void connected(PeerId peer) {}

    @Override
    public void channelOpened(PeerId peer, DataChannel channel) {}

    @Override
    public void message(
            PeerId peer, DataChannel channel, MessageKind kind, byte[] buffer, int at, int length) {
        port().send(peer, channel, kind, Arrays.copyOfRange(buffer, at, at + length));
    }

    @Override
    public void channelClosed(PeerId peer, DataChannel channel) {}

    @Override
    public void closed(PeerId peer, CloseReason reason) {}
}
