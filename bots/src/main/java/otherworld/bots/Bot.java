package otherworld.bots;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import otherworld.base.InstanceId;
import otherworld.bots.Seats.Answer;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.CorrectionReason;
import otherworld.protocol.EditApplied;
import otherworld.protocol.EditDurable;
import otherworld.protocol.EditRefused;
import otherworld.protocol.EntityState;
import otherworld.protocol.EntityStates;
import otherworld.protocol.EntityUpdate;
import otherworld.protocol.Goodbye;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Leave;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.Notice;
import otherworld.protocol.Ping;
import otherworld.protocol.Pong;
import otherworld.protocol.Pose;
import otherworld.protocol.PositionCorrection;
import otherworld.protocol.RefusalReason;
import otherworld.protocol.ServerMessage;
import otherworld.protocol.Welcome;
import otherworld.protocol.entity.Quantised;

/**
 * One bot player. Its life runs on a virtual thread of its own; messages arrive on its transport's
 * threads. All its state is guarded by its monitor.
 */
final class Bot implements Connection.Receiver {
    private static final long PING_EVERY_MS = 1_000;

    /** From coming back on WebSocket to the try of WebRTC, and as much again at random. */
    private static final long UPGRADE_AFTER_MS = 2_000;

    private static final long GOODBYE_PATIENCE_MS = 5_000;

    private final BotPlan plan;
    private final Dialler dialler;
    private final RunClock clock;
    private final Stats stats;
    private final ZoneLogs logs;
    private final Walker walker;
    private final PropHobby hobby;
    private final EntityView view;
    private final Map<InstanceId, EditLog> edits = new HashMap<>();
    private final List<Observation> observations = new ArrayList<>();

    private @Nullable Link link;
    private long cutMs = Long.MAX_VALUE;

    /** A connection that was welcomed. */
    private static final class Link {
        final Connection connection;
        final Welcome welcome;
        final Observation observation;
        final EditLog edits;
        int sequence;
        int nonce;
        long nextPingMs;
        long upgradeMs = Long.MAX_VALUE;
        boolean upgrading;
        long heardMs;
        boolean over;
        boolean closedInOrder;
        @Nullable Goodbye goodbye;

        Link(
                Connection connection,
                Welcome welcome,
                Observation observation,
                EditLog edits,
                long heardMs) {
            this.connection = connection;
            this.welcome = welcome;
            this.observation = observation;
            this.edits = edits;
            this.heardMs = heardMs;
        }
    }

    Bot(
            BotPlan plan,
            Seats seats,
            Transports transports,
            RunClock clock,
            Stats stats,
            ZoneLogs logs) {
        this.plan = plan;
        this.dialler = new Dialler(plan, seats, transports, clock, stats);
        this.clock = clock;
        this.stats = stats;
        this.logs = logs;
        SplittableRandom random = new SplittableRandom(plan.ownSeed());
        this.walker = new Walker(random.split(), plan.area());
        this.hobby = new PropHobby(random.split());
        this.view = new EntityView(plan.player(), plan.players(), stats);
    }

    /** The whole life: seat, play, come back when the connection drops, leave. */
    void live() throws InterruptedException {
        long askedUs = clock.nowUs();
        Optional<Answer.Seated> seat = dialler.takeSeat();
        OptionalLong cutOffMs = OptionalLong.empty();
        while (seat.isPresent()) {
            Optional<Dialler.Dialled> dialled = dialler.dial(seat.get(), this);
            if (dialled.isEmpty()) {
                return; // counted as an error there
            }
            seat = Optional.of(dialled.get().seat());
            Link now = begin(dialled.get());
            if (cutOffMs.isEmpty()) {
                stats.seated.recordUs(clock.nowUs() - askedUs);
                planCut();
            } else {
                stats.away.recordUs(1_000 * (clock.nowMs() - cutOffMs.getAsLong()));
                stats.reconnects.increment();
                planUpgrade(now);
            }
            Interval interval = play(now);
            while (interval == Interval.UPGRADE_DUE) {
                now = upgrade(now, seat.get());
                interval = play(now);
            }
            if (interval == Interval.TIME_OVER) {
                settle(now);
                leave(now);
                return;
            }
            if (!mayComeBack(now)) {
                return;
            }
            cutOffMs = OptionalLong.of(lastHeardMs(now));
        }
    }

    /** How an interval of playing ended. */
    private enum Interval {
        TIME_OVER,
        UPGRADE_DUE,
        LOST
    }

    private synchronized void planCut() {
        if (plan.cutAfterMs() > 0) {
            cutMs = clock.nowMs() + plan.cutAfterMs();
        }
    }

    private void planUpgrade(Link now) {
        if (dialler.mayUpgrade(now.connection)) {
            long spreadMs = plan.index() * 97L % UPGRADE_AFTER_MS;
            now.upgradeMs = clock.nowMs() + UPGRADE_AFTER_MS + spreadMs;
        }
    }

    /** Goes over to WebRTC, or stays where it is. */
    private Link upgrade(Link now, Answer.Seated seat) throws InterruptedException {
        now.upgradeMs = Long.MAX_VALUE;
        now.upgrading = true;
        Optional<Dialler.Dialled> dialled = dialler.upgrade(seat, this);
        if (dialled.isEmpty()) {
            return now;
        }
        synchronized (this) {
            now.observation.end(clock.nowMs());
            view.ended(clock.nowMs());
        }
        Link upgraded = begin(dialled.get());
        now.connection.abort("upgraded");
        return upgraded;
    }

    private synchronized long lastHeardMs(Link now) {
        return now.heardMs;
    }

    String player() {
        return plan.player();
    }

    synchronized boolean isIn() {
        return link != null && !link.over;
    }

    /** After the run. */
    synchronized List<Observation> observations() {
        return List.copyOf(observations);
    }

    /** After the run. */
    synchronized Map<InstanceId, List<EditLog.Entry>> edits() {
        Map<InstanceId, List<EditLog.Entry>> copy = new HashMap<>();
        edits.forEach((instance, log) -> copy.put(instance, log.entries()));
        return copy;
    }

    synchronized int playersSeen() {
        return view.everSeen().size();
    }

    private synchronized Link begin(Dialler.Dialled dialled) {
        Welcome welcome = dialled.welcome();
        InstanceId instance = dialled.seat().instance();
        LogSource source = LogSource.of(instance, welcome.epoch(), dialled.endpoint());
        logs.follow(source);
        Observation observation = new Observation(plan.player(), source, logs.hearing(source));
        observations.add(observation);
        EditLog log = edits.computeIfAbsent(instance, _ -> new EditLog());
        log.continueAfter(welcome.lastClientSequence());
        Link now = new Link(dialled.connection(), welcome, observation, log, clock.nowMs());
        link = now;
        view.connected(welcome.presenceRateHz(), welcome.tickRateHz());
        standAt(welcome.pose());
        // What came between Welcome and here, in order; later messages wait at the monitor.
        Dialler.Early early = dialled.handOver().get();
        early.messages().forEach(message -> handle(now, message));
        if (early.closed()) {
            end(now);
        }
        for (ClientMessage edit : log.unsettled()) {
            now.connection.send(edit);
        }
        return now;
    }

    /** Walks and builds until the time is over, or the connection is, or another is due. */
    private Interval play(Link now) throws InterruptedException {
        long periodUs = 1_000_000L / plan.moveRateHz();
        // Bots spread over the period: players do not send in step.
        long dueUs = clock.nowUs() + plan.index() * 7919L % periodUs;
        while (clock.nowMs() < plan.endMs()) {
            long waitUs = dueUs - clock.nowUs();
            if (waitUs > 0) {
                Thread.sleep(waitUs / 1000, (int) (waitUs % 1000) * 1000);
            }
            stats.late.recordUs(clock.nowUs() - dueUs);
            if (!step(now, periodUs / 1e6)) {
                return Interval.LOST;
            }
            if (clock.nowMs() >= now.upgradeMs) {
                return Interval.UPGRADE_DUE;
            }
            dueUs = Math.max(dueUs + periodUs, clock.nowUs() - periodUs);
        }
        return Interval.TIME_OVER;
    }

    private synchronized boolean step(Link now, double seconds) {
        Optional<String> lost = now.connection.lost();
        if (lost.isPresent() && !now.over) {
            stats.retry(lost.get());
            now.connection.abort(lost.get());
        }
        if (clock.nowMs() >= cutMs) {
            cutMs = Long.MAX_VALUE;
            stats.retry("cut, as planned");
            now.connection.abort("cut, as planned");
        }
        if (now.over) {
            return false;
        }
        if (walker.step(seconds)) {
            hobby.errand(now.edits).ifPresent(prop -> walker.goTo(prop.x(), prop.z()));
        }
        Pose here = walker.pose();
        long nowUs = clock.nowUs();
        acknowledge(now);
        SentMoves sent = plan.sentMoves();
        MoveIntent move = move(now.sequence + 1, here);
        sent.add(
                nowUs / 1000,
                Quantised.root(here.x(), here.y(), here.z()),
                PoseDigest.of(here, move.joints()));
        if (now.connection.sendIfIdle(move)) {
            now.sequence++;
            stats.movesSent.increment();
        } else {
            sent.takeBack();
        }
        if (plan.edits()) {
            Optional<ClientMessage> edit = hobby.step(seconds, here, now.edits);
            edit.ifPresent(message -> edit(now, message));
        }
        if (nowUs / 1000 >= now.nextPingMs) {
            now.nextPingMs = nowUs / 1000 + PING_EVERY_MS;
            now.connection.send(new Ping(++now.nonce, nowUs / 1000));
        }
        return true;
    }

    private MoveIntent move(int sequence, Pose here) {
        return new MoveIntent(sequence, here, plan.joints() ? walker.joints() : List.of());
    }

    /** Before each move, that is, well within the 50 ms that the server is promised. */
    private void acknowledge(Link now) {
        if (now.connection.isLossy() && view.isAcknowledgeDue()) {
            now.connection.sendIfIdle(view.acknowledgement());
        }
    }

    private void edit(Link now, ClientMessage message) {
        stats.editsSent.increment();
        now.edits.sent(message, clock.nowUs());
        now.connection.send(message);
    }

    /** Waits for the answers to the last edits. */
    private void settle(Link now) throws InterruptedException {
        now.connection.send(lastPose(now));
        long deadlineMs = clock.nowMs() + plan.patience().settleMs();
        int left = unsettled(now);
        while (left > 0 && clock.nowMs() < deadlineMs) {
            Thread.sleep(50);
            left = unsettled(now);
        }
        for (int i = 0; i < left; i++) {
            stats.error("edit without an answer");
        }
    }

    /** Told reliably, since no later one comes. */
    private synchronized MoveIntent lastPose(Link now) {
        Pose here = walker.pose();
        plan.sentMoves().put(Quantised.root(here.x(), here.y(), here.z()));
        return move(++now.sequence, here);
    }

    /** The server's word. */
    private void standAt(Pose pose) {
        plan.sentMoves().put(Quantised.root(pose.x(), pose.y(), pose.z()));
        walker.standAt(pose);
    }

    private synchronized int unsettled(Link now) {
        acknowledge(now);
        return now.over ? 0 : now.edits.unsettled().size();
    }

    private void leave(Link now) throws InterruptedException {
        synchronized (this) {
            now.observation.end(clock.nowMs());
            view.ended(clock.nowMs());
            if (!now.over) {
                now.connection.send(new Leave());
            }
            long deadlineMs = clock.nowMs() + GOODBYE_PATIENCE_MS;
            while (!now.over && clock.nowMs() < deadlineMs) {
                wait(Math.max(1, deadlineMs - clock.nowMs()));
            }
            Goodbye goodbye = now.goodbye;
            if (goodbye == null && now.over && !now.closedInOrder) {
                stats.retry("the connection broke before Goodbye"); // the seat is Held, and ends
            } else if (goodbye == null) {
                stats.error("no Goodbye after Leave");
            } else if (goodbye.reason() != GoodbyeReason.LEFT) {
                stats.error("Goodbye " + goodbye.reason() + " after Leave");
            }
        }
        now.connection.abort("left");
    }

    private synchronized boolean mayComeBack(Link now) {
        Goodbye goodbye = now.goodbye;
        if (goodbye == null) {
            return true;
        }
        if (now.upgrading && goodbye.reason() == GoodbyeReason.REPLACED) {
            stats.retry("upgrade: replaced, but not welcomed");
            return true;
        }
        if (Dialler.isTransient(goodbye.reason())) {
            stats.retry("Goodbye " + goodbye.reason());
            return true;
        }
        stats.error("Goodbye " + goodbye.reason());
        return false;
    }

    @Override
    public synchronized void received(Connection from, ServerMessage message, int bytes) {
        stats.bytesReceived.add(bytes);
        Link now = link;
        if (now != null && now.connection.equals(from)) {
            handle(now, message);
        }
    }

    @Override
    public synchronized void closed(Connection connection, Connection.End end) {
        Link now = link;
        if (now != null && now.connection.equals(connection) && !now.over) {
            switch (end) {
                case Connection.End.Malformed malformed -> stats.error(malformed.text());
                case Connection.End.Closed _ -> now.closedInOrder = true;
                case Connection.End.Broken _ -> {}
            }
            end(now);
        }
    }

    /** Nothing could be seen since the last message came, however late the end is noticed. */
    private void end(Link now) {
        now.over = true;
        now.observation.end(now.heardMs);
        view.ended(now.heardMs);
        notifyAll();
    }

    private void handle(Link now, ServerMessage message) {
        long nowUs = clock.nowUs();
        now.heardMs = nowUs / 1_000;
        now.observation.heard(now.heardMs);
        if (isStale(now, message)) {
            return;
        }
        try {
            handle(now, message, nowUs);
        } catch (MalformedMessage e) {
            now.connection.abort(new Connection.End.Malformed(e.reason().name()));
        }
    }

    private void handle(Link now, ServerMessage message, long nowUs) throws MalformedMessage {
        switch (message) {
            case EntityStates states -> {
                view.states(states, now.observation, nowUs);
                for (EntityState prop : view.ownProps(states)) {
                    now.edits.adopt(prop.entity(), prop.pose());
                }
            }
            case EntityUpdate update -> view.update(update, nowUs);
            case PositionCorrection correction -> {
                standAt(correction.pose());
                stats.corrections.increment();
                if (correction.reason() == CorrectionReason.TELEPORTED) {
                    stats.retry("teleported");
                }
            }
            case EditApplied applied ->
                    now.edits
                            .applied(applied.clientSequence(), applied.entity())
                            .ifPresent(edit -> {
                                stats.editsApplied.increment();
                                stats.interaction.recordUs(nowUs - edit.sentUs);
                            });
            case EditDurable durable ->
                    durable.clientSequences()
                            .forEach(sequence ->
                                    now.edits
                                            .durable(sequence)
                                            .ifPresent(edit -> {
                                                stats.editsDurable.increment();
                                                stats.durable.recordUs(nowUs - edit.sentUs);
                                            }));
            case EditRefused refused -> refused(now, refused);
            case Pong pong ->
                    now.observation.clock(pong.clientTimeMs(), nowUs / 1000, pong.serverTimeMs());
            case Notice notice -> stats.retry("Notice " + notice.kind());
            case Goodbye goodbye -> now.goodbye = goodbye;
            case Welcome _ -> stats.error("second Welcome");
        }
    }

    private void refused(Link now, EditRefused refused) {
        if (now.edits.refused(refused.clientSequence()).isPresent()) {
            stats.editsRefused.increment();
            String kind = "edit refused: " + refused.reason();
            if (refused.reason() == RefusalReason.STORAGE_SLOW
                    || refused.reason() == RefusalReason.FROZEN
                    || refused.reason() == RefusalReason.CLOSING) {
                stats.retry(kind);
            } else {
                stats.error(kind);
            }
        }
    }

    private static boolean isStale(Link now, ServerMessage message) {
        long epoch =
                switch (message) {
                    case EntityStates m -> m.epoch();
                    case PositionCorrection m -> m.epoch();
                    case EditApplied m -> m.epoch();
                    case EditDurable m -> m.epoch();
                    case Welcome m -> m.epoch();
                    case EntityUpdate _, EditRefused _, Pong _, Notice _, Goodbye _ ->
                            now.welcome.epoch();
                };
        return epoch < now.welcome.epoch();
    }
}
