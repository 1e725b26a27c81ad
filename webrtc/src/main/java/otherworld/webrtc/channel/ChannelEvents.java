package otherworld.webrtc.channel;

import otherworld.webrtc.sctp.EndReason;

/**
 * What happens to a peer's data channels, told on the thread that called {@link DataChannels}. A
 * handler may open, send, close, shut down and abort; it must not call receive, advance or flush.
 */
public interface ChannelEvents {
    /**
     * The association is up. Told again when the peer began anew, after {@link #closed} for every
     * channel before.
     */
    default void associationUp() {}

    /** A channel can be used: the peer opened it, or confirmed the one opened here. */
    void opened(DataChannel channel);

    /** A whole message; the bytes are valid during the call only. */
    void message(DataChannel channel, MessageKind kind, byte[] buf, int off, int len);

    /** A send was refused as FULL before, and now half of the send buffer is free. */
    default void writable() {}

    /** A channel is closed in both directions; it is told nothing any more. */
    void closed(DataChannel channel);

    /** The last event; every channel was told {@link #closed} before. */
    void associationEnded(EndReason reason);
}
