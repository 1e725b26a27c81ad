package otherworld.webrtc.client;

import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.peer.CloseReason;

/** What happens to one client peer, on the owner thread: handlers must not block. */
public interface ClientListener {
    /** DTLS and SCTP are up; the channels asked for are being opened. */
    void connected();

    /** A channel can be used: the other side has confirmed it, or has opened it. */
    void channelOpened(DataChannel channel);

    /** The bytes are valid during the call only. */
    void message(DataChannel channel, MessageKind kind, byte[] buffer, int offset, int length);

    void channelClosed(DataChannel channel);

    /** The last event. */
    void closed(CloseReason reason);
}
