package otherworld.matchmaker.fleet;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;
import java.util.Optional;

/**
 * A listening socket that, beyond a number of connections, closes the oldest stranger's for a new
 * one, or, where there is none, the new one before anything is read of it.
 */
@SuppressWarnings("FutureReturnValueIgnored") // closing: the channels' own
final class LimitedAcceptor extends NioServerSocketChannel {
    private final Strangers strangers;
    private final Runnable refused;

    LimitedAcceptor(Strangers strangers, Runnable refused) {
        this.strangers = strangers;
        this.refused = refused;
    }

    @Override
    protected int doReadMessages(List<Object> accepted) throws Exception {
        int count = super.doReadMessages(accepted);
        if (count == 1) {
            Channel channel = (Channel) accepted.get(accepted.size() - 1);
            Optional<Channel> tooMany = strangers.add(channel);
            tooMany.ifPresent(_ -> refused.run());
            if (tooMany.filter(channel::equals).isPresent()) {
                accepted.remove(accepted.size() - 1);
                channel.unsafe().closeForcibly();
            } else {
                channel.closeFuture().addListener(_ -> strangers.remove(channel));
                tooMany.ifPresent(LimitedAcceptor::end);
            }
        }
        return count;
    }

    /** One that was accepted in the same turn has no event loop yet. */
    private static void end(Channel channel) {
        if (channel.isRegistered()) {
            channel.close();
        } else {
            channel.unsafe().closeForcibly();
        }
    }
}
