package otherworld.instance.transport;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Who is at the other end. */
final class Remote {
    private Remote() {}

    /** Loopback with port 0 if the channel does not know, as one that has just closed. */
    static InetSocketAddress of(Channel channel) {
        return channel.remoteAddress() instanceof InetSocketAddress address
                ? address
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }
}
