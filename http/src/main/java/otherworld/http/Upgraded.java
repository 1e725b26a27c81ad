package otherworld.http;

import io.netty.channel.ChannelInboundHandler;

/**
 * Has a connection from its 101 on, and what comes on it. No deadline of HTTP holds any more: that
 * the channel closes is up to this handler, also when the client says no more ({@code
 * ChannelInputShutdownEvent}). Once it has said whom it serves ({@link Place}) the connection keeps
 * its place however many others come; before, it may be closed for one of them.
 */
public interface Upgraded extends ChannelInboundHandler {
    /** A connection's, among those that may be open. */
    interface Place {
        /** It is no stranger's. Any thread; more than once does no harm. */
        void keep();
    }

    /** Called first. Without an answer of its own a handler keeps its place from the beginning. */
    default void begins(Place place) {
        place.keep();
    }

    /** The server ends: whoever has the connection says so to its client and closes it. */
    void closing();
}
