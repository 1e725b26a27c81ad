package otherworld.training;

import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import otherworld.base.WorldId;
import otherworld.fleet.v1.FleetGrpc;
import otherworld.fleet.v1.FleetSnapshot;
import otherworld.fleet.v1.FromMatchmaker;
import otherworld.fleet.v1.FromOperator;
import otherworld.fleet.v1.Host;
import otherworld.fleet.v1.HostPhase;
import otherworld.fleet.v1.Placement;
import otherworld.fleet.v1.World;
import otherworld.local.process.StartFailed;

/**
 * Tells a matchmaker of one World and its one instance, as the operator would: there is no
 * Kubernetes here. The matchmaker forgets neither when it closes.
 */
public final class StandInOperator implements AutoCloseable {
    private static final Duration ANSWER = Duration.ofSeconds(30);
    private static final Duration RECONNECT_WINDOW = Duration.ofSeconds(30);

    private final ManagedChannel channel;

    /**
     * @param grpcPort of the matchmaker
     * @param secret what the matchmaker knows operators by
     */
    public StandInOperator(int grpcPort, String secret) {
        Metadata headers = new Metadata();
        headers.put(
                Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                "Bearer " + secret);
        this.channel =
                NettyChannelBuilder.forAddress("127.0.0.1", grpcPort)
                        .usePlaintext()
                        .intercept(MetadataUtils.newAttachHeadersInterceptor(headers))
                        .build();
    }

    /**
     * Returns once the matchmaker has taken it.
     *
     * @param playPort of the instance
     * @throws StartFailed if it does not
     */
    public void tell(WorldId world, int capacity, String podUid, int playPort)
            throws InterruptedException {
        tell(
                FleetSnapshot.newBuilder()
                        .addWorlds(world(world, capacity))
                        .addHosts(host(world, podUid, playPort)));
    }

    /** The same of a World that has no instance. */
    public void tell(WorldId world, int capacity) throws InterruptedException {
        tell(FleetSnapshot.newBuilder().addWorlds(world(world, capacity)));
    }

    private void tell(FleetSnapshot.Builder fleet) throws InterruptedException {
        CompletableFuture<FromMatchmaker> answer = new CompletableFuture<>();
        StreamObserver<FromOperator> out =
                FleetGrpc.newStub(channel).connect(new FirstAnswer(answer));
        out.onNext(FromOperator.newBuilder().setSequence(1).setSnapshot(fleet).build());
        try {
            answer.get(ANSWER.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new StartFailed("The matchmaker did not take the World", e);
        }
    }

    private static World world(WorldId id, int capacity) {
        return World.newBuilder()
                .setId(id.value())
                .setCapacity(capacity)
                .setMaxInstances(1)
                .setPlacement(Placement.PACKED)
                .setReconnectWindowMs((int) RECONNECT_WINDOW.toMillis())
                .setNamespace("default")
                .setName("training")
                .build();
    }

    private static Host host(WorldId world, String podUid, int port) {
        return Host.newBuilder()
                .setWorldId(world.value())
                .setPodName("training-0-1")
                .setPodUid(podUid)
                .addAllEndpoints(
                        List.of(
                                "http://127.0.0.1:%d/v1/webrtc".formatted(port),
                                "ws://127.0.0.1:%d/v1/play".formatted(port)))
                .setAddress("127.0.0.1:" + port)
                .setPhase(HostPhase.READY)
                .build();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }

    /** The snapshot, or why there is none. */
    private record FirstAnswer(CompletableFuture<FromMatchmaker> answer)
            implements StreamObserver<FromMatchmaker> {
        @Override
        public void onNext(FromMatchmaker message) {
            answer.complete(message);
        }

        @Override
        public void onError(Throwable error) {
            answer.completeExceptionally(error);
        }

        @Override
        public void onCompleted() {
            answer.completeExceptionally(new IllegalStateException("the stream ended"));
        }
    }
}
