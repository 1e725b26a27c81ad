package otherworld.webrtc.port;

import otherworld.webrtc.channel.DataChannel;
import otherworld.webrtc.channel.MessageKind;
import otherworld.webrtc.peer.CloseReason;

/**
 * What happens to peers, told on the port's owner thread: handlers must not block, and hand work
 * over to threads of their own. They may call the port's methods. An exception that leaves a
 * handler closes the peer it was about.
 */
public interface PeerListener {
    /** DTLS and SCTP are up; channels follow. */
    void connected(PeerId peer);

    /** The peer has opened a channel. */
    void channelOpened(PeerId peer, DataChannel channel);

    /** A message. The bytes are valid during the call only. */
    void message(
            PeerId peer,
            DataChannel channel,
            MessageKind kind,
            byte[] buffer,
            int offset,
            int length);

    /** The channel is closed; the peer may go on. */
    void channelClosed(PeerId peer, DataChannel channel);

    /**
     * The last event of this peer. Every accepted peer gets it, whether or not it ever connected.
     */
    void closed(PeerId peer, CloseReason reason);
}
