package otherworld.webrtc.peer;

import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;

/** What happens in a {@link PeerStack}, on the owner thread. */
public interface StackEvents {
    /** The handshake has ended, well or badly: another may begin. */
    void handshakeEnded();

    /** DTLS and SCTP are up. */
    void connected();

    /** A channel is open, whoever opened it. */
    void channelOpened(DataChannel channel);

    /** The bytes are valid during the call only. */
    void message(DataChannel channel, MessageKind kind, byte[] buffer, int offset, int length);

    void channelClosed(DataChannel channel);

    /** The last event. */
    void ended(CloseReason reason);
}
