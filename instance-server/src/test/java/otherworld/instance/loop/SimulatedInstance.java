package otherworld.instance.loop;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;
import otherworld.base.InstanceId;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.WorldId;
import otherworld.instance.EntityMirror;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.metrics.ZoneLog;
import otherworld.instance.session.Link;
import otherworld.instance.session.SeatChanges;
import otherworld.instance.session.Session;
import otherworld.instance.session.Verdict;
import otherworld.instance.store.StoredWorld;
import otherworld.persistence.Edit;
import otherworld.persistence.InstanceStore.Loaded;
import otherworld.persistence.Ownership;
import otherworld.persistence.PatchWriter;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Messages;
import otherworld.protocol.Pose;
import otherworld.protocol.Protocol;
import otherworld.protocol.ServerMessage;
import otherworld.replication.ReplicationSettings;
import otherworld.tickets.Ticket;
import otherworld.world.World;

/** A simulation whose clock, lease, storage and connections a test moves by hand. */
public final class SimulatedInstance implements SimulationClock, SeatChanges {
    public static final InstanceId PLAZA = new InstanceId(new WorldId("default.plaza"), 0);

    static final Session SESSION = new Session(Protocol.VERSION, 0);

    final Storage storage = new Storage();
    final Keeping keeping = new Keeping();
    final ZoneLog zoneLog = ZoneLog.on();
    final List<String> fenced = new ArrayList<>();
    final List<String> seatChanges = new ArrayList<>();
    final List<byte[]> poses = new ArrayList<>();
    public final SimulationConfig config =
            new SimulationConfig(
                    PLAZA,
                    5,
                    30,
                    15,
                    ReplicationSettings.BITS_PER_SECOND,
                    64,
                    new LivePolicy(100, Duration.ofSeconds(30), Permissions.OPEN));
    public final Ports ports;
    public final Simulation simulation;
    final World world;
    volatile Ownership.State lease = new Ownership.State.Held(5);
    long nowNs = 1_000_000_000_000L;
    private long generation;

    public SimulatedInstance() {
        this(new Loaded(0, List.of(), List.of()));
    }

    SimulatedInstance(Loaded loaded) {
        ports =
                new Ports(
                        this,
                        () -> {},
                        keeping,
                        storage,
                        this,
                        poses::add,
                        zoneLog,
                        new InstanceMetrics(new PrometheusRegistry()),
                        fenced::add);
        StoredWorld stored = new StoredWorld(config.epoch(), config.zoneSizeM());
        loaded.entities().forEach(stored::entity);
        world = stored.world();
        simulation = new Simulation(config, ports, stored, loaded);
        simulation.adopt(List.of());
    }

    /** What a client was told. */
    static final class Client implements Link {
        final List<ServerMessage> heard = new ArrayList<>();
        final List<byte[]> mayBeLost = new ArrayList<>();
        final List<GoodbyeReason> goodbyes = new ArrayList<>();
        final EntityMirror mirror = new EntityMirror();
        boolean behind;

        @Override
        public void send(byte[] message) {
            try {
                ServerMessage decoded = Messages.decodeServer(message, 0, message.length);
                mirror.apply(decoded);
                heard.add(decoded);
            } catch (MalformedMessage e) {
                throw new AssertionError(e);
            }
        }

        @Override
        public void sendUnreliable(byte[] message) {
            mayBeLost.add(message);
            send(message);
        }

        @Override
        public boolean isReliable() {
            return true;
        }

        @Override
        public boolean isBehind() {
            return behind;
        }

        @Override
        public void flush() {}

        @Override
        public void goodbye(GoodbyeReason reason, int retryAfterMs, String detail) {
            goodbyes.add(reason);
        }

        @Override
        public String remote() {
            return "test";
        }

        <T extends ServerMessage> List<T> all(Class<T> type) {
            return heard.stream().filter(type::isInstance).map(type::cast).toList();
        }
    }

    /** The lease's keeper: says what the test says, and counts what it is asked. */
    final class Keeping implements Ownership {
        volatile boolean tight = true;
        final AtomicInteger tightened = new AtomicInteger();
        final AtomicInteger relaxed = new AtomicInteger();

        @Override
        public State state() {
            return lease;
        }

        @Override
        public boolean tighten() {
            tightened.incrementAndGet();
            return tight;
        }

        @Override
        public void relax() {
            relaxed.incrementAndGet();
        }

        @Override
        public boolean awaitTight(Duration timeout) {
            return tight;
        }

        @Override
        public Optional<String> candidate() {
            return Optional.empty();
        }

        @Override
        public State awaitHeld(Duration timeout) {
            return lease;
        }

        @Override
        public State raise(long above, Duration timeout) {
            return lease;
        }

        @Override
        public void release() {}

        @Override
        public void close() {}
    }

    /** A writer that commits when told to. */
    static final class Storage implements PatchWriter {
        final List<Edit> offered = new ArrayList<>();
        private final Queue<Edit> committed = new ArrayDeque<>();
        int room = Integer.MAX_VALUE;
        Health health = new Health.Working();

        void commit() {
            committed.addAll(offered.subList(offered.size() - waiting(), offered.size()));
            done = offered.size();
        }

        private int done;

        int waiting() {
            return offered.size() - done;
        }

        @Override
        public boolean offer(Edit edit) {
            return hasRoom(1) && offered.add(edit);
        }

        @Override
        public boolean hasRoom(int edits) {
            return waiting() + edits <= room;
        }

        @Override
        public List<Edit> pollDurable() {
            List<Edit> all = List.copyOf(committed);
            committed.clear();
            return all;
        }

        @Override
        public Health health() {
            return health;
        }

        @Override
        public Stats stats() {
            return new Stats(0, 0, 0, 0, 0, 0);
        }

        @Override
        public boolean flush(long timeoutMs) {
            commit();
            return true;
        }

        @Override
        public void close() {}
    }

    Ticket ticket(String player, int number) {
        return ticket(player, number, List.of());
    }

    Ticket ticket(String player, int number, List<String> groups) {
        return new Ticket(
                new PlayerId(player),
                PLAZA,
                new Seat(number, ++generation),
                Instant.EPOCH,
                Instant.EPOCH,
                "r",
                groups,
                100);
    }

    Player join(String player, int number, Link client) {
        return seated(simulation.admit(ticket(player, number), client, SESSION));
    }

    static Player seated(Verdict<Player> verdict) {
        return ((Verdict.Seated<Player>) verdict).who();
    }

    /** Where a player's avatar is. */
    Pose pose(Player player) {
        return world.pose(player.avatar);
    }

    /** The entity of a player's avatar. */
    long entity(Player player) {
        return world.entities().id(player.avatar);
    }

    /** Time goes by, tick by tick. */
    void ticks(int count) {
        for (int i = 0; i < count; i++) {
            nowNs += config.tickNs();
            simulation.turn();
            simulation.tick();
        }
    }

    /** The same without the turns between them. */
    void quietTicks(int count) {
        for (int i = 0; i < count; i++) {
            nowNs += config.tickNs();
            simulation.tick();
        }
    }

    @Override
    public long nanoTime() {
        return nowNs;
    }

    @Override
    public long wallMs() {
        return nowNs / 1_000_000;
    }

    @Override
    public void held(Seat seat, PlayerId player, Duration window) {
        seatChanges.add("held " + player);
    }

    @Override
    public void resumed(Seat seat, PlayerId player) {
        seatChanges.add("resumed " + player);
    }

    @Override
    public void released(Seat seat, PlayerId player) {
        seatChanges.add("released " + player);
    }
}
