package otherworld.benchmarks;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/** HTTP and WebSocket echo of bench webrtc's server, by a library's own codecs. */
final class WebRtcEchoHttp {
    private static final int MAX_BODY_BYTES = 64 << 10;

    private WebRtcEchoHttp() {}

    /** What a request gets. */
    record Answer(HttpResponseStatus status, String body) {}

    /** Serves from now on, on daemon threads but one. */
    static void serve(
            InetSocketAddress bind, String echoPath, Function<FullHttpRequest, Answer> answers)
            throws InterruptedException {
        var _ =
                new ServerBootstrap()
                        .group(new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory()))
                        .channel(NioServerSocketChannel.class)
                        .childOption(ChannelOption.TCP_NODELAY, true)
                        .childHandler(
                                new ChannelInitializer<>() {
                                    @Override
                                    protected void initChannel(Channel channel) {
                                        channel.pipeline()
                                                .addLast(new HttpServerCodec())
                                                .addLast(new HttpObjectAggregator(MAX_BODY_BYTES))
                                                .addLast(
                                                        new WebSocketServerProtocolHandler(
                                                                echoPath))
                                                .addLast(new Echo())
                                                .addLast(new Requests(answers));
                                    }
                                })
                        .bind(bind)
                        .sync();
    }

    /** Sends back what it reads. */
    private static final class Echo extends SimpleChannelInboundHandler<BinaryWebSocketFrame> {
        @Override
        protected void channelRead0(ChannelHandlerContext context, BinaryWebSocketFrame frame) {
            var _ = context.writeAndFlush(frame.retain(), context.voidPromise());
        }
    }

    private static final class Requests extends SimpleChannelInboundHandler<FullHttpRequest> {
        private final Function<FullHttpRequest, Answer> answers;

        Requests(Function<FullHttpRequest, Answer> answers) {
            this.answers = answers;
        }

        @Override
        protected void channelRead0(ChannelHandlerContext context, FullHttpRequest request) {
            Answer answer = answers.apply(request);
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            var response =
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1, answer.status(), Unpooled.wrappedBuffer(body));
            response.headers().set(HttpHeaderNames.CONTENT_LENGTH, body.length);
            var _ = context.writeAndFlush(response, context.voidPromise());
        }
    }
}
