package otherworld.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.http.ServerEvents.Ended;
import otherworld.ops.Problem;

/**
 * One connection as long as it speaks HTTP: a request at a time is read, answered, and only then
 * the next one read, so that pipelined requests are answered in their order and one client never
 * has more than one at work. What a client sends too early waits in the kernel, but for what came
 * in one read, or in the one after. Event loop only, where nothing else is said.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel
final class Connection extends ChannelInboundHandlerAdapter {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    /** What it waits for; each but HANDLING and UPGRADED has a deadline. */
    private enum Phase {
        HEAD,
        BODY,
        HANDLING,
        ANSWERING,
        /** The last answer was sent; what still comes is dropped until the client has read it. */
        LEAVING,
        /** Another handler has it. */
        UPGRADED,
        ENDED
    }

    private final Serving serving;
    private final Channel channel;
    private final AddressBlock address;
    private final Deadline deadline;
    private Phase phase = Phase.HEAD;
    private HeadReader heads;
    private @Nullable Head head;
    private @Nullable BodyReader body;
    private @Nullable ByteBuf unread;
    private @Nullable Upgraded successor;
    private boolean reading;
    private boolean askedBefore;
    private boolean inputEnded;

    Connection(Serving serving, Channel channel, AddressBlock address) {
        this.serving = serving;
        this.channel = channel;
        this.address = address;
        heads = new HeadReader(serving.limits());
        deadline = new Deadline(channel, this::expire);
    }

    Channel channel() {
        return channel;
    }

    /** Its client's, as {@link ConnectionTable} counts them. */
    AddressBlock address() {
        return address;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext context) {
        deadline.in(serving.limits().request());
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext context) {
        deadline.off();
        drop();
        if (phase != Phase.UPGRADED) {
            phase = Phase.ENDED;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object read) {
        ByteBuf bytes = (ByteBuf) read;
        if (phase == Phase.LEAVING || phase == Phase.ENDED) {
            bytes.release();
            return;
        }
        ByteBuf before = unread;
        unread = before == null ? bytes : Unpooled.wrappedBuffer(before, bytes);
        if (phase == Phase.HANDLING || phase == Phase.ANSWERING) {
            // Only now: most clients wait for their answer, and to stop and go costs system calls.
            channel.config().setAutoRead(false);
        }
        go();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded = true;
            switch (phase) {
                case HANDLING, ANSWERING -> {} // who asked and says no more is answered
                case HEAD, BODY, LEAVING, UPGRADED, ENDED -> channel.close();
            }
        }
        context.fireUserEventTriggered(event);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        if (cause.getCause() instanceof SSLException) { // no handshake, or not of this kind
            serving.events().ended(Ended.MALFORMED);
        } else if (!(cause instanceof IOException)) { // not merely a client that went away
            log.error("A bug: {} is let go", channel.remoteAddress(), cause);
        }
        channel.close();
    }

    // ---- reading
    // ---------------------------------------------------------------------------------

    /** Reads on, as far as it goes. */
    private void go() {
        if (reading) {
            return; // it was answered at once, from below
        }
        reading = true;
        try {
            while (unread != null && (phase == Phase.HEAD || phase == Phase.BODY)) {
                ByteBuf bytes = unread;
                if (!bytes.isReadable()) {
                    drop();
                } else if (phase == Phase.HEAD) {
                    head(bytes);
                } else {
                    body(bytes);
                }
            }
        } finally {
            reading = false;
        }
    }

    private void drop() {
        ReferenceCountUtil.release(unread);
        unread = null;
    }

    private void head(ByteBuf bytes) {
        if (askedBefore && !heads.begun()) {
            deadline.in(serving.limits().request()); // the first one's began with the connection
        }
        switch (heads.read(bytes)) {
            case HeadReader.Outcome.More() -> {}
            case HeadReader.Outcome.Refused(Problem problem) -> refuse(problem, heads.origin());
            case HeadReader.Outcome.Whole(Head whole) -> {
                heads = new HeadReader(serving.limits());
                head = whole;
                body = new BodyReader(whole.length(), serving.limits().bodyBytes());
                phase = Phase.BODY;
                if (whole.length() instanceof Head.Length.None) {
                    body(bytes);
                } else if (whole.expectsContinue() && !bytes.isReadable()) {
                    channel.writeAndFlush(Unpooled.wrappedBuffer(ResponseWriter.CONTINUE));
                }
            }
        }
    }

    private void body(ByteBuf bytes) {
        BodyReader begun = body;
        Head of = head;
        if (begun == null || of == null) {
            throw new IllegalStateException("a body without a head");
        }
        switch (begun.read(bytes)) {
            case BodyReader.Outcome.More() -> {}
            case BodyReader.Outcome.Refused(Problem problem) ->
                    refuse(problem, of.fields().first("origin"));
            case BodyReader.Outcome.Whole(byte[] whole) -> {
                head = null;
                body = null;
                handle(new Request(of, whole, remote()));
            }
        }
    }

    /** Loopback with port 0 if the channel does not know, as one that has just closed. */
    private InetSocketAddress remote() {
        return channel.remoteAddress() instanceof InetSocketAddress known
                ? known
                : new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    // ---- answering
    // -------------------------------------------------------------------------------

    private void handle(Request request) {
        if (!serving.table().busy(this)) {
            phase = Phase.ENDED; // it has just been displaced, and is about to be closed
            return;
        }
        phase = Phase.HANDLING;
        askedBefore = true;
        deadline.off();
        switch (serving.find(request)) {
            case Routes.Outcome.Now(Supplier<Response> work) ->
                    answer(request, serving.answer(request, work));
            case Routes.Outcome.Later(Supplier<Response> work) -> later(request, work);
            case Routes.Outcome.Upgrading(Supplier<Routes.Upgrade> work) -> upgrade(request, work);
        }
    }

    private void later(Request request, Supplier<Response> work) {
        try {
            serving.later(() -> {
                try {
                    Response response = serving.answer(request, work);
                    channel.eventLoop().execute(() -> answer(request, response));
                } catch (RejectedExecutionException e) {
                    log.debug("{} goes, and its answer with it", channel.remoteAddress());
                } catch (Error e) {
                    channel.close(); // it would wait for ever
                    throw e;
                }
            });
        } catch (RejectedExecutionException e) { // the server is going
            channel.close();
        }
    }

    private void upgrade(Request request, Supplier<Routes.Upgrade> work) {
        Routes.Upgrade upgrade;
        try {
            upgrade = work.get();
        } catch (RuntimeException e) {
            upgrade = new Routes.Upgrade.Refused(serving.refused(e));
        }
        switch (upgrade) {
            case Routes.Upgrade.Refused(Response answer) ->
                    answer(request, serving.readable(answer, request.header("Origin")));
            case Routes.Upgrade.Switched(Response switching, Upgraded next) ->
                    handOver(switching, next);
        }
    }

    private void handOver(Response switching, Upgraded next) {
        if (inputEnded || serving.closing()) {
            channel.close(); // nothing would come of it
            return;
        }
        ByteBuf early = unread;
        unread = null;
        phase = Phase.UPGRADED;
        successor = next;
        serving.table().handedOver(this);
        next.begins(() -> serving.table().known(this));
        channel.writeAndFlush(
                ResponseWriter.bytes(channel.alloc(), switching, serving.date(), true, false));
        channel.config().setAutoRead(true);
        channel.pipeline().replace(this, "upgraded", next);
        if (early == null) {
            return;
        }
        if (early.isReadable()) {
            channel.pipeline().fireChannelRead(early);
            channel.pipeline().fireChannelReadComplete();
        } else {
            early.release();
        }
    }

    /** What a handler said. */
    private void answer(Request request, Response response) {
        if (phase != Phase.HANDLING) {
            return; // it was closed meanwhile
        }
        boolean last = inputEnded && (unread == null || !unread.isReadable());
        boolean closes = request.head().closes() || last || serving.closing();
        send(response, request.method().equals("HEAD"), closes);
    }

    /** Answers a request that no handler may see, and ends: what follows cannot be told from it. */
    private void refuse(Problem problem, Optional<String> origin) {
        if (problem.kind() == HttpProblem.BAD_REQUEST) {
            serving.events().ended(Ended.MALFORMED);
        }
        Head of = head;
        send(
                serving.readable(serving.refused(problem), origin),
                of != null && of.method().equals("HEAD"),
                true);
    }

    private void send(Response response, boolean bodiless, boolean closes) {
        phase = Phase.ANSWERING;
        deadline.in(serving.limits().response());
        if (closes) {
            drop();
        }
        channel.writeAndFlush(
                        ResponseWriter.bytes(
                                channel.alloc(), response, serving.date(), bodiless, closes))
                .addListener((ChannelFutureListener) sent -> sent(sent, closes));
    }

    private void sent(ChannelFuture sent, boolean closes) {
        if (!sent.isSuccess() || (closes && inputEnded)) {
            channel.close();
        } else if (closes) {
            leave();
        } else if (phase == Phase.ANSWERING) {
            phase = Phase.HEAD;
            deadline.in(serving.limits().idle());
            serving.table().idle(this);
            if (!inputEnded) { // epoll has forgotten such a socket: to read on would fail
                channel.config().setAutoRead(true);
            }
            go();
            if (inputEnded && (phase == Phase.HEAD || phase == Phase.BODY) && !reading) {
                channel.close(); // the rest of its request will not come
            }
        }
    }

    // ---- ending
    // ----------------------------------------------------------------------------------

    /** Closing at once with unread bytes would reset the connection, and its last words be lost. */
    private void leave() {
        if (channel instanceof DuplexChannel duplex) {
            phase = Phase.LEAVING;
            drop();
            deadline.in(HttpLimits.LINGER);
            duplex.shutdownOutput();
            channel.config().setAutoRead(true);
        } else {
            channel.close();
        }
    }

    /** Ends it, since its client let a deadline pass. */
    private void expire() {
        switch (phase) {
            case HEAD -> {
                if (heads.begun()) {
                    tooSlow(heads.origin());
                } else {
                    end(askedBefore ? Ended.IDLE : Ended.SLOW_REQUEST);
                }
            }
            case BODY ->
                    tooSlow(Optional.ofNullable(head).flatMap(of -> of.fields().first("origin")));
            case ANSWERING -> end(Ended.SLOW_READER);
            case LEAVING -> channel.close();
            case HANDLING, UPGRADED, ENDED -> {}
        }
    }

    private void tooSlow(Optional<String> origin) {
        serving.events().ended(Ended.SLOW_REQUEST);
        refuse(
                new Problem(
                        HttpProblem.REQUEST_TIMEOUT,
                        "the request was not whole after %d s"
                                .formatted(serving.limits().request().toSeconds())),
                origin);
    }

    /** Closes it at once. Any thread. */
    void end(Ended reason) {
        serving.events().ended(reason);
        channel.close();
    }

    /** The server is going: closes what was not asked anything whole. */
    void stop() {
        Upgraded next = successor;
        if (next != null) {
            next.closing();
        } else if (phase == Phase.HEAD || phase == Phase.BODY) {
            channel.close();
        }
    }
}
