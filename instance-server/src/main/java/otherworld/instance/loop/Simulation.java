package otherworld.instance.loop;

import java.util.List;
import otherworld.base.LivePolicy;
import otherworld.base.PlayerId;
import otherworld.instance.config.Limits;
import otherworld.instance.loop.LeaseGuard.MayEdit;
import otherworld.instance.metrics.ReplicationMetrics;
import otherworld.instance.session.Link;
import otherworld.instance.session.Session;
import otherworld.instance.session.Verdict;
import otherworld.instance.store.PoseBlob;
import otherworld.instance.store.StoredWorld;
import otherworld.instance.trace.EditTrace;
import otherworld.instance.trace.JoinTrace;
import otherworld.ledger.InstanceLedger.TakenSeat;
import otherworld.persistence.InstanceStore.Loaded;
import otherworld.protocol.Acknowledge;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Hello;
import otherworld.protocol.Leave;
import otherworld.protocol.MoveEntity;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.Notice;
import otherworld.protocol.NoticeKind;
import otherworld.protocol.Ping;
import otherworld.protocol.PlaceEntity;
import otherworld.protocol.Pong;
import otherworld.protocol.RemoveEntity;
import otherworld.replication.Replication;
import otherworld.replication.ReplicationSettings;
import otherworld.tickets.Token;
import otherworld.world.Joints;
import otherworld.world.World;

/**
 * All state of one instance and everything that happens to it. {@link #turn} handles what came in,
 * {@link #tick} moves time on and tells the viewers; both are called by {@link SimulationLoop},
 * whose thread alone may call any method here but {@link #status}.
 *
 * <p>The chapters: {@link LeaseGuard} (may this host act), {@link Joining} (who is here), {@link
 * Moving}, {@link Editing}, {@link Replication} (who is told what), {@link PoseKeeper}.
 */
public final class Simulation {
    private final SimulationConfig config;
    private final Ports ports;
    private final Encoder encoder = new Encoder();
    private final PlayerRecords records = new PlayerRecords();
    private final World world;
    private final Players players;
    private final LeaseGuard guard;
    private final PoseKeeper poses;
    private final Joining joining;
    private final Moving moving;
    private final Editing editing;
    private final Replication replication;
    private final ReplicationMetrics replicationMetrics;
    private final FirstSnapshots firstSnapshots = new FirstSnapshots();
    private int tick;
    private volatile Status status;

    public Simulation(SimulationConfig config, Ports ports, StoredWorld stored, Loaded loaded) {
        this.config = config;
        this.ports = ports;
        long epoch = config.epoch();
        world = stored.world();
        ReplicationSettings telling =
                ReplicationSettings.of(epoch, config.presenceRateHz(), config.zoneSizeM())
                        .withBitsPerSecond(config.bitsPerSecond());
        replication =
                new Replication(world.entities(), world.zones(), telling, config.tickRateHz());
        replicationMetrics = ports.metrics().replication;
        players = new Players(encoder, world, replication, ports.zoneLog());
        guard = new LeaseGuard(epoch, ports, players);
        poses = new PoseKeeper(epoch, ports, world, players);
        joining =
                new Joining(
                        config,
                        ports,
                        encoder,
                        world,
                        telling.sightM(),
                        players,
                        guard,
                        records,
                        poses);
        moving = new Moving(epoch, ports, world, encoder, poses);
        editing = new Editing(epoch, ports.writer(), world, encoder, ports.metrics());
        long answers = loaded.recent().stream().filter(edit -> !records.restore(edit)).count();
        ports.metrics()
                .unreadable
                .set(loaded.unreadable().size() + stored.leftOut() + (double) answers);
        status = new Status(epoch, config.policy().capacity(), false, "", "starting", "");
    }

    // ---- the duty cycle

    /** Before anything rests on the lease. */
    void watchLease() {
        guard.watchLease();
    }

    /** Between inputs and ticks: the lease, and what the database finished. */
    void turn() {
        guard.watchLease();
        long nowNs = ports.clock().nanoTime();
        editing.watchWaiting(nowNs);
        if (!guard.isFrozen()) {
            editing.acknowledge(this::durable, nowNs);
        }
        for (int i = 0; i < players.connected().size(); i++) {
            Player player = players.connected().get(i);
            if (!player.durable.isEmpty()) {
                editing.tellDurable(player);
            }
        }
        players.flush();
        editing.told();
    }

    void tick() {
        tick++;
        long nowNs = ports.clock().nanoTime();
        guard.watchWriter();
        joining.expireSeats();
        for (int i = players.connected().size() - 1; i >= 0; i--) {
            Player player = players.connected().get(i);
            joining.endIfIdle(player, nowNs);
            joining.endIfBehind(player, nowNs);
            players.changeZone(player, ports.clock().wallMs());
        }
        guard.relaxIf(joining.isEmpty() && editing.allDurable(), nowNs);
        tellViewers();
        if (!guard.isFrozen()) {
            poses.offerIfDue(nowNs);
        }
        players.flush();
        firstSnapshots.told();
        publishStatus();
    }

    /** The last tick took so much of the time it has; 1 is all of it. */
    void tickTook(float share) {
        replication.tickTook(share);
    }

    int connections() {
        return players.connected().size();
    }

    private void tellViewers() {
        boolean presenceDue =
                (long) tick * config.presenceRateHz() / config.tickRateHz()
                        != (tick - 1L) * config.presenceRateHz() / config.tickRateHz();
        replication.tick(tick, presenceDue);
        if (presenceDue) {
            measureAge();
        }
        world.zones().prune();
    }

    /** Of what was told now. */
    private void measureAge() {
        long nowNs = ports.clock().nanoTime();
        List<Player> connected = players.connected();
        for (int i = 0; i < connected.size(); i++) {
            Player player = connected.get(i);
            if (player.untoldSinceNs != 0) {
                ports.metrics().deliveryAgeSeconds.observe((nowNs - player.untoldSinceNs) / 1e9);
                player.untoldSinceNs = 0;
            }
        }
    }

    private void durable(PlayerId id, long sequence) {
        records.answers(id).ifPresent(answers -> answers.durable(sequence));
        Player player = players.find(id);
        if (player != null && player.link != null) {
            player.durable.add(sequence);
        }
    }

    // ---- what clients say

    /**
     * A message of a client; one that came after its connection was replaced counts for nothing.
     */
    void receive(Player player, Link link, ClientMessage message) {
        if (!link.equals(player.link)) {
            return;
        }
        long nowNs = ports.clock().nanoTime();
        player.lastHeardNs = nowNs;
        MayEdit mayEdit = guard.mayEdit();
        switch (message) {
            case MoveIntent intent -> {
                if (Joints.areInOrder(intent.joints())) {
                    moving.move(player, intent, tick, nowNs);
                } else {
                    Players.goodbye(
                            player, GoodbyeReason.MALFORMED, 0, "joints come once, in order");
                }
            }
            case PlaceEntity edit -> {
                if (numbered(player, edit.clientSequence())) {
                    editing.place(player, edit, joining.rights(player), mayEdit, tick, nowNs);
                }
            }
            case MoveEntity edit -> {
                if (numbered(player, edit.clientSequence())) {
                    editing.move(player, edit, joining.rights(player), mayEdit, tick, nowNs);
                }
            }
            case RemoveEntity edit -> {
                if (numbered(player, edit.clientSequence())) {
                    editing.remove(player, edit, joining.rights(player), mayEdit, tick, nowNs);
                }
            }
            case Acknowledge acknowledge -> acknowledged(player, acknowledge);
            case Ping(int nonce, long clientTimeMs) ->
                    player.tell(
                            encoder.encode(new Pong(nonce, clientTimeMs, ports.clock().wallMs())));
            case Leave() -> joining.leave(player);
            case Hello _ ->
                    Players.goodbye(
                            player, GoodbyeReason.MALFORMED, 0, "Hello comes once, at first");
        }
    }

    /** The same, of an edit that is recorded. */
    void receive(Player player, Link link, ClientMessage message, EditTrace trace) {
        editing.follow(trace);
        try {
            receive(player, link, message);
        } finally {
            editing.followNoMore();
        }
    }

    private void acknowledged(Player player, Acknowledge had) {
        if (player.viewer != null
                && !replication.acknowledged(
                        player.viewer, had.datagram(), had.earlier(), had.states())) {
            Players.goodbye(player, GoodbyeReason.MALFORMED, 0, "acknowledges what was never sent");
        }
    }

    private static boolean numbered(Player player, long clientSequence) {
        long highest = player.record.answers.highest();
        if (clientSequence > 0 && clientSequence - highest <= Limits.SEQUENCE_AHEAD) {
            return true;
        }
        Players.goodbye(
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
    void disconnected(Player player, Link link) {
        joining.disconnected(player, link);
    }

    // ---- who may be here

    /**
     * Whether the bearer of a genuine token may come in. If so {@link SimulationLoop#awaitTight},
     * then {@link #admit}.
     */
    public Verdict<Player> check(Token token) {
        return joining.check(token);
    }

    /** Seats the bearer of a token, whose claim the ledger has agreed to, or says why not. */
    public Verdict<Player> admit(Token token, Link link, Session session) {
        return joining.admit(token, link, session);
    }

    /** Says when this player, who was admitted now, is told what they see first. */
    public void follow(Player player, JoinTrace trace) {
        trace.welcomed(config.epoch());
        firstSnapshots.follow(player, trace);
    }

    // ---- what the ledger says

    /** Seats taken under earlier hosts; until this has come, nobody new is admitted. */
    public void adopt(List<TakenSeat> taken) {
        joining.adopt(taken);
        publishStatus();
    }

    /** Where players stood under the last host. */
    public void restorePoses(List<PoseBlob.PlayerPose> players) {
        joining.restorePoses(players);
    }

    /** Applies live: nobody is evicted. */
    public void policy(LivePolicy policy) {
        joining.policy(policy);
    }

    /** Admits nobody new under a token; {@code ""} opens. */
    public void cordon(String token) {
        joining.cordon(token);
        publishStatus();
    }

    /** Every seat that is taken. */
    public List<TakenSeat> report() {
        return joining.report();
    }

    // ---- the end

    /** From here on nobody is admitted and nothing is edited; movement goes on. */
    public void beginClosing() {
        guard.beginClosing();
        players.tellAll(new Notice(NoticeKind.CLOSING, "this host stops"));
        publishStatus();
    }

    /** Says what became durable, then Goodbye to everyone. */
    public void finishClosing() {
        turn();
        if (!guard.isFrozen()) {
            poses.offer(ports.clock().nanoTime());
        }
        for (Player player : players.connected()) {
            player.record.place(world.pose(player.avatar));
            Players.goodbye(
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
        status = joining.status(status);
        joining.measure();
        var metrics = ports.metrics();
        metrics.players.set(players.connected().size());
        metrics.entities.set(world.props());
        metrics.zones.set(world.zones().count());
        metrics.leaseHeld.set(guard.isFrozen() ? 0 : 1);
        replicationMetrics.set(replication.figures(), replication.degradation());
        metrics.epoch.set((double) config.epoch());
    }
}
