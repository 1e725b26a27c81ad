package otherworld.bots;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import otherworld.bots.Observation.Change;
import otherworld.protocol.AvatarMove;
import otherworld.protocol.AvatarState;
import otherworld.protocol.Pose;
import otherworld.protocol.PresenceDelta;
import otherworld.protocol.PropDelta;
import otherworld.protocol.PropState;
import otherworld.protocol.ZoneSnapshot;

/**
 * What a bot knows of its zone, from snapshots and deltas; measures how old poses are when they
 * arrive. Guarded by its bot.
 */
final class ZoneView {
    private final String player;
    private final Map<String, SentMoves> ownRun;
    private final Stats stats;
    private final Map<Integer, Avatar> avatars = new HashMap<>();
    private final Map<Long, PropState> props = new HashMap<>();
    private final Set<String> everSeen = new HashSet<>();
    private boolean known;
    private long intervalMs;
    private long slowestMs;

    private static final class Avatar {
        final String player;
        final @Nullable DeliveryAudit audit; // of this run's players
        Pose pose;
        int tick;
        long sourceMs;
        long arrivedUs;

        Avatar(AvatarState state, int tick, @Nullable DeliveryAudit audit) {
            this.player = state.player();
            this.audit = audit;
            this.pose = state.pose();
            this.tick = tick;
            this.sourceMs = state.sourceTimeMs();
        }
    }

    /** Another player, as far as is known. */
    record Known(String player, Pose pose) {}

    /**
     * @param ownRun players whose clock is this process's, and when they sent their moves
     */
    ZoneView(String player, Map<String, SentMoves> ownRun, Stats stats) {
        this.player = player;
        this.ownRun = ownRun;
        this.stats = stats;
    }

    /** A new connection: nothing is known until its first snapshot. */
    void connected(int presenceRateHz, int tickRateHz) {
        known = false;
        slowestMs = 0;
        avatars.clear();
        props.clear();
        intervalMs = Math.ceilDiv(1_000L, presenceRateHz) + Math.ceilDiv(1_000L, tickRateHz);
    }

    /** Nobody is seen from here on: the connection ended, or a snapshot begins anew. */
    void ended(long nowMs) {
        avatars.values().forEach(avatar -> unseen(avatar, nowMs));
        avatars.clear();
        props.clear();
        known = false;
    }

    private void unseen(Avatar avatar, long nowMs) {
        if (avatar.audit != null) {
            avatar.audit.ended(nowMs, slowestMs);
        }
    }

    void snapshot(ZoneSnapshot snapshot, Observation observation, long nowUs) {
        if (snapshot.part() == 0) {
            ended(nowUs / 1000);
            known = true;
        }
        snapshot.avatars().forEach(state -> put(state, snapshot.tick(), nowUs / 1000));
        snapshot.props().forEach(prop -> props.put(prop.entity(), prop));
        if (snapshot.part() == snapshot.parts() - 1) {
            Set<String> others = new HashSet<>();
            avatars.values().forEach(avatar -> others.add(avatar.player));
            observation.add(new Change.All(nowUs / 1000, others));
        }
    }

    void presence(PresenceDelta delta, Observation observation, long nowUs) {
        if (!known) {
            return;
        }
        for (AvatarState state : delta.entered()) {
            Optional<String> before = put(state, delta.tick(), nowUs / 1000);
            if (before.isPresent()) { // its number was given to somebody else
                observation.add(new Change.Went(nowUs / 1000, before.get()));
            }
            if (!state.player().equals(player)) {
                observation.add(new Change.Came(nowUs / 1000, state.player()));
            }
        }
        delta.moved().forEach(move -> moved(move, delta.tick(), nowUs));
        for (int number : delta.left()) {
            Avatar avatar = avatars.remove(number);
            if (avatar != null) {
                unseen(avatar, nowUs / 1000);
                observation.add(new Change.Went(nowUs / 1000, avatar.player));
            }
        }
    }

    /** One that was overtaken by a newer one, or whose avatar is not known, counts for nothing. */
    private void moved(AvatarMove move, int tick, long nowUs) {
        Avatar avatar = avatars.get(move.avatar());
        if (avatar == null || tick < avatar.tick) {
            return;
        }
        avatar.tick = tick;
        avatar.pose = move.pose();
        if (move.sourceTimeMs() > avatar.sourceMs) {
            avatar.sourceMs = move.sourceTimeMs();
            stats.posesReceived.increment();
            if (avatar.audit != null) {
                avatar.audit.arrived(move.sourceTimeMs(), nowUs);
                long tookUs = nowUs - move.sourceTimeMs() * 1000;
                slowestMs = Math.max(slowestMs, tookUs / 1_000);
                stats.delivery.recordUs(tookUs);
                if (avatar.arrivedUs != 0) {
                    stats.updateGap.recordUs(nowUs - avatar.arrivedUs);
                }
                avatar.arrivedUs = nowUs;
            }
        }
    }

    void props(PropDelta delta) {
        delta.changed().forEach(prop -> props.put(prop.entity(), prop));
        delta.removed().forEach(props::remove);
    }

    Map<Long, PropState> props() {
        return props;
    }

    /** The others in the zone, by avatar. */
    Map<Integer, Known> others() {
        Map<Integer, Known> others = new HashMap<>();
        avatars.forEach((id, avatar) -> others.put(id, new Known(avatar.player, avatar.pose)));
        return others;
    }

    Set<String> everSeen() {
        return everSeen;
    }

    /** The player who had the number before, if any. */
    private Optional<String> put(AvatarState state, int tick, long nowMs) {
        if (state.player().equals(player)) {
            return Optional.empty();
        }
        everSeen.add(state.player());
        SentMoves sent = ownRun.get(state.player());
        DeliveryAudit audit =
                sent == null ? null : new DeliveryAudit(sent, nowMs, intervalMs, stats);
        Avatar before = avatars.put(state.avatar(), new Avatar(state, tick, audit));
        if (before == null) {
            return Optional.empty();
        }
        unseen(before, nowMs);
        return Optional.of(before.player);
    }
}
