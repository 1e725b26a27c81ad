package otherworld.operator.demand;

import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.WorldId;
import otherworld.fleet.v1.DemandSnapshot;
import otherworld.fleet.v1.FleetGrpc;
import otherworld.fleet.v1.FleetSnapshot;
import otherworld.fleet.v1.ForgetWorldRequest;
import otherworld.fleet.v1.FromMatchmaker;
import otherworld.fleet.v1.FromOperator;
import otherworld.fleet.v1.SeatDecisionsRequest;
import otherworld.fleet.v1.SeatDecisionsResponse;
import otherworld.operator.config.OperatorSettings.Target;
import otherworld.operator.plan.Demand;
import otherworld.ops.tls.GrpcTls;
import otherworld.ops.tls.Refusal;

/**
 * Speaks {@code otherworld.fleet.v1.Fleet}. Dials on the first {@link #publish}, so that only the
 * leader, which alone reconciles, has a stream. Thread-safe. What waits to be sent is at most one
 * part per World: a slow matchmaker hears the latest state, not every step to it.
 */
public final class FleetClient implements AutoCloseable {
    /** A cordon that is not renewed times out open after this. */
    public static final Duration CORDON_TTL = Duration.ofSeconds(30);

    private static final Logger log = LoggerFactory.getLogger(FleetClient.class);
    private static final Duration FIRST_REDIAL = Duration.ofMillis(100);
    private static final Duration LAST_REDIAL = Duration.ofSeconds(5);
    private static final Duration DECISIONS_DEADLINE = Duration.ofSeconds(2);
    private static final Duration FORGET_DEADLINE = Duration.ofSeconds(5);

    /** Who hears of news; called on the stream's thread. */
    public interface Listener {
        void demandChanged(String worldId);

        void streamChanged();
    }

    private final Target target;
    private final Optional<Path> tokenFile;
    private final Set<String> namespaces;
    private final Supplier<Collection<FleetPart>> fleet;
    private final Listener listener;
    private final DemandBook book;
    private final ManagedChannel channel;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofVirtual().name("fleet-timer").factory());

    // Guarded by this.
    private final Map<String, FleetPart> told = new HashMap<>();
    private final Map<String, FleetPart> wanted = new HashMap<>();
    private final Set<String> unsent = new LinkedHashSet<>();
    // Since the last dial began: its snapshot may be of a moment before.
    private final Set<String> withdrawn = new HashSet<>();
    private @Nullable Stream stream;
    private boolean dialled;
    private boolean closed;
    private long redials;

    /**
     * @param tls by which the matchmaker is known; empty: plain text
     * @param namespaces those of the operator's Worlds; none: all
     * @param fleet every World there is, for the snapshot; called without locks of this class
     */
    public FleetClient(
            Target target,
            Optional<Path> tokenFile,
            Optional<SSLContext> tls,
            InstantSource clock,
            Set<String> namespaces,
            Supplier<Collection<FleetPart>> fleet,
            Listener listener) {
        this.target = target;
        this.tokenFile = tokenFile;
        this.namespaces = Set.copyOf(namespaces);
        this.fleet = fleet;
        this.listener = listener;
        this.book = new DemandBook(clock);
        NettyChannelBuilder builder =
                NettyChannelBuilder.forAddress(target.host(), target.port())
                        // A matchmaker whose node is gone sends no FIN: without this its last word
                        // would count for as long as TCP retries, a quarter of an hour. The
                        // matchmaker
                        // permits a ping every 5 s.
                        .keepAliveTime(10, TimeUnit.SECONDS)
                        .keepAliveTimeout(5, TimeUnit.SECONDS);
        if (tls.isPresent()) {
            builder.sslContext(GrpcTls.client(tls.get()));
        } else {
            builder.usePlaintext();
        }
        this.channel = builder.build();
    }

    public Demand demandOf(WorldId id) {
        return book.of(id.value());
    }

    public boolean isOpen() {
        return book.isOpen();
    }

    /** Why no World's demand is known; empty if it is not so. */
    public Optional<Demand.Unreachable> trouble() {
        return book.trouble();
    }

    /** Tells the matchmaker what a World is now, soon, and again whenever the stream is renewed. */
    public void publish(FleetPart part) {
        synchronized (this) {
            String id = part.world().getId();
            withdrawn.remove(id);
            if (!part.equals(wanted.put(id, part))) {
                unsent.add(id);
            }
            dialFirst();
            flush();
        }
    }

    /** The World is gone from Kubernetes; its ledger stays until {@link #forget}. */
    public synchronized void withdraw(WorldId id) {
        withdrawn.add(id.value());
        if (wanted.remove(id.value()) != null) {
            unsent.add(id.value());
            flush();
        }
    }

    /**
     * Forgets a World's seats and queues. Blocks for at most 5 s.
     *
     * @throws io.grpc.StatusRuntimeException if the matchmaker did not do it; try again
     */
    public void forget(WorldId id) {
        FleetGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers()))
                .withDeadlineAfter(FORGET_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .forgetWorld(ForgetWorldRequest.newBuilder().setWorldId(id.value()).build());
    }

    /**
     * What was decided about players of a World lately. Blocks for at most 2 s.
     *
     * @param player of this one alone; empty: of all
     * @throws io.grpc.StatusRuntimeException if the matchmaker, or its ledger, does not answer, or
     *     the matchmaker is older than the question
     */
    public SeatDecisionsResponse seatDecisions(WorldId id, String player) {
        return FleetGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers()))
                .withDeadlineAfter(DECISIONS_DEADLINE.toMillis(), TimeUnit.MILLISECONDS)
                .seatDecisions(
                        SeatDecisionsRequest.newBuilder()
                                .setWorldId(id.value())
                                .setPlayer(player)
                                .build());
    }

    @Override
    public synchronized void close() {
        closed = true;
        timer.shutdownNow();
        if (stream != null) {
            stream.call.cancel("the operator stops", null);
        }
        channel.shutdownNow();
    }

    // ---- the stream
    // ------------------------------------------------------------------------------

    private void dialFirst() {
        if (!dialled) {
            dialled = true;
            timer.execute(this::dial);
            long renewMs = CORDON_TTL.toMillis() / 3;
            var _ =
                    timer.scheduleAtFixedRate(
                            this::renewCordons, renewMs, renewMs, TimeUnit.MILLISECONDS);
        }
    }

    private void dial() {
        Collection<FleetPart> snapshot;
        synchronized (this) {
            withdrawn.clear();
        }
        try {
            snapshot = fleet.get();
        } catch (RuntimeException e) {
            log.warn("The fleet could not be read for a snapshot", e);
            redial();
            return;
        }
        synchronized (this) {
            if (closed) {
                return;
            }
            for (FleetPart part : snapshot) {
                String id = part.world().getId();
                if (!withdrawn.contains(id)) {
                    wanted.putIfAbsent(id, part);
                }
            }
            told.clear();
            unsent.clear();
            Stream fresh = new Stream();
            stream = fresh;
            try {
                fresh.open();
            } catch (UncheckedIOException e) {
                lost(fresh, e.getMessage() == null ? e.toString() : e.getMessage());
            }
        }
    }

    private synchronized void flush() {
        Stream current = stream;
        if (current == null) {
            return;
        }
        while (!unsent.isEmpty() && current.call.isReady()) {
            String id = unsent.iterator().next();
            unsent.remove(id);
            FleetPart now = wanted.get(id);
            Deltas.between(told.get(id), now).forEach(current::send);
            if (now == null) {
                told.remove(id);
            } else {
                told.put(id, now);
            }
        }
    }

    private synchronized void renewCordons() {
        Stream current = stream;
        if (current == null || !current.call.isReady()) {
            return;
        }
        for (FleetPart part : told.values()) {
            part.cordons()
                    .values()
                    .forEach(cordon -> current.send(FromOperator.newBuilder().setCordon(cordon)));
        }
    }

    private void lost(Stream which, String why) {
        synchronized (this) {
            if (stream != which) {
                return;
            }
            stream = null;
            if (closed) {
                return;
            }
        }
        String message =
                "the matchmaker at %s does not answer (%s); is it running, and is OTHERWORLD_MATCHMAKER_GRPC right?"
                        .formatted(target, why);
        if (book.closed(message)) {
            log.warn("Stream to the matchmaker ended: {}", message);
            listener.streamChanged();
        }
        redial();
    }

    private synchronized void redial() {
        if (closed) {
            return;
        }
        long ceiling =
                Math.min(LAST_REDIAL.toMillis(), FIRST_REDIAL.toMillis() << Math.min(redials, 10));
        redials++;
        // Jitter, so that operators of many clusters do not dial a returning matchmaker in step.
        long delay = ceiling / 2 + ThreadLocalRandom.current().nextLong(ceiling / 2 + 1);
        var _ = timer.schedule(this::dial, delay, TimeUnit.MILLISECONDS);
    }

    private Metadata headers() {
        Metadata headers = new Metadata();
        tokenFile.ifPresent(file -> {
            try {
                headers.put(
                        Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER),
                        "Bearer " + Files.readString(file).strip());
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "the token file %s cannot be read".formatted(file), e);
            }
        });
        return headers;
    }

    /** One call of Connect. Messages out under the client's lock, messages in on gRPC's thread. */
    private final class Stream extends ClientCall.Listener<FromMatchmaker> {
        final ClientCall<FromOperator, FromMatchmaker> call =
                channel.newCall(FleetGrpc.getConnectMethod(), CallOptions.DEFAULT);
        private long sent;
        private long received;

        void open() {
            call.start(this, headers());
            call.request(1);
            FleetSnapshot.Builder snapshot =
                    FleetSnapshot.newBuilder().addAllNamespaces(namespaces);
            for (FleetPart part : wanted.values()) {
                snapshot.addWorlds(part.world());
                snapshot.addAllHosts(part.hosts().values());
                snapshot.addAllCordons(part.cordons().values());
                told.put(part.world().getId(), part);
            }
            send(FromOperator.newBuilder().setSnapshot(snapshot));
        }

        void send(FromOperator.Builder message) {
            call.sendMessage(message.setSequence(++sent).build());
        }

        @Override
        public void onReady() {
            flush();
        }

        @Override
        public void onMessage(FromMatchmaker message) {
            received++;
            if (message.getSequence() != received) {
                call.cancel(
                        "message %d came where %d was expected"
                                .formatted(message.getSequence(), received),
                        null);
                return;
            }
            hear(message);
            call.request(1);
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            String description = status.getDescription();
            String refused = status.getCause() == null ? "" : Refusal.explain(status.getCause());
            lost(
                    this,
                    status.getCode()
                            + (description == null ? "" : ": " + description)
                            + (refused.isEmpty() ? "" : ": " + refused));
        }
    }

    private void hear(FromMatchmaker message) {
        switch (message.getBodyCase()) {
            case SNAPSHOT -> {
                DemandSnapshot snapshot = message.getSnapshot();
                book.opened(snapshot.getWorldsList(), snapshot.getHealth());
                synchronized (this) {
                    redials = 0;
                }
                log.info(
                        "Stream to the matchmaker at {} is open, {} Worlds",
                        target,
                        snapshot.getWorldsCount());
                listener.streamChanged();
            }
            case DEMAND -> {
                book.heard(message.getDemand());
                listener.demandChanged(message.getDemand().getWorldId());
            }
            case HEALTH -> {
                book.health(message.getHealth());
                listener.streamChanged();
            }
            case BODY_NOT_SET -> log.debug("A message of a newer matchmaker was skipped");
        }
    }

    /** Worlds that the matchmaker is told of, for tests and metrics. */
    public synchronized List<String> worlds() {
        return new ArrayList<>(wanted.keySet());
    }
}
