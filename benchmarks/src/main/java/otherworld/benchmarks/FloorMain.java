package otherworld.benchmarks;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.ReferenceCountUtil;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;

/**
 * The floor of bench presence: one event loop that reads what players send and throws it away, and
 * writes as many messages of as many bytes as an instance did. It knows no WebSocket, no players
 * and no world.
 *
 * <p>Arguments: port, messages a second to each connection, bytes of each.
 */
final class FloorMain {
    private FloorMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        int port = Integer.parseInt(arguments[0]);
        long intervalNs = Math.round(1e9 / Double.parseDouble(arguments[1]));
        ByteBuf message =
                Unpooled.unreleasableBuffer(
                        Unpooled.directBuffer(Integer.parseInt(arguments[2]))
                                .writeZero(Integer.parseInt(arguments[2])));
        EventLoopGroup loop = EventLoops.one();
        List<Channel> players =
                new CopyOnWriteArrayList<>(); // a failed write closes one while all are told
        new ServerBootstrap()
                .group(loop)
                .channel(EventLoops.serverChannel())
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(
                        new ChannelInitializer<SocketChannel>() {
                            @Override
                            protected void initChannel(SocketChannel channel) {
                                players.add(channel); // on the one event loop
                                channel.closeFuture()
                                        .addListener(closed -> players.remove(channel));
                                channel.pipeline().addLast(new Discard());
                            }
                        })
                .bind("127.0.0.1", port)
                .sync();
        var _ =
                loop.scheduleAtFixedRate(
                        () -> {
                            for (Channel player : players) {
                                if (player.isWritable()) {
                                    var _ =
                                            player.writeAndFlush(
                                                    message.duplicate(), player.voidPromise());
                                }
                            }
                        },
                        intervalNs,
                        intervalNs,
                        TimeUnit.NANOSECONDS);
        System.out.println("listening");
        Thread.currentThread().join();
    }

    private static final class Discard extends ChannelInboundHandlerAdapter {
        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ReferenceCountUtil.release(message);
        }
    }
}
