package otherworld.matchmaker.fleet;

import io.grpc.netty.shaded.io.netty.channel.Channel;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioServerSocketChannel;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A listening socket that closes connections beyond a number before anything is read of them. */
final class LimitedAcceptor extends NioServerSocketChannel {
    private final int most;
    private final Runnable refused;
    private final AtomicInteger open = new AtomicInteger();

    LimitedAcceptor(int most, Runnable refused) {
        this.most = most;
        this.refused = refused;
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // closeFuture: the channel's own
    protected int doReadMessages(List<Object> accepted) throws Exception {
        int count = super.doReadMessages(accepted);
        if (count == 1) {
            Channel channel = (Channel) accepted.get(accepted.size() - 1);
            if (open.get() >= most) {
                accepted.remove(accepted.size() - 1);
                channel.unsafe().closeForcibly();
                refused.run();
            } else {
                open.incrementAndGet();
                channel.closeFuture().addListener(_ -> open.decrementAndGet());
            }
        }
        return count;
    }
}
