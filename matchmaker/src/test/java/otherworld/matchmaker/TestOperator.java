package otherworld.matchmaker;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import otherworld.fleet.v1.FleetGrpc;
import otherworld.fleet.v1.FleetSnapshot;
import otherworld.fleet.v1.FromMatchmaker;
import otherworld.fleet.v1.FromOperator;
import otherworld.fleet.v1.LedgerHealth;
import otherworld.fleet.v1.WorldDemand;
import otherworld.ops.tls.GrpcTls;

/** The operator's end of the stream, keeping what it was told. */
final class TestOperator implements AutoCloseable, StreamObserver<FromMatchmaker> {
    static final String SECRET = "0123456789abcdef-secret";

    final Map<String, WorldDemand> demand = new ConcurrentHashMap<>();
    final List<FromMatchmaker> received = new CopyOnWriteArrayList<>();
    volatile @Nullable LedgerHealth health;
    volatile @Nullable Status ended;
    private final ManagedChannel channel;
    private final FleetGrpc.FleetStub stub;
    private StreamObserver<FromOperator> out;
    private long sequence;

    TestOperator(int port, String secret) {
        this(port, secret, Optional.empty());
    }

    /**
     * @param tls empty: plain text
     */
    TestOperator(int port, String secret, Optional<SSLContext> tls) {
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress("127.0.0.1", port);
        if (tls.isPresent()) {
            builder.sslContext(GrpcTls.client(tls.get()));
        } else {
            builder.usePlaintext();
        }
        channel = builder.build();
        Metadata metadata = new Metadata();
        metadata.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + secret);
        stub =
                FleetGrpc.newStub(channel)
                        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata));
        out = stub.connect(this);
    }

    FleetGrpc.FleetStub stub() {
        return stub;
    }

    void snapshot(FleetSnapshot.Builder snapshot) {
        send(FromOperator.newBuilder().setSnapshot(snapshot));
    }

    synchronized void send(FromOperator.Builder message) {
        out.onNext(message.setSequence(++sequence).build());
    }

    synchronized void skipASequence() {
        sequence++;
    }

    @Override
    public void onNext(FromMatchmaker message) {
        received.add(message);
        switch (message.getBodyCase()) {
            case SNAPSHOT -> {
                message.getSnapshot()
                        .getWorldsList()
                        .forEach(world -> demand.put(world.getWorldId(), world));
                health = message.getSnapshot().getHealth();
            }
            case DEMAND -> demand.put(message.getDemand().getWorldId(), message.getDemand());
            case HEALTH -> health = message.getHealth();
            case BODY_NOT_SET -> throw new AssertionError("empty message");
        }
    }

    @Override
    public void onError(Throwable t) {
        ended = Status.fromThrowable(t);
    }

    @Override
    public void onCompleted() {
        ended = Status.OK;
    }

    @Override
    public void close() throws InterruptedException {
        channel.shutdownNow();
        channel.awaitTermination(5, TimeUnit.SECONDS);
    }
}
