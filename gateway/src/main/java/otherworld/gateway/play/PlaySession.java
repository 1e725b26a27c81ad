package otherworld.gateway.play;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;
import otherworld.gateway.AddressCounts;
import otherworld.gateway.GatewayMetrics;
import otherworld.gateway.GatewayMetrics.Ended;
import otherworld.gateway.InstanceTls;
import otherworld.gateway.Limits;
import otherworld.gateway.Places;
import otherworld.http.Farewell;
import otherworld.http.Upgraded;
import otherworld.http.websocket.CloseCode;
import otherworld.http.websocket.FrameReader;
import otherworld.http.websocket.Frames;
import otherworld.ops.log.LogContext;
import otherworld.protocol.CloseCodes;
import otherworld.protocol.Goodbye;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Hello;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.Protocol;
import otherworld.tickets.Token;
import otherworld.tracing.Tracing;

/**
 * One player's connection, from its upgrade to its end: the first message is read here and must be
 * a Hello with a good token; then it goes to the instance as it came, and all that follows as well.
 * What is refused here is refused with the Goodbye that the instance would say. Event loop only,
 * where nothing else is said.
 */
@SuppressWarnings("FutureReturnValueIgnored") // a write that fails closes the channel
final class PlaySession extends ChannelInboundHandlerAdapter
        implements Upgraded, FrameReader.Sink, Upstream.Listener {
    private static final Logger log = LoggerFactory.getLogger(PlaySession.class);
    private static final int DRAIN_RETRY_MS = 100;

    private enum Phase {
        GREETING,
        CHECKING,
        DIALLING,
        OPEN,
        /** The last was said; what comes is dropped. */
        ENDING
    }

    /**
     * What all sessions of a gateway share.
     *
     * @param drain how long it takes to send them away
     */
    record Shared(
            Checks checks,
            AddressCounts players,
            GatewayMetrics metrics,
            Duration drain,
            InstanceTls instances,
            Tracing tracing) {}

    private final Shared shared;
    private final InstanceId instance;
    private final UpstreamHandshake handshake;
    private final InetAddress client;
    private final FrameReader frames = new FrameReader(Messages.MAX_CLIENT_BYTES, this);
    private final ServerFrames passed = new ServerFrames();
    private Phase phase = Phase.GREETING;
    private @Nullable ChannelHandlerContext context;
    private @Nullable ByteBuf early;
    private @Nullable Upstream upstream;
    private Places.@Nullable Place place;
    private Upgraded.Place connectionPlace = () -> {};
    private boolean acquired;
    private @Nullable ScheduledFuture<?> patience;
    private long helloNs;
    private Optional<PassingTrace> trace = Optional.empty();
    private Optional<Token> token = Optional.empty();
    private boolean dialledAgain;
    private boolean counted;
    private boolean drains;

    /**
     * @param reason for this transport, as the client says; empty if it says none
     * @param client the player's address
     */
    PlaySession(Shared shared, InstanceId instance, String reason, InetAddress client) {
        this.shared = shared;
        this.instance = instance;
        this.handshake = new UpstreamHandshake(reason, client.getHostAddress());
        this.client = client;
    }

    @Override
    public void begins(Upgraded.Place given) {
        connectionPlace = given;
        // Before its 101 is written: whoever has read that is counted among who came before them.
        acquired = shared.players().tryAcquire(client);
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        if (!acquired) { // others came at the same moment
            goodbye(GoodbyeReason.NOT_READY, 1_000, "too many players of one address");
            return;
        }
        added.channel().closeFuture().addListener(_ -> shared.players().release(client));
        patience(
                Limits.HELLO,
                () -> goodbye(GoodbyeReason.HELLO_TIMEOUT, 1_000, "no Hello in time"));
    }

    // ---- the client
    // -------------------------------------------------------------------------------

    @Override
    public void channelRead(ChannelHandlerContext from, Object read) {
        ByteBuf bytes = (ByteBuf) read;
        switch (phase) {
            case OPEN -> {
                shared.metrics().bytesToInstances.inc(bytes.readableBytes());
                upstream().send(bytes);
            }
            case GREETING -> greet(bytes);
            case CHECKING, DIALLING -> keep(bytes);
            case ENDING -> bytes.release();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        if (phase == Phase.OPEN) {
            upstream().flush();
        }
    }

    /** Reads until the Hello is whole; it stays as it came, for the instance. */
    private void greet(ByteBuf bytes) {
        int from = bytes.readerIndex();
        frames.read(bytes);
        bytes.readerIndex(from);
        keep(bytes);
    }

    private void keep(ByteBuf bytes) {
        try {
            if (phase == Phase.ENDING) {
                return;
            }
            ByteBuf kept = early == null ? channel().alloc().buffer(512) : early;
            early = kept;
            if (kept.readableBytes() + bytes.readableBytes() > Limits.EARLY_BYTES) {
                goodbye(GoodbyeReason.MALFORMED, 0, "too much before Hello was answered");
                return;
            }
            kept.writeBytes(bytes);
        } finally {
            bytes.release();
        }
    }

    @Override
    public boolean message(byte[] buffer, int offset, int length) {
        helloNs = System.nanoTime();
        try {
            if (Messages.decodeClient(buffer, offset, length) instanceof Hello hello) {
                // Which version it becomes is the instance's affair, which may be of another build.
                if (hello.newest() >= Protocol.OLDEST) {
                    check(hello);
                } else {
                    goodbye(
                            GoodbyeReason.VERSION_UNSUPPORTED,
                            0,
                            "this server speaks versions %d to %d"
                                    .formatted(Protocol.OLDEST, Protocol.VERSION));
                }
            } else {
                goodbye(GoodbyeReason.MALFORMED, 0, "the first message is Hello");
            }
        } catch (MalformedMessage e) {
            goodbye(GoodbyeReason.MALFORMED, 0, String.valueOf(e.getMessage()));
        }
        return false;
    }

    private void check(Hello hello) {
        phase = Phase.CHECKING;
        channel().config().setAutoRead(false);
        patience(Duration.ZERO, () -> {});
        ask(() -> shared.checks().check(hello, instance));
    }

    private void known(Token shown) {
        token = Optional.of(shown);
        trace = PassingTrace.begin(shared.tracing(), shown, helloNs);
    }

    /** What is logged in it says whom it concerns, once that is known. */
    private void logged(Runnable line) {
        token.ifPresentOrElse(it -> LogContext.of(it.player(), it.instance()).run(line), line);
    }

    /** Asks on a virtual thread what may block. */
    private void ask(Supplier<Checks.Outcome> question) {
        Thread.ofVirtual()
                .name("check " + client.getHostAddress())
                .start(() -> {
                    Checks.Outcome outcome;
                    try {
                        outcome = question.get();
                    } catch (RuntimeException e) {
                        log.error("A bug: {} is let go", client, e);
                        outcome =
                                new Checks.Outcome.Refused(
                                        GoodbyeReason.INTERNAL, 1_000, "an error in this server");
                    }
                    Checks.Outcome known = outcome;
                    try {
                        channel().eventLoop().execute(() -> checked(known));
                    } catch (RejectedExecutionException e) {
                        log.debug("{} goes with the process", client);
                    }
                });
    }

    private void checked(Checks.Outcome outcome) {
        if (phase != Phase.CHECKING) {
            return;
        }
        switch (outcome) {
            case Checks.Outcome.Refused(GoodbyeReason reason, int retryMs, String detail) ->
                    goodbye(reason, retryMs, detail);
            case Checks.Outcome.Passed(Places.Place found, Optional<Token> shown) -> {
                shown.ifPresent(this::known);
                trace.ifPresent(it -> it.dials(found));
                phase = Phase.DIALLING;
                place = found;
                // An instance of before an upgrade speaks no TLS: the second attempt is for it.
                boolean plain = dialledAgain && shared.instances().permissive();
                if (plain) {
                    shared.metrics().plainDials.inc();
                }
                connectionPlace.keep();
                upstream =
                        Upstream.dial(
                                channel().eventLoop(),
                                channel() instanceof EpollSocketChannel,
                                found,
                                plain
                                        ? Optional.empty()
                                        : shared.instances().engine(instance, found),
                                handshake,
                                this);
            }
        }
    }

    @Override
    public void ping(byte[] buffer, int offset, int length) {} // the instance answers it

    @Override
    public void idle() {}

    @Override
    public void closed(int code) {
        ByteBuf answer = channel().alloc().buffer(Frames.CLOSE_BYTES);
        if (code == 0) {
            Frames.close(answer);
        } else {
            Frames.close(code, answer);
        }
        farewell(answer);
    }

    @Override
    public void failed(CloseCode code, String why) {
        goodbye(GoodbyeReason.MALFORMED, 0, why, code.number());
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext from) {
        if (phase != Phase.OPEN) {
            return;
        }
        boolean writable = channel().isWritable();
        upstream().read(writable);
        if (writable) {
            patience(Duration.ZERO, () -> {});
        } else {
            shared.metrics().waitsForClients.inc();
            patience(Limits.STALLED, () -> end(Ended.STALLED));
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext from, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent)) {
            return;
        }
        if (phase == Phase.OPEN) { // the instance ends it
            upstream().clientEnded();
            patience(Limits.LINGER, () -> end(Ended.CLIENT));
        } else {
            channel().close();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext from) {
        end(Ended.CLIENT);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
        if (!(cause instanceof IOException)) {
            log.error("A bug: {} is let go", client, cause);
        }
        end(Ended.CLIENT);
    }

    // ---- the instance
    // -----------------------------------------------------------------------------

    @Override
    public void opened() {
        if (phase != Phase.DIALLING) {
            upstream().close();
            return;
        }
        phase = Phase.OPEN;
        counted = true;
        shared.metrics().sessions.inc();
        shared.metrics().sessionsBegun.inc();
        shared.metrics().openSeconds.observe((System.nanoTime() - helloNs) / 1e9);
        ByteBuf hello = early;
        early = null;
        if (hello != null) {
            shared.metrics().bytesToInstances.inc(hello.readableBytes());
            upstream().send(hello);
            upstream().flush();
        }
        trace.ifPresent(PassingTrace::opened);
        trace = Optional.empty();
        channel().config().setAutoRead(upstream().isWritable());
    }

    @Override
    public void received(ByteBuf bytes) {
        if (phase != Phase.OPEN) {
            bytes.release();
            return;
        }
        shared.metrics().bytesToClients.inc(bytes.readableBytes());
        if (drains) {
            int end = passed.passFrame(bytes);
            boolean whole = passed.atBoundary();
            bytes.writerIndex(end);
            channel().write(bytes, channel().voidPromise());
            if (whole) {
                drained();
            }
            return;
        }
        passed.pass(bytes);
        channel().write(bytes, channel().voidPromise());
    }

    @Override
    public void receivedAll() {
        channel().flush();
    }

    @Override
    public void writable(boolean writable) {
        if (phase == Phase.OPEN) {
            channel().config().setAutoRead(writable);
            if (!writable) {
                shared.metrics().waitsForInstances.inc();
            }
        }
    }

    @Override
    public void ended(boolean opened, String why) {
        if (opened && phase == Phase.OPEN) {
            // As the instance left it: what it said last arrives, with its close code; what it did
            // not say is not made up.
            over(Ended.INSTANCE);
            channel()
                    .writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(
                            (ChannelFutureListener)
                                    _ -> {
                                        if (channel() instanceof DuplexChannel duplex) {
                                            duplex.shutdownOutput();
                                        }
                                    });
            channel().config().setAutoRead(true);
            patience(Limits.LINGER, () -> channel().close());
        } else if (phase == Phase.DIALLING) {
            notDialled(why);
        }
    }

    /** Perhaps it has moved a moment ago: the ledger is asked once more. */
    private void notDialled(String why) {
        logged(() -> log.info("{} at {} for {}: {}", instance, place, client, why));
        Places.Place gone = place;
        if (dialledAgain || gone == null) {
            Checks.Outcome.Refused away = Checks.away();
            goodbye(away.reason(), away.retryAfterMs(), away.detail());
            return;
        }
        dialledAgain = true;
        phase = Phase.CHECKING;
        ask(() -> shared.checks().checkAgain(instance, gone));
    }

    // ---- the end
    // ----------------------------------------------------------------------------------

    /** The gateway goes: its players are sent elsewhere, not all at once. Any thread. */
    @Override
    public void closing() {
        long spreadMs = shared.drain().toMillis();
        long delayMs = spreadMs == 0 ? 0 : ThreadLocalRandom.current().nextLong(spreadMs);
        channel().eventLoop().schedule(this::drain, delayMs, TimeUnit.MILLISECONDS);
    }

    private void drain() {
        switch (phase) {
            case OPEN -> {
                drains = true;
                if (passed.atBoundary()) {
                    drained();
                } else { // in the middle of a frame, whose rest comes or does not
                    patience(Limits.LINGER, () -> end(Ended.DRAINED));
                }
            }
            case GREETING, CHECKING, DIALLING -> drained();
            case ENDING -> {}
        }
    }

    private void drained() {
        over(Ended.DRAINED);
        goodbye(GoodbyeReason.CLOSING, DRAIN_RETRY_MS, "the gateway stops: resume");
    }

    private void goodbye(GoodbyeReason reason, int retryAfterMs, String detail) {
        goodbye(reason, retryAfterMs, detail, CloseCodes.of(reason));
    }

    private void goodbye(GoodbyeReason reason, int retryAfterMs, String detail, int code) {
        shared.metrics().goodbye(reason);
        logged(() -> log.info("Goodbye {} to {} for {}: {}", reason, client, instance, detail));
        trace.ifPresent(it -> it.refused(reason.name()));
        trace = Optional.empty();
        byte[] message = new byte[Goodbye.MAX_BYTES];
        int length = Messages.encode(new Goodbye(reason, retryAfterMs, detail), message, 0);
        ByteBuf lastWords =
                channel().alloc().buffer(length + Frames.MAX_HEADER_BYTES + Frames.CLOSE_BYTES);
        Frames.put(message, length, lastWords);
        Frames.close(code, lastWords);
        farewell(lastWords);
    }

    private void farewell(ByteBuf lastWords) {
        phase = Phase.ENDING;
        letGo();
        Farewell.send(channel(), lastWords, Limits.LINGER);
    }

    /** At once, without another word. */
    private void end(Ended by) {
        over(by);
        channel().close();
    }

    private void over(Ended by) {
        phase = Phase.ENDING;
        if (counted) {
            counted = false;
            shared.metrics().sessions.dec();
            shared.metrics().ended(by);
        }
        letGo();
    }

    private void letGo() {
        patience(Duration.ZERO, () -> {});
        if (early != null) {
            early.release();
            early = null;
        }
        if (upstream != null) {
            upstream.close();
        }
    }

    /** One timer at a time; no time: none. */
    private void patience(Duration time, Runnable passedBy) {
        if (patience != null) {
            patience.cancel(false);
            patience = null;
        }
        if (!time.isZero()) {
            patience =
                    channel()
                            .eventLoop()
                            .schedule(passedBy, time.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private Channel channel() {
        ChannelHandlerContext known = context;
        if (known == null) {
            throw new IllegalStateException("not upgraded yet");
        }
        return known.channel();
    }

    private Upstream upstream() {
        Upstream known = upstream;
        if (known == null) {
            throw new IllegalStateException("no instance was dialled");
        }
        return known;
    }
}
