package otherworld.instance.simulation;

import java.util.List;
import otherworld.base.PlayerId;
import otherworld.instance.config.Limits;
import otherworld.instance.presence.PoseBlob;
import otherworld.instance.replicate.Encoder;
import otherworld.instance.replicate.ZoneReplicator;
import otherworld.instance.session.Entry;
import otherworld.instance.session.Link;
import otherworld.instance.simulation.Tenure.MayEdit;
import otherworld.instance.zone.Zone;
import otherworld.instance.zone.ZoneGrid;
import otherworld.ledger.InstanceLedger.Policy;
import otherworld.ledger.InstanceLedger.TakenSeat;
import otherworld.persistence.InstanceStore.Loaded;
import otherworld.protocol.ClientMessage;
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
import otherworld.protocol.RemoveProp;
import otherworld.tickets.Token;

/**
 * All state of one instance and everything that happens to it. {@link #turn} handles what came in,
 * {@link #tick} moves time on and tells the viewers; both are called by {@link SimulationLoop},
 * whose thread alone may call any method here but {@link #status}.
 *
 * <p>The chapters: {@link Tenure} (may this host act), {@link Reception} (who is here), {@link
 * Walking}, {@link Edits}, {@link ZoneReplicator} (who is told what), {@link HotPoses}.
 */
public final class Simulation {
    private final SimulationConfig config;
    private final Ports ports;
    private final Encoder encoder = new Encoder();
    private final Memory memory = new Memory();
    private final ZoneGrid zones;
    private final Crowd crowd;
    private final Tenure tenure;
    private final HotPoses poses;
    private final Reception reception;
    private final Walking walking;
    private final Edits edits;
    private final ZoneReplicator replicator;
    private int tick;
    private volatile Status status;

    public Simulation(SimulationConfig config, Ports ports, Loaded loaded) {
        this.config = config;
        this.ports = ports;
        long epoch = config.epoch();
        zones = new ZoneGrid(config.zoneSizeM(), ports.zoneLog());
        crowd = new Crowd(encoder, zones);
        tenure = new Tenure(epoch, ports, crowd);
        poses = new HotPoses(epoch, ports, crowd);
        reception = new Reception(config, ports, encoder, crowd, tenure, memory, poses);
        walking = new Walking(epoch, ports, zones, encoder, poses);
        edits = new Edits(epoch, ports.writer(), zones, encoder, ports.metrics());
        int settleTicks = Math.ceilDiv(Limits.SETTLE_MS * config.tickRateHz(), 1_000);
        replicator = new ZoneReplicator(encoder, epoch, settleTicks);
        edits.load(loaded.entities());
        long answers = loaded.recent().stream().filter(edit -> !memory.answered(edit)).count();
        ports.metrics()
                .unreadable
                .set(loaded.unreadable().size() + edits.unreadable() + (double) answers);
        status = new Status(epoch, config.capacity(), false, "", "starting", "");
    }

    // ---- the duty cycle

    /** Before anything rests on the lease. */
    void watchLease() {
        tenure.watchLease();
    }

    /** Between inputs and ticks: the lease, and what the database finished. */
    void turn() {
        tenure.watchLease();
        if (!tenure.isFrozen()) {
            edits.acknowledge(this::durable, ports.clock().nanoTime());
        }
        for (int i = 0; i < crowd.connected().size(); i++) {
            Player player = crowd.connected().get(i);
            if (!player.durable.isEmpty()) {
                edits.tellDurable(player);
            }
        }
        crowd.flush();
    }

    void tick() {
        tick++;
        long nowNs = ports.clock().nanoTime();
        tenure.watchWriter();
        reception.expireSeats();
        for (int i = crowd.connected().size() - 1; i >= 0; i--) {
            Player player = crowd.connected().get(i);
            reception.endIfIdle(player, nowNs);
            walking.changeZone(player, nowNs);
        }
        tenure.relaxIf(reception.isEmpty() && edits.allDurable(), nowNs);
        tellZones();
        if (!tenure.isFrozen()) {
            poses.offerIfDue(nowNs);
        }
        crowd.flush();
        publishStatus();
    }

    int connections() {
        return crowd.connected().size();
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

    private void durable(PlayerId id, long sequence) {
        memory.answers(id).ifPresent(answers -> answers.durable(sequence));
        Player player = crowd.find(id);
        if (player != null && player.avatar.viewer() != null) {
            player.durable.add(sequence);
        }
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
        MayEdit mayEdit = tenure.mayEdit();
        switch (message) {
            case MoveIntent intent -> walking.move(player, intent, tick, nowNs);
            case PlaceProp edit -> {
                if (numbered(player, edit.clientSequence())) {
                    edits.place(player, edit, mayEdit, nowNs);
                }
            }
            case MoveProp edit -> {
                if (numbered(player, edit.clientSequence())) {
                    edits.move(player, edit, mayEdit, nowNs);
                }
            }
            case RemoveProp edit -> {
                if (numbered(player, edit.clientSequence())) {
                    edits.remove(player, edit, mayEdit, nowNs);
                }
            }
            case Ping(int nonce, long clientTimeMs) ->
                    player.tell(
                            encoder.encode(new Pong(nonce, clientTimeMs, ports.clock().wallMs())));
            case Leave() -> reception.leave(player);
            case Hello _ ->
                    Crowd.goodbye(player, GoodbyeReason.MALFORMED, 0, "Hello comes once, at first");
        }
    }

    private static boolean numbered(Player player, long clientSequence) {
        long highest = player.memory.answers.highest();
        if (clientSequence > 0 && clientSequence - highest <= Limits.SEQUENCE_AHEAD) {
            return true;
        }
        Crowd.goodbye(
                player,
                GoodbyeReason.MALFORMED,
                0,
                clientSequence == 0
                        ? "clientSequence starts at 1"
                        : "clientSequence %d is more than %d above %d, the highest so far"
                                .formatted(clientSequence, Limits.SEQUENCE_AHEAD, highest));
        return false;
    }

    /** A connection is gone: its seat is held for the reconnect window, unless it was replaced. */
    void gone(Player player, Link link) {
        reception.gone(player, link);
    }

    // ---- who may be here

    /**
     * Whether the bearer of a genuine token may come in. If so {@link SimulationLoop#awaitTight},
     * then {@link #admit}.
     */
    public Entry check(Token token) {
        return reception.check(token);
    }

    /** Seats the bearer of a token, whose claim the ledger has agreed to, or says why not. */
    public Seating admit(Token token, Link link) {
        return reception.admit(token, link);
    }

    // ---- what the ledger says

    /** Seats taken under earlier hosts; until this has come, nobody new is admitted. */
    public void adopt(List<TakenSeat> taken) {
        reception.adopt(taken);
        publishStatus();
    }

    /** Where players stood under the last host. */
    public void stood(List<PoseBlob.Standing> players) {
        reception.stood(players);
    }

    /** Applies live: nobody is evicted. */
    public void policy(Policy policy) {
        reception.policy(policy);
    }

    /** Admits nobody new under a token; {@code ""} opens. */
    public void cordon(String token) {
        reception.cordon(token);
        publishStatus();
    }

    /** Every seat that is taken. */
    public List<TakenSeat> report() {
        return reception.report();
    }

    // ---- the end

    /** From here on nobody is admitted and nothing is edited; movement goes on. */
    public void beginClosing() {
        tenure.beginClosing();
        crowd.tellAll(new Notice(NoticeKind.CLOSING, "this host stops"));
        publishStatus();
    }

    /** Says what became durable, then Goodbye to everyone. */
    public void finishClosing() {
        turn();
        if (!tenure.isFrozen()) {
            poses.offer(ports.clock().nanoTime());
        }
        for (Player player : crowd.connected()) {
            player.memory.place(player.avatar.pose());
            Crowd.goodbye(
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
        status = reception.status(status);
        reception.measure();
        var metrics = ports.metrics();
        metrics.players.set(crowd.connected().size());
        metrics.entities.set(edits.count());
        metrics.zones.set(zones.all().size());
        metrics.leaseHeld.set(tenure.isFrozen() ? 0 : 1);
        metrics.epoch.set((double) config.epoch());
    }
}
