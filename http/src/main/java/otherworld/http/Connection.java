package otherworld.http;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import otherworld.http.ServerMetrics.Ended;
import otherworld.ops.Problem;

/**
 * One connection: reads a request, has it answered, reads the next. What a client sends too early
 * waits in the kernel, but for what came in one read of 8 KiB. The event loop's thread alone.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel
final class Connection extends ChannelInboundHandlerAdapter {
    private static final byte[] NO_BODY = {};

    /** What it waits for; each but {@link #HANDLING} has a deadline. */
    private enum Phase {
        IDLE,
        RECEIVING,
        HANDLING,
        ANSWERING,
        /** The last answer was sent; what still comes is dropped until the client has read it. */
        LINGERING,
        ENDED
    }

    private final HttpServer server;
    private final SocketChannel channel;
    private final Object address;
    private Phase phase = Phase.IDLE;
    private long deadlineNs;
    private boolean askedBefore;
    private boolean keepAlive;
    private final ArrayDeque<HttpObject> early = new ArrayDeque<>(4);
    private @Nullable HttpRequest head;
    private byte[] body = NO_BODY;
    private int bodyBytes;

    Connection(HttpServer server, SocketChannel channel, Object address) {
        this.server = server;
        this.channel = channel;
        this.address = address;
        deadlineIn(server.limits().request());
    }

    SocketChannel channel() {
        return channel;
    }

    /** Its client's, as {@link ConnectionTable} counts them. */
    Object address() {
        return address;
    }

    // ---- reading
    // ---------------------------------------------------------------------------------

    /** Bytes came, of whatever. */
    void arrived() {
        if (phase == Phase.IDLE) {
            phase = Phase.RECEIVING;
            if (askedBefore) {
                deadlineIn(server.limits().request());
            }
        }
    }

    /** Whether what comes next would be read. */
    boolean awaitsMore() {
        return switch (phase) {
            case IDLE, RECEIVING, LINGERING -> true;
            case HANDLING, ANSWERING, ENDED -> false;
        };
    }

    void notHttp() {
        refuse(new Problem(HttpProblem.BAD_REQUEST, "this port speaks HTTP/1.1 without TLS"));
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        early.add((HttpObject) message);
        readOn();
    }

    /** Takes what was decoded while it may; asks for more when there is none. */
    private void readOn() {
        while (awaitsMore()) {
            HttpObject next = early.poll();
            if (next == null) {
                channel.pipeline().firstContext().read();
                return;
            }
            try {
                read(next);
            } finally {
                ReferenceCountUtil.release(next);
            }
        }
    }

    private void read(HttpObject message) {
        if (phase == Phase.LINGERING) {
            return;
        }
        arrived(); // a pipelined request came with the one before
        DecoderResult decoded = message.decoderResult();
        if (decoded.isFailure()) {
            if (message instanceof HttpRequest begun) {
                head = begun; // as far as it was read: a page must be able to read the refusal
            }
            refuse(Framing.of(decoded.cause()));
            return;
        }
        if (message instanceof HttpRequest request && !begin(request)) {
            return;
        }
        if (message instanceof HttpContent content && !append(content)) {
            return;
        }
        if (message instanceof LastHttpContent) {
            dispatch();
        }
    }

    /** False if it was refused. */
    private boolean begin(HttpRequest request) {
        head = request;
        body = NO_BODY;
        bodyBytes = 0;
        keepAlive =
                request.protocolVersion().equals(HttpVersion.HTTP_1_1)
                        && !request.headers()
                                .containsValue(
                                        HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        Optional<Problem> wrong = Framing.check(request);
        if (wrong.isPresent()) {
            refuse(wrong.get());
            return false;
        }
        HttpHeaders headers = request.headers();
        if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)
                && Long.parseLong(headers.get(HttpHeaderNames.CONTENT_LENGTH))
                        > server.limits().bodyBytes()) {
            refuse(tooLarge());
            return false;
        }
        List<String> expected = headers.getAll(HttpHeaderNames.EXPECT);
        if (!expected.isEmpty() && request.protocolVersion().equals(HttpVersion.HTTP_1_1)) {
            if (expected.size() > 1 || !expected.get(0).equalsIgnoreCase("100-continue")) {
                refuse(
                        new Problem(
                                HttpProblem.EXPECTATION_FAILED, "there is '100-continue' alone"));
                return false;
            }
            channel.writeAndFlush(
                    new DefaultFullHttpResponse(
                            HttpVersion.HTTP_1_1,
                            HttpResponseStatus.CONTINUE,
                            Unpooled.EMPTY_BUFFER));
        }
        return true;
    }

    private boolean append(HttpContent content) {
        int more = content.content().readableBytes();
        if (more == 0) {
            return true;
        }
        if (bodyBytes + more > server.limits().bodyBytes()) {
            refuse(tooLarge());
            return false;
        }
        body = Arrays.copyOf(body, bodyBytes + more);
        content.content().readBytes(body, bodyBytes, more);
        bodyBytes += more;
        return true;
    }

    private Problem tooLarge() {
        return new Problem(
                HttpProblem.TOO_LARGE,
                "the body is more than %d bytes".formatted(server.limits().bodyBytes()));
    }

    private void dispatch() {
        HttpRequest request = head;
        if (request == null) {
            throw new IllegalStateException("a request ends that did not begin");
        }
        Target target;
        switch (Target.parse(request.method().name(), request.uri())) {
            case Target.Parsed.Good(Target good) -> target = good;
            case Target.Parsed.Bad(String reason) -> {
                refuse(new Problem(HttpProblem.BAD_REQUEST, reason));
                return;
            }
        }
        phase = Phase.HANDLING;
        askedBefore = true;
        server.table().busy(this);
        server.handle(this, new Request(request.method().name(), target, request.headers(), body));
        body = NO_BODY;
    }

    // ---- answering
    // -------------------------------------------------------------------------------

    /** What a handler said. */
    void answer(Response response) {
        if (phase != Phase.HANDLING) {
            return; // it was closed meanwhile
        }
        keepAlive &= !server.closing();
        send(response).addListener((ChannelFutureListener) this::sent);
    }

    private void sent(ChannelFuture sent) {
        if (!sent.isSuccess() || !keepAlive) {
            channel.close();
            return;
        }
        phase = Phase.IDLE;
        deadlineIn(server.limits().idle());
        server.table().idle(this);
        readOn();
    }

    /** Answers a request that no handler may see, and ends: what follows cannot be told from it. */
    private void refuse(Problem problem) {
        if (problem.kind() == HttpProblem.BAD_REQUEST) {
            server.metrics().ended(Ended.MALFORMED);
        }
        server.refused(problem);
        keepAlive = false;
        Response response = Response.of(problem);
        HttpRequest request = head;
        if (request != null) {
            Optional<String> origin =
                    Optional.ofNullable(request.headers().get(HttpHeaderNames.ORIGIN));
            for (Map.Entry<String, String> header : server.cors().headers(origin).entrySet()) {
                response = response.with(header.getKey(), header.getValue());
            }
        }
        send(response).addListener((ChannelFutureListener) this::linger);
    }

    /** Closing at once would reset the connection, and the client never read why. */
    private void linger(ChannelFuture sent) {
        if (!sent.isSuccess()) {
            channel.close();
            return;
        }
        phase = Phase.LINGERING;
        deadlineIn(HttpLimits.LINGER);
        channel.shutdownOutput();
        readOn();
    }

    private ChannelFuture send(Response response) {
        phase = Phase.ANSWERING;
        deadlineIn(server.limits().response());
        HttpRequest request = head;
        boolean headOnly = request != null && request.method().name().equals("HEAD");
        head = null;
        FullHttpResponse answer =
                new DefaultFullHttpResponse(
                        HttpVersion.HTTP_1_1,
                        HttpResponseStatus.valueOf(response.status()),
                        headOnly ? Unpooled.EMPTY_BUFFER : Unpooled.wrappedBuffer(response.body()));
        HttpHeaders headers = answer.headers();
        response.headers().forEach(headers::set);
        headers.set(HttpHeaderNames.DATE, server.date());
        if (response.status() != 204) {
            headers.set(HttpHeaderNames.CONTENT_LENGTH, response.body().length);
        }
        if (!keepAlive) {
            headers.set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        }
        return channel.writeAndFlush(answer);
    }

    // ---- ending
    // ----------------------------------------------------------------------------------

    private void deadlineIn(Duration time) {
        deadlineNs = System.nanoTime() + time.toNanos();
    }

    /** Ends it if its client let a deadline pass. */
    void expire(long nowNs) {
        if (phase == Phase.HANDLING || nowNs - deadlineNs < 0) {
            return;
        }
        switch (phase) {
            case RECEIVING -> {
                server.metrics().ended(Ended.SLOW_REQUEST);
                refuse(
                        new Problem(
                                HttpProblem.REQUEST_TIMEOUT,
                                "the request was not whole after %d s"
                                        .formatted(server.limits().request().toSeconds())));
            }
            case IDLE -> end(askedBefore ? Ended.IDLE : Ended.SLOW_REQUEST);
            case ANSWERING -> end(Ended.SLOW_READER);
            case LINGERING, HANDLING, ENDED -> channel.close();
        }
    }

    /** Closes it at once. */
    void end(Ended reason) {
        server.metrics().ended(reason);
        channel.close();
    }

    /** The server is going: closes what waits for nothing. */
    void stop() {
        if (phase == Phase.IDLE) {
            channel.close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        phase = Phase.ENDED;
        early.forEach(ReferenceCountUtil::release);
        early.clear();
        server.table().remove(this);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        server.failed(cause);
        channel.close();
    }
}
