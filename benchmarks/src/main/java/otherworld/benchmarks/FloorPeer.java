package otherworld.benchmarks;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.socket.SocketChannel;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import otherworld.local.process.Build;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessJvm;
import otherworld.local.process.ProcessSpec;

/** {@link FloorMain} and as many connections as there were players. */
final class FloorPeer implements AutoCloseable {
    private static final int HEAP_MIB = 512;
    private static final Duration START_LIMIT = Duration.ofSeconds(20);

    private final ChildProcess server;
    private final Round like;
    private final int port;

    private FloorPeer(ChildProcess server, Round like, int port) {
        this.server = server;
        this.like = like;
        this.port = port;
    }

    /**
     * @param name of its process
     * @param like whose messages are sent, in number and size
     */
    static FloorPeer start(Path root, Path work, Pinning pinning, String name, Round like)
            throws IOException, InterruptedException {
        int port = FreePorts.next();
        List<String> command = new ArrayList<>(pinning.serverPrefix());
        command.addAll(
                new Build(root)
                        .java(
                                "benchmarks",
                                FloorMain.class.getName(),
                                ProcessJvm.instance(HEAP_MIB)));
        command.add(Integer.toString(port));
        command.add(Double.toString(like.messagesPerSecond()));
        command.add(Long.toString(Math.round(like.bytesPerSecond() / like.messagesPerSecond())));
        Path log = work.resolve(name + ".log");
        ChildProcess server = ChildProcess.start(ProcessSpec.of(name, work, log, command));
        try {
            LogLine.await(server, log, "listening", START_LIMIT);
            return new FloorPeer(server, like, port);
        } catch (IOException | InterruptedException e) {
            server.kill();
            throw e;
        }
    }

    /**
     * Players come, are measured for a time, and go.
     *
     * @param moveBytes of each of the players' messages
     */
    Round round(int players, int movesHz, int moveBytes, Duration settle, Duration time)
            throws InterruptedException {
        EventLoopGroup loop = EventLoops.one();
        try {
            AtomicLong received = new AtomicLong();
            List<Channel> connections = connect(loop, port, players, received);
            send(loop, connections, movesHz, moveBytes);
            Thread.sleep(settle);
            long before = received.get();
            long startNs = System.nanoTime();
            CpuMeter cpu = CpuMeter.of(server);
            CpuMeter generator = CpuMeter.ofThisProcess();
            Thread.sleep(time);
            double seconds = (System.nanoTime() - startNs) / 1e9;
            double bytes = (received.get() - before) / seconds / players;
            return new Round(
                    cpu.cores(),
                    generator.cores(),
                    bytes,
                    bytes * like.messagesPerSecond() / like.bytesPerSecond(),
                    Double.NaN,
                    Double.NaN,
                    Double.NaN);
        } finally {
            loop.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(2, TimeUnit.SECONDS);
        }
    }

    @Override
    public void close() {
        server.close();
    }

    private static List<Channel> connect(
            EventLoopGroup loop, int port, int players, AtomicLong received)
            throws InterruptedException {
        Bootstrap bootstrap =
                new Bootstrap()
                        .group(loop)
                        .channel(EventLoops.channel())
                        .option(ChannelOption.TCP_NODELAY, true)
                        .handler(
                                new ChannelInitializer<SocketChannel>() {
                                    @Override
                                    protected void initChannel(SocketChannel channel) {
                                        channel.pipeline().addLast(new Count(received));
                                    }
                                });
        List<Channel> connections = new ArrayList<>();
        for (int i = 0; i < players; i++) {
            connections.add(bootstrap.connect("127.0.0.1", port).sync().channel());
        }
        return connections;
    }

    /** Each at its own moment of the interval, as players do. */
    private static void send(
            EventLoopGroup loop, List<Channel> connections, int movesHz, int bytes) {
        ByteBuf message =
                Unpooled.unreleasableBuffer(Unpooled.directBuffer(bytes).writeZero(bytes));
        long intervalNs = 1_000_000_000L / movesHz;
        for (int i = 0; i < connections.size(); i++) {
            Channel channel = connections.get(i);
            var _ =
                    loop.scheduleAtFixedRate(
                            () -> {
                                var _ =
                                        channel.writeAndFlush(
                                                message.duplicate(), channel.voidPromise());
                            },
                            intervalNs * i / connections.size(),
                            intervalNs,
                            TimeUnit.NANOSECONDS);
        }
    }

    private static final class Count extends ChannelInboundHandlerAdapter {
        private final AtomicLong received;

        Count(AtomicLong received) {
            this.received = received;
        }

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            if (message instanceof ByteBuf bytes) {
                received.addAndGet(bytes.readableBytes());
                bytes.release();
            }
        }
    }
}
