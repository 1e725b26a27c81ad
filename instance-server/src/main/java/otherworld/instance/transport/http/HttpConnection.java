package otherworld.instance.transport.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.util.ReferenceCountUtil;
import java.net.InetSocketAddress;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.metrics.InstanceMetrics.Limit;
import otherworld.ops.Problem;

/**
 * One connection as long as it speaks HTTP: a request at a time is read, answered, and only then
 * the next one read, so that pipelined requests are answered in their order and one client never
 * has more than one at work. Each state has its deadline. Event loop only.
 */
public final class HttpConnection extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(HttpConnection.class);

    private final Service service;
    private final InstanceMetrics metrics;
    private State state = State.HEAD;
    private HeadReader heads = new HeadReader();
    private @Nullable Head head;
    private @Nullable BodyReader body;
    private @Nullable ByteBuf unread;
    private @Nullable Deadline deadline;
    private boolean inputEnded;
    private boolean kept;

    private enum State {
        HEAD,
        BODY,
        ANSWERING,
        LEAVING
    }

    public HttpConnection(Service service, InstanceMetrics metrics) {
        this.service = service;
        this.metrics = metrics;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        Deadline first = new Deadline(context.executor(), () -> tooLate(context));
        deadline = first;
        first.in(Limits.HEAD_MS);
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        deadline().off();
        ReferenceCountUtil.release(unread);
        unread = null;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        ByteBuf bytes = (ByteBuf) read;
        if (state == State.LEAVING) {
            bytes.release();
            return;
        }
        ByteBuf before = unread;
        unread = before == null ? bytes : Unpooled.wrappedBuffer(before, bytes);
        if (state != State.ANSWERING) {
            go(context);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            if (state != State.ANSWERING) {
                var _ = context.close();
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause instanceof java.io.IOException) {
            log.debug(
                    "Connection of {} failed: {}",
                    context.channel().remoteAddress(),
                    cause.toString());
        } else {
            log.error("A bug: {} is let go", context.channel().remoteAddress(), cause);
        }
        var _ = context.close();
    }

    /** Reads on, as far as it goes. */
    private void go(ChannelHandlerContext context) {
        while (unread != null && (state == State.HEAD || state == State.BODY)) {
            ByteBuf bytes = unread;
            if (!bytes.isReadable()) {
                bytes.release();
                unread = null;
            } else if (state == State.HEAD) {
                head(context, bytes);
            } else {
                body(context, bytes);
            }
        }
    }

    private void head(ChannelHandlerContext context, ByteBuf bytes) {
        if (kept && !heads.begun()) {
            deadline().in(Limits.HEAD_MS); // all of it; the first one's began with the connection
        }
        switch (heads.read(bytes)) {
            case HeadReader.Outcome.More() -> {}
            case HeadReader.Outcome.Refused(Problem problem) -> refuse(context, problem);
            case HeadReader.Outcome.Whole(Head whole) -> {
                heads = new HeadReader();
                head = whole;
                body = new BodyReader(whole.length());
                state = State.BODY;
                deadline().in(Limits.BODY_MS);
                if (whole.length() instanceof Head.Length.None) {
                    body(context, bytes);
                } else if (whole.expectsContinue() && !bytes.isReadable()) {
                    var _ = context.writeAndFlush(Unpooled.wrappedBuffer(ResponseWriter.CONTINUE));
                }
            }
        }
    }

    private void body(ChannelHandlerContext context, ByteBuf bytes) {
        BodyReader reading = body;
        Head of = head;
        if (reading == null || of == null) {
            throw new IllegalStateException("a body without a head");
        }
        switch (reading.read(bytes)) {
            case BodyReader.Outcome.More() -> {}
            case BodyReader.Outcome.Refused(Problem problem) -> refuse(context, problem);
            case BodyReader.Outcome.Whole(byte[] whole) -> {
                head = null;
                body = null;
                InetSocketAddress remote = Remote.of(context.channel());
                answer(context, new Request(of, whole, remote));
            }
        }
    }

    private void answer(ChannelHandlerContext context, Request request) {
        state = State.ANSWERING;
        deadline().off();
        context.channel().config().setAutoRead(false);
        switch (service.begin(request)) {
            case Service.Outcome.Answered(Response response) -> send(context, request, response);
            case Service.Outcome.Later(Supplier<Response> work) ->
                    Thread.ofVirtual()
                            .name("request " + request.remote())
                            .start(() -> {
                                Response response = worked(request, work);
                                context.executor().execute(() -> send(context, request, response));
                            });
            case Service.Outcome.Upgraded(Response switching, var next) -> {
                ByteBuf early = unread;
                unread = null;
                var _ =
                        context.writeAndFlush(
                                ResponseWriter.bytes(context.alloc(), switching, true, false));
                context.channel().config().setAutoRead(true);
                var pipeline = context.pipeline();
                pipeline.replace(this, "websocket", next);
                if (early != null) {
                    pipeline.fireChannelRead(early);
                    pipeline.fireChannelReadComplete();
                }
            }
        }
    }

    private static Response worked(Request request, Supplier<Response> work) {
        try {
            return work.get();
        } catch (RuntimeException e) {
            log.error("{} {} failed", request.method(), request.path(), e);
            return Cors.open(
                    Response.problem(new Problem(HttpProblem.INTERNAL, "the request failed")));
        }
    }

    private void send(ChannelHandlerContext context, Request request, Response response) {
        boolean closes = request.head().closes() || inputEnded;
        ByteBuf bytes =
                ResponseWriter.bytes(
                        context.alloc(), response, request.method().equals("HEAD"), closes);
        if (closes) {
            leave(context, bytes);
            return;
        }
        deadline().in(Limits.ANSWER_MS);
        var _ =
                context.writeAndFlush(bytes)
                        .addListener(
                                (ChannelFutureListener)
                                        written -> {
                                            if (!written.isSuccess() || inputEnded) {
                                                var _ = context.close();
                                                return;
                                            }
                                            state = State.HEAD;
                                            kept = true;
                                            deadline().in(Limits.KEEP_ALIVE_MS);
                                            context.channel().config().setAutoRead(true);
                                            go(context);
                                        });
    }

    private void refuse(ChannelHandlerContext context, Problem problem) {
        metrics.refused(problem.kind().label());
        leave(
                context,
                ResponseWriter.bytes(
                        context.alloc(), Cors.open(Response.problem(problem)), false, true));
    }

    private void leave(ChannelHandlerContext context, ByteBuf lastWords) {
        state = State.LEAVING;
        deadline().off();
        ReferenceCountUtil.release(unread);
        unread = null;
        Farewell.send(context.channel(), lastWords);
    }

    private void tooLate(ChannelHandlerContext context) {
        boolean asks = state == State.BODY || (state == State.HEAD && heads.begun());
        if (asks) {
            metrics.hit(Limit.REQUEST_TIME);
            refuse(
                    context,
                    new Problem(
                            HttpProblem.REQUEST_TIMEOUT,
                            "its %s took more than %d ms"
                                    .formatted(
                                            state == State.HEAD ? "head" : "body",
                                            state == State.HEAD
                                                    ? Limits.HEAD_MS
                                                    : Limits.BODY_MS)));
        } else {
            metrics.hit(Limit.REQUEST_TIME);
            var _ = context.close(); // silent, or does not take its answer
        }
    }

    private Deadline deadline() {
        Deadline own = deadline;
        if (own == null) {
            throw new IllegalStateException("not on a channel yet");
        }
        return own;
    }
}
