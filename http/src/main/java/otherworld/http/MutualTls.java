package otherworld.http;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.OptionalSslHandler;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import javax.net.ssl.SSLContext;

/** For listeners that are for our own processes: both sides show a certificate. */
public final class MutualTls implements ServerTls {
    private final SslContext context;
    private final boolean permissive;

    /**
     * @param context asks for a certificate, and says whose will do
     * @param permissive whether, for the time of an upgrade, plain text is taken as well
     */
    public MutualTls(SSLContext context, boolean permissive) {
        this.context =
                new JdkSslContext(
                        context,
                        false,
                        null,
                        IdentityCipherSuiteFilter.INSTANCE,
                        null,
                        ClientAuth.REQUIRE,
                        new String[] {"TLSv1.3"},
                        false);
        this.permissive = permissive;
    }

    @Override
    public ChannelHandler handler(ByteBufAllocator allocator, Duration handshake) {
        return permissive ? new Either(handshake) : encrypted(allocator, handshake);
    }

    private SslHandler encrypted(ByteBufAllocator allocator, Duration handshake) {
        SslHandler handler = context.newHandler(allocator);
        handler.setHandshakeTimeoutMillis(handshake.toMillis());
        return handler;
    }

    /** Looks at the first bytes; until there are some, the first request's deadline holds. */
    private final class Either extends OptionalSslHandler {
        private final Duration handshake;

        Either(Duration handshake) {
            super(context);
            this.handshake = handshake;
        }

        @Override
        protected SslHandler newSslHandler(ChannelHandlerContext channel, SslContext of) {
            return encrypted(channel.alloc(), handshake);
        }
    }
}
