package otherworld.local.node;

import io.helidon.webserver.spi.ServerConnection;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.spdy.DefaultSpdyRstStreamFrame;
import io.netty.handler.codec.spdy.DefaultSpdySynReplyFrame;
import io.netty.handler.codec.spdy.SpdyDataFrame;
import io.netty.handler.codec.spdy.SpdyFrame;
import io.netty.handler.codec.spdy.SpdyHeadersFrame;
import io.netty.handler.codec.spdy.SpdyPingFrame;
import io.netty.handler.codec.spdy.SpdyRstStreamFrame;
import io.netty.handler.codec.spdy.SpdyStreamStatus;
import io.netty.handler.codec.spdy.SpdySynStreamFrame;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One {@code kubectl port-forward}: for each connection that it takes, it opens a stream for errors
 * and one for data, which belong together by their request id. One thread reads; each connection
 * has two of its own.
 */
final class PortForwarding implements ServerConnection {
    static final String PROTOCOL = "portforward.k8s.io";

    private static final String REQUEST_ID = "requestid";

    /** Connections at a time; as many streams again are for errors. */
    static final int MAX_CONNECTIONS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(PortForwarding.class);

    private final String pod;
    private final PodPorts ports;
    private final SpdyFrames frames;
    private final Runnable closeSocket;
    private final Map<String, ForwardedConnection> byRequest = new HashMap<>();
    private final Map<Integer, ForwardedConnection> byDataStream = new HashMap<>();

    /**
     * @param pod for messages
     * @param closeSocket ends the connection from outside
     */
    PortForwarding(String pod, PodPorts ports, SpdyFrames frames, Runnable closeSocket) {
        this.pod = pod;
        this.ports = ports;
        this.frames = frames;
        this.closeSocket = closeSocket;
    }

    @Override
    public void handle(io.helidon.common.concurrency.limits.Limit limit) {
        try (frames) {
            for (Optional<SpdyFrame> next = frames.next(); next.isPresent(); next = frames.next()) {
                handle(next.get());
            }
        } catch (UncheckedIOException e) {
            LOG.debug("Port forwarding to {} ended: {}", pod, e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the node stops
        } catch (RuntimeException e) {
            LOG.warn("Port forwarding to {} ended", pod, e); // what came was no SPDY
        } finally {
            byRequest.values().forEach(ForwardedConnection::close);
        }
    }

    private void handle(SpdyFrame frame) throws InterruptedException {
        switch (frame) {
            case SpdySynStreamFrame opened -> opened(opened);
            case SpdyDataFrame data -> data(data);
            case SpdyRstStreamFrame reset -> forget(byDataStream.get(reset.streamId()));
            case SpdyPingFrame ping -> frames.write(ping);
            default -> {} // settings, windows and the like are the sender's business
        }
    }

    private void opened(SpdySynStreamFrame opened) {
        byRequest.values().removeIf(ForwardedConnection::isOver);
        byDataStream.values().removeIf(ForwardedConnection::isOver);
        String request = header(opened, REQUEST_ID);
        if (byRequest.size() >= MAX_CONNECTIONS && !byRequest.containsKey(request)) {
            frames.write(
                    new DefaultSpdyRstStreamFrame(
                            opened.streamId(), SpdyStreamStatus.REFUSED_STREAM));
            return;
        }
        frames.write(reply(opened.streamId(), request));
        ForwardedConnection connection =
                byRequest.computeIfAbsent(
                        request,
                        _ -> new ForwardedConnection(frames, pod, ports, header(opened, "port")));
        if (header(opened, "streamtype").equals("data")) {
            byDataStream.put(opened.streamId(), connection);
            connection.dataStream(opened.streamId());
        } else {
            connection.errorStream(opened.streamId());
        }
    }

    /**
     * With a header, whichever: Netty writes a block of none as no bytes at all, where Go's reader
     * wants their number.
     */
    private static SpdyFrame reply(int stream, String request) {
        DefaultSpdySynReplyFrame reply = new DefaultSpdySynReplyFrame(stream);
        reply.headers().set(REQUEST_ID, request);
        return reply;
    }

    private void data(SpdyDataFrame data) throws InterruptedException {
        try {
            ForwardedConnection connection = byDataStream.get(data.streamId());
            if (connection != null) { // else an error stream is closed by its maker
                connection.send(ByteBufUtil.getBytes(data.content()), data.isLast());
            }
        } finally {
            data.release();
        }
    }

    private static void forget(@org.jspecify.annotations.Nullable ForwardedConnection connection) {
        if (connection != null) {
            connection.close();
        }
    }

    private static String header(SpdyHeadersFrame frame, String name) {
        return Optional.ofNullable(frame.headers().getAsString(name)).orElse("");
    }

    @Override
    public Duration idleTime() {
        return Duration.ZERO; // open for as long as kubectl wants it
    }

    @Override
    public void close(boolean interrupt) {
        closeSocket.run();
    }
}
