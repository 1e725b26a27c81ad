package otherworld.instance.simulation;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics.Limit;
import otherworld.instance.presence.PoseBlob;
import otherworld.instance.replicate.Encoder;
import otherworld.instance.replicate.ZoneReplicator;
import otherworld.instance.session.Entry;
import otherworld.instance.session.Link;
import otherworld.instance.session.SeatTable;
import otherworld.instance.zone.Avatar;
import otherworld.instance.zone.Zone;
import otherworld.instance.zone.ZoneGrid;
import otherworld.ledger.InstanceLedger.Policy;
import otherworld.ledger.InstanceLedger.TakenSeat;
import otherworld.persistence.InstanceStore.Loaded;
import otherworld.persistence.Ownership;
import otherworld.persistence.PatchWriter;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.CorrectionReason;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Hello;
import otherworld.protocol.Leave;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.MoveProp;
import otherworld.protocol.Notice;
import otherworld.protocol.NoticeKind;
import otherworld.protocol.Ping;
import otherworld.protocol.PlaceProp;
import otherworld.protocol.Pong;
import otherworld.protocol.Pose;
import otherworld.protocol.PositionCorrection;
import otherworld.protocol.Protocol;
import otherworld.protocol.RemoveProp;
import otherworld.protocol.Rotation;
import otherworld.protocol.Welcome;
import otherworld.tickets.Token;

/**
 * All state of one instance and everything that happens to it. {@link #turn} handles what came in,
 * {@link #tick} moves time on and tells the viewers; both are called by {@link SimulationLoop},
 * whose thread alone may call any method here but {@link #status}.
 */
public final class Simulation {
    private static final Logger log = LoggerFactory.getLogger(Simulation.class);

    private final SimulationConfig config;
    private final Ports ports;
    private final SeatTable seats;
    private final ZoneGrid zones;
    private final Encoder encoder = new Encoder();
    private final ZoneReplicator replicator;
    private final Edits edits;
    private final Memory memory = new Memory();
    private final Map<PlayerId, Player> players = new HashMap<>();
    private final List<Player> connected =
            new ArrayList<>(); // by index: ticks allocate no iterator
    private Duration reconnectWindow;
    private int tick;
    private int lastAvatar;
    private boolean frozen;
    private boolean closing;
    private boolean seatsKnown;
    private boolean movedSincePoses;
    private long nextPosesNs;
    private long refreshPosesNs;
    private volatile Status status;

    public Simulation(SimulationConfig config, Ports ports, Loaded loaded) {
        this.config = config;
        this.ports = ports;
        this.reconnectWindow = config.reconnectWindow();
        this.seats =
                new SeatTable(config.capacity(), nowMs() + config.reconnectWindow().toMillis());
        this.zones = new ZoneGrid(config.zoneSizeM(), ports.zoneLog());
        this.replicator =
                new ZoneReplicator(
                        encoder,
                        config.epoch(),
                        Math.ceilDiv(Limits.SETTLE_MS * config.tickRateHz(), 1_000));
        this.edits = new Edits(config.epoch(), ports.writer(), zones, encoder, ports.metrics());
        edits.load(loaded.entities());
        loaded.recent().forEach(memory::answered);
        this.status = new Status(config.epoch(), config.capacity(), false, "", "starting");
    }

    // ---- the duty cycle

    /** Between inputs and ticks: the lease, and what the database finished. */
    void turn() {
        watchLease();
        if (!frozen) {
            edits.acknowledge(this::durable, ports.clock().nanoTime());
        }
        for (int i = 0; i < connected.size(); i++) {
            Player player = connected.get(i);
            if (!player.durable.isEmpty()) {
                edits.tellDurable(player);
            }
            flush(player);
        }
    }

    void tick() {
        tick++;
        long nowNs = ports.clock().nanoTime();
        watchWriter();
        expireSeats();
        for (int i = connected.size() - 1; i >= 0; i--) {
            Player player = connected.get(i);
            endIfIdle(player, nowNs);
            changeZone(player, nowNs);
        }
        tellZones();
        offerPoses(nowNs);
        for (int i = 0; i < connected.size(); i++) {
            flush(connected.get(i));
        }
        publishStatus();
    }

    int connections() {
        return connected.size();
    }

    /** Freezes, thaws or ends with the lease. Cheap: called before anything rests on it. */
    void watchLease() {
        switch (ports.lease().get()) {
            case Ownership.State.Held(long epoch) -> {
                if (epoch != config.epoch()) {
                    fence("the lease is held at epoch %d now".formatted(epoch));
                } else if (frozen && !closing) {
                    frozen = false;
                    log.info("Thawed at epoch {}", epoch);
                    tellAll(new Notice(NoticeKind.THAWED, ""));
                }
            }
            case Ownership.State.Frozen(long _, String reason) -> freeze(reason);
            case Ownership.State.Waiting(String reason) -> freeze(reason);
            case Ownership.State.Lost(long epoch, long seen) -> {
                if (!closing) {
                    fence("the lease of epoch %d is lost, %d was seen".formatted(epoch, seen));
                }
            }
            case Ownership.State.Failed(String reason) -> fence(reason);
        }
    }

    private void watchWriter() {
        switch (ports.writer().health()) {
            case PatchWriter.Health.Working() -> {}
            case PatchWriter.Health.Stalled(
                            String _) -> {} // edits are refused when its queue is full
            case PatchWriter.Health.Fenced(String reason) -> fence(reason);
        }
    }

    private void freeze(String reason) {
        if (!frozen) {
            frozen = true;
            log.warn("Frozen at epoch {}: {}", config.epoch(), reason);
            tellAll(new Notice(NoticeKind.FROZEN, reason));
        }
    }

    private void fence(String reason) {
        freeze(reason);
        ports.fenced().accept(reason);
    }

    private void expireSeats() {
        for (SeatTable.Ended ended : seats.expire(nowMs())) {
            release(ended.seat(), ended.player());
        }
    }

    private void release(Seat seat, PlayerId id) {
        ports.seatChanges().released(seat, id);
        Player player = players.get(id);
        if (player != null && player.seat.equals(seat)) {
            players.remove(id);
            player.memory.place(player.avatar.pose());
            player.memory.seated = false;
        }
    }

    private void endIfIdle(Player player, long nowNs) {
        if (nowNs - player.lastHeardNs > Limits.IDLE_MS * 1_000_000L) {
            player.lastHeardNs = nowNs; // once
            ports.metrics().hit(Limit.IDLE);
            goodbye(player, GoodbyeReason.IDLE, 0, "nothing heard for 30 s: send Ping");
        }
    }

    private void changeZone(Player player, long nowNs) {
        if (zones.strayed(player.avatar) && nowNs >= player.nextZoneChangeNs) {
            player.nextZoneChangeNs = nowNs + Limits.ZONE_CHANGE_MS * 1_000_000L;
            long wallMs = ports.clock().wallMs();
            zones.leave(player.avatar, wallMs);
            zones.enter(player.avatar, wallMs);
        }
    }

    private void tellZones() {
        boolean presenceDue =
                (long) tick * config.presenceRateHz() / config.tickRateHz()
                        != (tick - 1L) * config.presenceRateHz() / config.tickRateHz();
        List<Zone> all = zones.all();
        for (int i = 0; i < all.size(); i++) {
            Zone zone = all.get(i);
            replicator.snapshots(zone, tick);
            replicator.props(zone, tick);
            if (presenceDue) {
                replicator.presence(zone, tick);
            }
        }
        if (presenceDue) {
            zones.prune();
        }
    }

    private void offerPoses(long nowNs) {
        boolean due = movedSincePoses ? nowNs >= nextPosesNs : nowNs >= refreshPosesNs;
        if (frozen || players.isEmpty() || !due) {
            return;
        }
        movedSincePoses = false;
        refreshPosesNs = nowNs + Limits.POSES_REFRESH_MS * 1_000_000L;
        nextPosesNs = nowNs + Limits.POSES_MS * 1_000_000L;
        List<PoseBlob.Standing> standing = new ArrayList<>(players.size());
        players.values().forEach(p -> standing.add(new PoseBlob.Standing(p.id, p.avatar.pose())));
        ports.poses()
                .accept(new PoseBlob(config.epoch(), ports.clock().wallMs(), standing).encode());
    }

    // ---- what clients say

    /**
     * A message of a client; one that came after its connection was replaced counts for nothing.
     */
    void said(Player player, Link link, ClientMessage message) {
        if (!link.equals(player.avatar.viewer())) {
            return;
        }
        long nowNs = ports.clock().nanoTime();
        player.lastHeardNs = nowNs;
        boolean readOnly = frozen || closing;
        switch (message) {
            case MoveIntent intent -> move(player, intent, nowNs);
            case PlaceProp edit -> {
                if (numbered(player, edit.clientSequence())) {
                    edits.place(player, edit, readOnly, nowNs);
                }
            }
            case MoveProp edit -> {
                if (numbered(player, edit.clientSequence())) {
                    edits.move(player, edit, readOnly, nowNs);
                }
            }
            case RemoveProp edit -> {
                if (numbered(player, edit.clientSequence())) {
                    edits.remove(player, edit, readOnly, nowNs);
                }
            }
            case Ping ping ->
                    player.tell(
                            encoder.encode(
                                    new Pong(
                                            ping.nonce(),
                                            ping.clientTimeMs(),
                                            ports.clock().wallMs())));
            case Leave() -> leave(player);
            case Hello _ ->
                    goodbye(player, GoodbyeReason.MALFORMED, 0, "Hello comes once, at first");
        }
    }

    private boolean numbered(Player player, long clientSequence) {
        if (clientSequence == 0) {
            goodbye(player, GoodbyeReason.MALFORMED, 0, "clientSequence starts at 1");
            return false;
        }
        return true;
    }

    private void move(Player player, MoveIntent intent, long nowNs) {
        if (intent.sequence() <= player.lastSequence) {
            return; // overtaken
        }
        player.lastSequence = intent.sequence();
        Avatar avatar = player.avatar;
        player.allowanceM = Movement.allowance(player.allowanceM, nowNs - player.lastMoveNs);
        player.lastMoveNs = nowNs;
        switch (Movement.check(avatar.x, avatar.y, avatar.z, intent.pose(), player.allowanceM)) {
            case ACCEPTED -> {
                player.allowanceM -= Movement.distance(avatar.x, avatar.y, avatar.z, intent.pose());
                avatar.moveTo(intent.pose(), intent.clientTimeMs());
                movedSincePoses = true;
            }
            case TOO_FAST -> correct(player, CorrectionReason.TOO_FAST, Limit.SPEED);
            case OUT_OF_BOUNDS -> correct(player, CorrectionReason.OUT_OF_BOUNDS, Limit.BOUNDS);
        }
    }

    private void correct(Player player, CorrectionReason reason, Limit limit) {
        ports.metrics().hit(limit);
        ports.metrics().corrections.inc();
        player.tell(
                encoder.encode(
                        new PositionCorrection(
                                config.epoch(),
                                tick,
                                player.lastSequence,
                                player.avatar.pose(),
                                reason)));
    }

    private void leave(Player player) {
        goodbye(player, GoodbyeReason.LEFT, 0, "");
        disconnect(player);
        if (seats.left(player.seat)) {
            release(player.seat, player.id);
        }
    }

    /** A connection is gone: its seat is held for the reconnect window, unless it was replaced. */
    void gone(Player player, Link link) {
        if (link.equals(player.avatar.viewer())) {
            disconnect(player);
            if (seats.lost(player.seat, nowMs() + reconnectWindow.toMillis())) {
                ports.seatChanges().held(player.seat, player.id, reconnectWindow);
            }
        }
    }

    private void disconnect(Player player) {
        zones.leave(player.avatar, ports.clock().wallMs());
        player.avatar.viewer(null);
        connected.remove(player);
    }

    // ---- who may be here

    /** Whether the bearer of a genuine token may come in; changes nothing. */
    public Entry check(Token token) {
        if (closing) {
            return new Entry.Refused(GoodbyeReason.CLOSING, 1_000, "this host stops");
        }
        if (frozen) {
            return new Entry.Refused(
                    GoodbyeReason.FROZEN, 500, "the database is out of reach: try again");
        }
        Entry entry = seats.check(token, nowMs());
        if (entry instanceof Entry.Claim && !seatsKnown) {
            return new Entry.Refused(
                    GoodbyeReason.LEDGER_UNAVAILABLE,
                    500,
                    "the seats taken before are not known yet: try again");
        }
        return entry;
    }

    /** Seats the bearer of a token, whose claim the ledger has agreed to, or says why not. */
    public Seating admit(Token token, Link link) {
        if (check(token) instanceof Entry.Refused refused) {
            return new Seating.Refused(refused);
        }
        return switch (seats.admit(token, nowMs())) {
            case SeatTable.Admission.Refused(Entry.Refused why) -> new Seating.Refused(why);
            case SeatTable.Admission.Admitted(boolean resumed, var given) -> {
                given.ifPresent(
                        ended -> ports.seatChanges().released(ended.seat(), ended.player()));
                Player player = connect(token, link, resumed);
                if (resumed) {
                    ports.seatChanges().resumed(player.seat, player.id);
                }
                yield new Seating.Seated(player);
            }
        };
    }

    private Player connect(Token token, Link link, boolean resumed) {
        long nowNs = ports.clock().nanoTime();
        Player player =
                players.computeIfAbsent(token.player(), id -> newcomer(id, token.seat(), nowNs));
        if (player.avatar.viewer() != null) {
            goodbye(player, GoodbyeReason.REPLACED, 0, "a newer connection of the same player");
            disconnect(player);
        }
        player.seat = token.seat();
        player.connected(nowNs);
        player.avatar.viewer(link);
        connected.add(player);
        zones.enter(player.avatar, ports.clock().wallMs());
        movedSincePoses = true;
        player.tell(encoder.encode(welcome(player, resumed)));
        return player;
    }

    private Player newcomer(PlayerId id, Seat seat, long nowNs) {
        Memory.Remembered remembered = memory.seated(id);
        Pose start = remembered.place().orElseGet(() -> spawn(seat.number()));
        return new Player(id, seat, new Avatar(++lastAvatar, id, start), remembered, nowNs);
    }

    /**
     * Around the middle of the first zone: a sunflower of some square metres per seat, so that
     * nobody stands in another.
     */
    private Pose spawn(int number) {
        double middle = config.zoneSizeM() / 2;
        double radius = Math.sqrt(number + 0.5);
        double angle = number * 2.399963229728653; // the golden angle
        return new Pose(
                (float) (middle + radius * Math.cos(angle)),
                0,
                (float) (middle + radius * Math.sin(angle)),
                Rotation.IDENTITY);
    }

    private Welcome welcome(Player player, boolean resumed) {
        return new Welcome(
                Protocol.VERSION,
                config.epoch(),
                config.instance().world().value(),
                config.instance().ordinal(),
                player.avatar.id,
                player.seat.number(),
                player.seat.generation(),
                seats.capacity(),
                config.tickRateHz(),
                config.presenceRateHz(),
                config.zoneSizeM(),
                (int) reconnectWindow.toMillis(),
                resumed,
                ports.clock().wallMs(),
                player.memory.answers.highest(),
                player.avatar.pose());
    }

    // ---- what the ledger says

    /** Seats taken under earlier hosts; until this has come, nobody new is admitted. */
    public void adopt(List<TakenSeat> taken) {
        seats.adopt(taken, nowMs() + reconnectWindow.toMillis());
        seatsKnown = true;
        publishStatus();
    }

    /** Where players stood under the last host. */
    public void stood(List<PoseBlob.Standing> players) {
        players.forEach(standing -> memory.stood(standing.player(), standing.pose()));
    }

    /** Applies live: nobody is evicted. */
    public void policy(Policy policy) {
        seats.capacity(policy.capacity());
        reconnectWindow = policy.reconnectWindow();
    }

    /** Admits nobody new under a token; {@code ""} opens. */
    public void cordon(String token) {
        if (!token.equals(seats.cordon())) {
            seats.cordon(token);
            log.info(token.isEmpty() ? "Cordon lifted" : "Cordoned: admitting nobody new");
            publishStatus();
        }
    }

    /** Every seat that is taken. */
    public List<TakenSeat> report() {
        return seats.report(nowMs());
    }

    // ---- the end

    /** From here on nobody is admitted and nothing is edited; movement goes on. */
    public void beginClosing() {
        closing = true;
        tellAll(new Notice(NoticeKind.CLOSING, "this host stops"));
        publishStatus();
    }

    /** Says what became durable, then Goodbye to everyone. */
    public void finishClosing() {
        turn();
        movedSincePoses = true;
        nextPosesNs = ports.clock().nanoTime();
        offerPoses(nextPosesNs);
        for (Player player : connected) {
            player.memory.place(player.avatar.pose());
            goodbye(
                    player,
                    GoodbyeReason.CLOSING,
                    250,
                    "this host stops: resume through the matchmaker");
        }
    }

    // ---- what others see

    /** Any thread. */
    public Status status() {
        return status;
    }

    private void publishStatus() {
        boolean admitting = !frozen && !closing && seatsKnown;
        String why =
                closing
                        ? "closing"
                        : frozen ? "frozen" : seatsKnown ? "" : "the ledger has not answered yet";
        Status was = status;
        if (was.capacity() != seats.capacity()
                || was.admitting() != admitting
                || !was.why().equals(why)
                || !was.confirmedCordon().equals(seats.cordon())) {
            status = new Status(config.epoch(), seats.capacity(), admitting, seats.cordon(), why);
        }
        var metrics = ports.metrics();
        metrics.players.set(connected.size());
        metrics.seats(seats.occupied(), seats.held());
        metrics.entities.set(edits.count());
        metrics.zones.set(zones.all().size());
        metrics.leaseHeld.set(frozen ? 0 : 1);
        metrics.epoch.set((double) config.epoch());
        metrics.capacity.set(seats.capacity());
        metrics.cordoned.set(seats.cordon().isEmpty() ? 0 : 1);
    }

    // ---- helpers

    private void durable(PlayerId id, long sequence) {
        memory.answers(id).ifPresent(answers -> answers.durable(sequence));
        Player player = players.get(id);
        if (player != null && player.avatar.viewer() != null) {
            player.durable.add(sequence);
        }
    }

    private void goodbye(Player player, GoodbyeReason reason, int retryAfterMs, String detail) {
        Link link = player.avatar.viewer();
        if (link != null) {
            link.goodbye(reason, retryAfterMs, detail);
        }
    }

    private void tellAll(Notice notice) {
        byte[] message = encoder.encode(notice);
        connected.forEach(player -> player.tell(message));
    }

    private static void flush(Player player) {
        Link link = player.avatar.viewer();
        if (link != null) {
            link.flush();
        }
    }

    private long nowMs() {
        return ports.clock().nanoTime() / 1_000_000;
    }
}
