package otherworld.http;

import io.netty.channel.ChannelInboundHandler;

/**
 * Has a connection from its 101 on, and what comes on it. No deadline of HTTP holds any more, and
 * the connection keeps its place however many others come, until its channel closes. That is up to
 * this handler, also when the client says no more ({@code ChannelInputShutdownEvent}).
 */
public interface Upgraded extends ChannelInboundHandler {
    /** The server ends: whoever has the connection says so to its client and closes it. */
    void closing();
}
