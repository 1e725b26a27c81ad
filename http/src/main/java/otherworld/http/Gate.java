package otherworld.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.util.AttributeKey;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.http.ConnectionTable.Admission;
import otherworld.http.ServerEvents.Ended;

/**
 * Lets connections in or closes them, before they have a thread or a byte of memory. The thread
 * that accepts.
 */
final class Gate extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(Gate.class);
    private static final AttributeKey<Connection> CONNECTION =
            AttributeKey.valueOf(Gate.class, "connection");
    private static final Duration QUIET = Duration.ofSeconds(10);

    private final Serving serving;
    private long lastLogNs = System.nanoTime() - QUIET.toNanos();

    Gate(Serving serving) {
        this.serving = serving;
    }

    /** The connection of a channel that was let in. */
    static Connection admitted(Channel channel) {
        return channel.attr(CONNECTION).get();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object accepted) {
        Channel channel = (Channel) accepted;
        if (!(channel.remoteAddress() instanceof InetSocketAddress peer)) {
            channel.unsafe().closeForcibly(); // it has gone again
            return;
        }
        Connection connection =
                new Connection(serving, channel, AddressBlock.of(peer.getAddress()));
        switch (serving.table().add(connection)) {
            case Admission.Admitted<Connection>() -> {}
            case Admission.Displaced<Connection>(Connection victim, ConnectionTable.Limit limit) ->
                    victim.end(limitMet(limit));
            case Admission.Refused<Connection>(ConnectionTable.Limit limit) -> {
                serving.events().ended(limitMet(limit));
                channel.config().setOption(ChannelOption.SO_LINGER, 0); // nothing lingers
                channel.unsafe().closeForcibly();
                return;
            }
        }
        channel.closeFuture().addListener(_ -> serving.table().remove(connection));
        channel.attr(CONNECTION).set(connection);
        context.fireChannelRead(accepted);
    }

    private Ended limitMet(ConnectionTable.Limit limit) {
        long now = System.nanoTime();
        if (now - lastLogNs >= QUIET.toNanos()) {
            lastLogNs = now;
            log.warn(
                    "There are as many connections as may be ({} of {}, {} from one address): new ones displace those that ask nothing",
                    serving.table().size(),
                    serving.limits().connections(),
                    serving.limits().connectionsPerAddress());
        }
        return limit == ConnectionTable.Limit.IN_ALL ? Ended.LIMIT_IN_ALL : Ended.LIMIT_PER_ADDRESS;
    }
}
