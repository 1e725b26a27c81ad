package otherworld.operator;

import io.grpc.Server;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import otherworld.fleet.v1.Cordon;
import otherworld.fleet.v1.CordonState;
import otherworld.fleet.v1.DemandSnapshot;
import otherworld.fleet.v1.FleetGrpc;
import otherworld.fleet.v1.ForgetWorldRequest;
import otherworld.fleet.v1.ForgetWorldResponse;
import otherworld.fleet.v1.FromMatchmaker;
import otherworld.fleet.v1.FromOperator;
import otherworld.fleet.v1.Host;
import otherworld.fleet.v1.HostPhase;
import otherworld.fleet.v1.InstanceDemand;
import otherworld.fleet.v1.LedgerHealth;
import otherworld.fleet.v1.World;
import otherworld.fleet.v1.WorldDemand;

/**
 * The matchmaker's end of the stream, with players as the test says. It speaks the real protocol on
 * a real socket and checks what the operator sends: sequences, a snapshot first.
 */
final class ScriptedMatchmaker implements AutoCloseable {
    final TreeMap<Integer, Integer> occupied = new TreeMap<>();
    final TreeSet<Integer> wanted = new TreeSet<>();
    final List<String> forgotten = new ArrayList<>();
    final List<String> violations = new ArrayList<>();

    /** By id, the Worlds that the operator told of. */
    final Map<String, World> worlds = new ConcurrentHashMap<>();

    volatile List<String> namespaces = List.of();

    /**
     * It tells of every World that the operator told of, each with the same players; else of one.
     */
    boolean tellsAll;

    boolean confirmsCordons = true;
    boolean knowsInstances = true;

    /** Instances report although their pods are not Ready, as frozen ones do. */
    boolean notReadyCounts;

    /** False: it hears, and answers nothing. */
    boolean answers = true;

    int waiting;
    long idleMs;

    private final String world;
    private final int capacity;
    private final Map<String, Host> hosts = new HashMap<>();
    private final Map<Integer, Cordon> cordons = new HashMap<>();
    private int port;
    private @Nullable Server server;
    private @Nullable StreamObserver<FromMatchmaker> stream;
    private long sent;

    ScriptedMatchmaker(String world, int capacity) {
        this.world = world;
        this.capacity = capacity;
    }

    /** Listens, on the same port as before if there was one. */
    synchronized ScriptedMatchmaker start() throws IOException {
        server =
                NettyServerBuilder.forAddress(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
                        .permitKeepAliveTime(5, TimeUnit.SECONDS)
                        .addService(new Service())
                        .build()
                        .start();
        port = server.getPort();
        return this;
    }

    int port() {
        return port;
    }

    @Override
    public void close() throws InterruptedException {
        Server running = server;
        if (running != null) {
            running.shutdownNow();
            running.awaitTermination(10, TimeUnit.SECONDS);
        }
        synchronized (this) {
            stream = null;
        }
    }

    /** Changes the script and tells the operator. */
    synchronized void set(Runnable change) {
        change.run();
        tell();
    }

    synchronized List<Host> hosts() {
        return List.copyOf(hosts.values());
    }

    /** The operator is gone, perhaps killed. */
    private synchronized void left(StreamObserver<FromMatchmaker> which) {
        if (which.equals(stream)) {
            stream = null;
        }
    }

    private void tell() {
        if (stream != null) {
            told().forEach(it -> send(FromMatchmaker.newBuilder().setDemand(demand(it))));
        }
    }

    private Collection<String> told() {
        return tellsAll ? worlds.keySet() : List.of(world);
    }

    private void send(FromMatchmaker.Builder message) {
        if (stream != null && answers) {
            stream.onNext(message.setSequence(++sent).build());
        }
    }

    private WorldDemand demand(String id) {
        WorldDemand.Builder demand =
                WorldDemand.newBuilder()
                        .setWorldId(id)
                        .setIncarnation("1")
                        .addAllWantedOrdinals(wanted)
                        .setOldestUnseatedParty(waiting > 0 ? 1 : 0)
                        .setWaitingPlayers(waiting);
        for (Host host : hosts.values()) {
            if (tellsAll && !host.getWorldId().equals(id)) {
                continue;
            }
            if (host.getPhase() != HostPhase.READY && !notReadyCounts) {
                continue;
            }
            int taken = occupied.getOrDefault(host.getOrdinal(), 0);
            Cordon cordon = cordons.get(host.getOrdinal());
            InstanceDemand.Builder instance =
                    InstanceDemand.newBuilder()
                            .setOrdinal(host.getOrdinal())
                            .setKnown(knowsInstances)
                            .setEpoch(1)
                            .setPodUid(host.getPodUid())
                            .setOccupied(taken)
                            .setFree(capacity - taken)
                            .setIdleMs(taken > 0 ? 0 : idleMs)
                            .setCordon(CordonState.OPEN);
            if (cordon != null) {
                instance.setCordonToken(cordon.getToken())
                        .setCordon(confirmsCordons ? CordonState.CONFIRMED : CordonState.REQUESTED);
            }
            demand.addInstances(instance);
        }
        return demand.build();
    }

    private synchronized void hear(FromOperator message, long expected) {
        if (message.getSequence() != expected) {
            violations.add("sequence " + message.getSequence() + ", expected " + expected);
        }
        switch (message.getBodyCase()) {
            case SNAPSHOT -> {
                hosts.clear();
                cordons.clear();
                worlds.clear();
                namespaces = message.getSnapshot().getNamespacesList();
                message.getSnapshot().getWorldsList().forEach(it -> worlds.put(it.getId(), it));
                message.getSnapshot().getHostsList().forEach(it -> hosts.put(it.getPodUid(), it));
                message.getSnapshot()
                        .getCordonsList()
                        .forEach(it -> cordons.put(it.getOrdinal(), it));
                send(
                        FromMatchmaker.newBuilder()
                                .setSnapshot(
                                        DemandSnapshot.newBuilder()
                                                .addAllWorlds(
                                                        told().stream().map(this::demand).toList())
                                                .setHealth(
                                                        LedgerHealth.newBuilder()
                                                                .setReachable(true))));
                return;
            }
            case HOST -> hosts.put(message.getHost().getPodUid(), message.getHost());
            case HOST_REMOVED -> hosts.remove(message.getHostRemoved().getPodUid());
            case CORDON -> cordons.put(message.getCordon().getOrdinal(), message.getCordon());
            case UNCORDON -> cordons.remove(message.getUncordon().getOrdinal());
            case WORLD -> worlds.put(message.getWorld().getId(), message.getWorld());
            case WORLD_REMOVED -> worlds.remove(message.getWorldRemoved().getId());
            case BODY_NOT_SET -> violations.add("an empty message");
        }
        if (tellsAll) {
            send(FromMatchmaker.newBuilder().setDemand(demand(concerned(message))));
        } else {
            tell();
        }
    }

    private static String concerned(FromOperator message) {
        return switch (message.getBodyCase()) {
            case HOST -> message.getHost().getWorldId();
            case HOST_REMOVED -> message.getHostRemoved().getWorldId();
            case CORDON -> message.getCordon().getWorldId();
            case UNCORDON -> message.getUncordon().getWorldId();
            case WORLD -> message.getWorld().getId();
            case WORLD_REMOVED -> message.getWorldRemoved().getId();
            case SNAPSHOT, BODY_NOT_SET -> "";
        };
    }

    private final class Service extends FleetGrpc.FleetImplBase {
        @Override
        public StreamObserver<FromOperator> connect(StreamObserver<FromMatchmaker> to) {
            synchronized (ScriptedMatchmaker.this) {
                stream = to;
                sent = 0;
                ((ServerCallStreamObserver<FromMatchmaker>) to).setOnCancelHandler(() -> left(to));
            }
            return new StreamObserver<>() {
                private long received;

                @Override
                public void onNext(FromOperator message) {
                    received++;
                    if (received == 1 && message.getBodyCase() != FromOperator.BodyCase.SNAPSHOT) {
                        violations.add("the stream does not open with a snapshot");
                    }
                    hear(message, received);
                }

                @Override
                public void onError(Throwable t) {}

                @Override
                public void onCompleted() {}
            };
        }

        @Override
        public void forgetWorld(
                ForgetWorldRequest request, StreamObserver<ForgetWorldResponse> answer) {
            synchronized (ScriptedMatchmaker.this) {
                if (!answers) {
                    return;
                }
                forgotten.add(request.getWorldId());
            }
            answer.onNext(ForgetWorldResponse.getDefaultInstance());
            answer.onCompleted();
        }
    }
}
