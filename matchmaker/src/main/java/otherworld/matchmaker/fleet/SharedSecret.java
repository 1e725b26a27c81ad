package otherworld.matchmaker.fleet;

import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Lets in calls with {@code authorization: Bearer <secret>} alone. */
public final class SharedSecret implements ServerInterceptor {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    private final byte[] expected;
    private final Consumer<@Nullable SocketAddress> known;

    /**
     * @param known told from where each call with the secret comes
     */
    public SharedSecret(String secret, Consumer<@Nullable SocketAddress> known) {
        this.known = known;
        expected = ("Bearer " + secret).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        if (matches(headers.get(AUTHORIZATION))) {
            known.accept(call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR));
            return next.startCall(call, headers);
        }
        call.close(
                Status.UNAUTHENTICATED.withDescription(
                        "send 'authorization: Bearer' with the secret of OTHERWORLD_GRPC_TOKEN_FILE"),
                new Metadata());
        return new ServerCall.Listener<>() {};
    }

    private boolean matches(@Nullable String given) {
        return given != null
                && MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8));
    }
}
