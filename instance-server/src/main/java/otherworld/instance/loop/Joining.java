package otherworld.instance.loop;

import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.instance.config.Limit;
import otherworld.instance.config.Limits;
import otherworld.instance.session.Link;
import otherworld.instance.session.SeatTable;
import otherworld.instance.session.SeatTable.Taken;
import otherworld.instance.session.Session;
import otherworld.instance.session.Verdict;
import otherworld.instance.store.PoseBlob;
import otherworld.ledger.InstanceLedger.TakenSeat;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Pose;
import otherworld.protocol.Rotation;
import otherworld.protocol.Welcome;
import otherworld.tickets.Ticket;
import otherworld.tickets.Token;
import otherworld.world.Movement;
import otherworld.world.Rights;
import otherworld.world.World;

/**
 * Who may be here: seats players, takes them back within the reconnect window, and lets them go.
 * Simulation thread only.
 */
final class Joining {
    private static final Logger log = LoggerFactory.getLogger(Joining.class);

    private final SimulationConfig config;
    private final Ports ports;
    private final Encoder encoder;
    private final World world;
    private final float sightM;
    private final Players players;
    private final LeaseGuard guard;
    private final PlayerRecords records;
    private final PoseKeeper poses;
    private final SeatTable seats;
    private boolean seatsKnown;

    Joining(
            SimulationConfig config,
            Ports ports,
            Encoder encoder,
            World world,
            float sightM,
            Players players,
            LeaseGuard guard,
            PlayerRecords records,
            PoseKeeper poses) {
        this.config = config;
        this.ports = ports;
        this.encoder = encoder;
        this.world = world;
        this.sightM = sightM;
        this.players = players;
        this.guard = guard;
        this.records = records;
        this.poses = poses;
        LivePolicy policy = config.policy();
        this.seats = new SeatTable(policy, nowMs() + policy.reconnectWindow().toMillis());
    }

    // ---- coming

    /**
     * Whether the bearer of a genuine token may come in, for whom the lease is made short. Nobody
     * is seated yet: what is true now may not be any more once the ledger has answered.
     */
    Verdict<Player> check(Token token) {
        Optional<Verdict<Player>> closed = closed();
        if (closed.isPresent()) {
            return closed.get();
        }
        return switch (seats.check(token, nowMs())) {
            case Verdict.Refused<Taken> why -> why.here();
            case Verdict.Claim<Taken>() when !seatsKnown -> seatsUnknown();
            case Verdict.Claim<Taken>() -> expected(new Verdict.Claim<>());
            case Verdict.Resume<Taken>() -> expected(new Verdict.Resume<>());
            case Verdict.ResumeUnlessSuperseded<Taken>() ->
                    expected(new Verdict.ResumeUnlessSuperseded<>());
            case Verdict.Seated<Taken> seated ->
                    throw new IllegalStateException("A check has seated: " + seated);
        };
    }

    private Verdict<Player> expected(Verdict<Player> verdict) {
        guard.expectSomebody();
        return verdict;
    }

    /**
     * Seats the bearer of a token, whose claim the ledger has agreed to, or says why not. This is
     * the last word, and asks for itself whatever {@link #check} did.
     */
    Verdict<Player> admit(Token token, Link link, Session session) {
        Optional<Verdict<Player>> closed = closed();
        if (closed.isPresent()) {
            return closed.get();
        }
        if (token instanceof Ticket && !seatsKnown) {
            return seatsUnknown();
        }
        if (!guard.expectSomebody()) {
            return refused(GoodbyeReason.FROZEN, 500, "the lease is not short yet: try again");
        }
        return switch (seats.admit(token, nowMs())) {
            case Verdict.Seated<Taken>(Taken taken) ->
                    new Verdict.Seated<>(seated(token, link, session, taken));
            case Verdict.Refused<Taken> why -> why.here();
            case Verdict.Claim<Taken> _,
                    Verdict.Resume<Taken> _,
                    Verdict.ResumeUnlessSuperseded<Taken> _ ->
                    throw new IllegalStateException("An admission has left it open");
        };
    }

    private Player seated(Token token, Link link, Session session, Taken taken) {
        taken.given()
                .ifPresent(ended -> ports.seatChanges().released(ended.seat(), ended.player()));
        Player player = connect(token, link, session, taken.resumed());
        ports.metrics().admitted(taken.resumed());
        if (taken.resumed()) {
            ports.seatChanges().resumed(player.seat, player.id);
        }
        return player;
    }

    /** Why nobody at all is let in; empty if somebody may be. */
    private Optional<Verdict<Player>> closed() {
        if (guard.isClosing()) {
            return Optional.of(refused(GoodbyeReason.CLOSING, 1_000, "this host stops"));
        }
        if (guard.isFrozen()) {
            return Optional.of(
                    refused(GoodbyeReason.FROZEN, 500, "the database is out of reach: try again"));
        }
        return Optional.empty();
    }

    private static Verdict<Player> seatsUnknown() {
        return refused(
                GoodbyeReason.LEDGER_UNAVAILABLE,
                500,
                "the seats taken before are not known yet: try again");
    }

    private static Verdict<Player> refused(GoodbyeReason reason, int retryAfterMs, String detail) {
        return new Verdict.Refused<>(reason, retryAfterMs, detail);
    }

    private Player connect(Token token, Link link, Session session, boolean resumed) {
        long nowNs = ports.clock().nanoTime();
        Player player = players.find(token.player());
        if (player == null) {
            player = newcomer(token.player(), token.seat(), nowNs);
            players.add(player);
        }
        if (player.link != null) {
            Players.goodbye(
                    player, GoodbyeReason.REPLACED, 0, "a newer connection of the same player");
            players.disconnect(player, ports.clock().wallMs());
        }
        player.seat = token.seat();
        player.groups = token.groups();
        player.connected(nowNs);
        players.connect(player, link, ports.clock().wallMs());
        poses.moved();
        player.tell(encoder.encode(welcome(player, session, resumed)));
        tellStorage(player);
        return player;
    }

    /** What was told before they came. */
    private void tellStorage(Player player) {
        guard.notice().ifPresent(notice -> player.tell(encoder.encode(notice)));
    }

    private Player newcomer(PlayerId id, Seat seat, long nowNs) {
        PlayerRecords.PlayerRecord record = records.seated(id);
        Pose start = record.place().orElseGet(() -> spawn(seat.number()));
        int avatar = world.addAvatar(id.value(), start, 0);
        return new Player(id, seat, avatar, record, nowNs);
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

    private Welcome welcome(Player player, Session session, boolean resumed) {
        return new Welcome(
                session.version(),
                session.features(),
                config.epoch(),
                config.instance().world().value(),
                config.instance().ordinal(),
                world.entities().id(player.avatar),
                player.seat.number(),
                player.seat.generation(),
                seats.policy().capacity(),
                config.tickRateHz(),
                config.presenceRateHz(),
                config.zoneSizeM(),
                sightM,
                (int) windowMs(),
                resumed,
                ports.clock().wallMs(),
                player.record.answers.highest(),
                world.pose(player.avatar));
    }

    // ---- going

    void leave(Player player) {
        Players.goodbye(player, GoodbyeReason.LEFT, 0, "");
        players.disconnect(player, ports.clock().wallMs());
        if (seats.left(player.seat)) {
            release(player.seat, player.id);
        }
    }

    /** A connection is gone: its seat is held for the reconnect window, unless it was replaced. */
    void disconnected(Player player, Link link) {
        if (link.equals(player.link)) {
            ports.metrics().disconnects.inc();
            players.disconnect(player, ports.clock().wallMs());
            if (seats.lost(player.seat, nowMs() + windowMs())) {
                ports.seatChanges().held(player.seat, player.id, seats.policy().reconnectWindow());
            }
        }
    }

    void endIfIdle(Player player, long nowNs) {
        if (nowNs - player.lastHeardNs > Limits.IDLE_MS * 1_000_000L) {
            player.lastHeardNs = nowNs; // once
            ports.metrics().hit(Limit.IDLE);
            Players.goodbye(player, GoodbyeReason.IDLE, 0, "nothing heard for 30 s: send Ping");
        }
    }

    /** Who does not read gets no more, and gives way to somebody who does. */
    void endIfBehind(Player player, long nowNs) {
        Link link = player.link;
        if (link == null || !link.isBehind()) {
            player.behindSinceNs = 0;
        } else if (player.behindSinceNs == 0) {
            player.behindSinceNs = nowNs;
        } else if (nowNs - player.behindSinceNs > Limits.BEHIND_MS * 1_000_000L) {
            player.behindSinceNs = nowNs; // once
            ports.metrics().hit(Limit.BEHIND);
            Players.goodbye(
                    player,
                    GoodbyeReason.TOO_SLOW,
                    1_000,
                    "more than %d bytes have waited for this client for %d s"
                            .formatted(Limits.BEHIND_BYTES, Limits.BEHIND_MS / 1_000));
        }
    }

    /** Frees the seats whose reconnect window has passed. */
    void expireSeats() {
        List<SeatTable.Ended> ended = seats.expire(nowMs());
        for (int i = 0; i < ended.size(); i++) { // no iterator: this is each tick's
            release(ended.get(i).seat(), ended.get(i).player());
        }
    }

    private void release(Seat seat, PlayerId id) {
        ports.seatChanges().released(seat, id);
        Player player = players.find(id);
        if (player != null && player.seat.equals(seat)) {
            players.remove(id);
            player.record.place(world.pose(player.avatar));
            player.record.seated = false;
            world.removeAvatar(player.avatar);
        }
    }

    // ---- what the ledger says

    void adopt(List<TakenSeat> taken) {
        seats.adopt(taken, nowMs() + windowMs());
        seatsKnown = true;
    }

    void restorePoses(List<PoseBlob.PlayerPose> players) {
        for (PoseBlob.PlayerPose last : players) {
            Pose pose = last.pose();
            // Redis is not ours alone: a place that is none would be passed on to everyone.
            if (Movement.isInBounds(pose) && Rotation.isValid(pose.rotation())) {
                records.restorePose(last.player(), pose);
            }
        }
    }

    void policy(LivePolicy policy) {
        if (!policy.permissions().equals(seats.policy().permissions())) {
            log.info("Permissions are now {}", policy.permissions().encode());
        }
        seats.policy(policy);
    }

    /** What the World lets a player do with entities, now. */
    Rights rights(Player player) {
        Permissions permissions = seats.policy().permissions();
        return new Rights(
                permissions.mayBuild(player.id, player.groups),
                permissions.mayChangeOthers(player.id, player.groups));
    }

    void cordon(String token) {
        if (!token.equals(seats.cordon())) {
            seats.cordon(token);
            log.info(token.isEmpty() ? "Cordon lifted" : "Cordoned: admitting nobody new");
        }
    }

    List<TakenSeat> report() {
        return seats.report(nowMs());
    }

    // ---- what others see

    /** The same as {@code was} if nothing has changed. */
    Status status(Status was) {
        String why = whyNotAdmitting();
        boolean same =
                was.capacity() == seats.policy().capacity()
                        && was.admitting() == why.isEmpty()
                        && was.why().equals(why)
                        && was.storage().equals(guard.storageTrouble())
                        && was.confirmedCordon().equals(seats.cordon());
        return same
                ? was
                : new Status(
                        config.epoch(),
                        seats.policy().capacity(),
                        why.isEmpty(),
                        seats.cordon(),
                        why,
                        guard.storageTrouble());
    }

    private String whyNotAdmitting() {
        if (guard.isClosing()) {
            return "closing";
        }
        if (guard.isFrozen()) {
            return "frozen";
        }
        return seatsKnown ? "" : "the ledger has not answered yet";
    }

    boolean isEmpty() {
        return seats.occupied() + seats.held() == 0;
    }

    void measure() {
        var metrics = ports.metrics();
        metrics.seats(seats.occupied(), seats.held());
        metrics.capacity.set(seats.policy().capacity());
        metrics.cordoned.set(seats.cordon().isEmpty() ? 0 : 1);
    }

    private long windowMs() {
        return seats.policy().reconnectWindow().toMillis();
    }

    private long nowMs() {
        return ports.clock().nanoTime() / 1_000_000;
    }
}
