package otherworld.ops.tls;

import io.grpc.netty.shaded.io.netty.handler.ssl.ApplicationProtocolConfig;
import io.grpc.netty.shaded.io.netty.handler.ssl.ClientAuth;
import io.grpc.netty.shaded.io.netty.handler.ssl.IdentityCipherSuiteFilter;
import io.grpc.netty.shaded.io.netty.handler.ssl.JdkSslContext;
import io.grpc.netty.shaded.io.netty.handler.ssl.SslContext;
import java.util.List;
import javax.net.ssl.SSLContext;

/** {@link InternalTls} for gRPC's own Netty: the JDK's TLS, HTTP/2 by ALPN. */
public final class GrpcTls {
    private GrpcTls() {}

    public static SslContext client(SSLContext context) {
        return of(context, true);
    }

    public static SslContext server(SSLContext context) {
        return of(context, false);
    }

    private static SslContext of(SSLContext context, boolean client) {
        return new JdkSslContext(
                context,
                client,
                null,
                IdentityCipherSuiteFilter.INSTANCE,
                new ApplicationProtocolConfig(
                        ApplicationProtocolConfig.Protocol.ALPN,
                        ApplicationProtocolConfig.SelectorFailureBehavior.NO_ADVERTISE,
                        ApplicationProtocolConfig.SelectedListenerFailureBehavior.ACCEPT,
                        List.of("h2")),
                client ? ClientAuth.NONE : ClientAuth.REQUIRE,
                new String[] {"TLSv1.3"},
                false);
    }
}
