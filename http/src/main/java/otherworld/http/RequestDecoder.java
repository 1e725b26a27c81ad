package otherworld.http;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequestDecoder;
import java.util.regex.Pattern;

/** Netty's decoder, in its strictest setting, that tells when something arrives. */
final class RequestDecoder extends HttpRequestDecoder {
    private static final Pattern VERSION = Pattern.compile("HTTP/[0-9]\\.[0-9]");

    private final Connection connection;
    private boolean first = true;

    RequestDecoder(Connection connection) {
        super(
                new HttpDecoderConfig()
                        .setMaxInitialLineLength(HttpLimits.MAX_LINE_BYTES)
                        .setMaxHeaderSize(HttpLimits.MAX_HEADER_BYTES)
                        .setInitialBufferSize(256)
                        .setAllowDuplicateContentLengths(false)
                        .setStrictLineParsing(true)
                        .setUseRfc9112TransferEncoding(true));
        this.connection = connection;
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) throws Exception {
        if (message instanceof ByteBuf bytes && bytes.isReadable()) {
            connection.arrived();
            if (first) {
                first = false;
                byte start = bytes.getByte(bytes.readerIndex());
                if (start < 'A' && start != '\r' && start != '\n') { // TLS begins with 22
                    bytes.release();
                    connection.notHttp();
                    return;
                }
            }
        }
        super.channelRead(ctx, message);
    }

    /** What is half here is not asked for again by itself. */
    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) throws Exception {
        super.channelReadComplete(ctx);
        if (connection.awaitsMore()) {
            ctx.read();
        }
    }

    /** Stricter than Netty's, which reads {@code http/1.1} as HTTP/1.1. */
    @Override
    protected HttpMessage createMessage(String[] initialLine) throws Exception {
        if (!VERSION.matcher(initialLine[2]).matches()) {
            throw new IllegalArgumentException("no HTTP version");
        }
        return super.createMessage(initialLine);
    }
}
