package otherworld.bots;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
    private final Set<String> ownRun;
    private final Stats stats;
    private final Map<Integer, Avatar> avatars = new HashMap<>();
    private final Map<Long, PropState> props = new HashMap<>();
    private final Set<String> everSeen = new HashSet<>();
    private boolean known;

    private static final class Avatar {
        final String player;
        final boolean ofThisRun;
        Pose pose;
        int tick;
        long sourceMs;
        long arrivedUs;

        Avatar(AvatarState state, int tick, boolean ofThisRun) {
            this.player = state.player();
            this.ofThisRun = ofThisRun;
            this.pose = state.pose();
            this.tick = tick;
            this.sourceMs = state.sourceTimeMs();
        }
    }

    /** Another player, as far as is known. */
    record Known(String player, Pose pose) {}

    /**
     * @param ownRun players whose clock is this process's
     */
    ZoneView(String player, Set<String> ownRun, Stats stats) {
        this.player = player;
        this.ownRun = ownRun;
        this.stats = stats;
    }

    /** A new connection: nothing is known until its first snapshot. */
    void reset() {
        known = false;
        avatars.clear();
        props.clear();
    }

    void snapshot(ZoneSnapshot snapshot, Observation observation, long nowUs) {
        if (snapshot.part() == 0) {
            reset();
            known = true;
        }
        snapshot.avatars().forEach(state -> put(state, snapshot.tick()));
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
            Optional<String> before = put(state, delta.tick());
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
            if (avatar.ofThisRun) {
                stats.delivery.recordUs(nowUs - move.sourceTimeMs() * 1000);
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
    private Optional<String> put(AvatarState state, int tick) {
        if (state.player().equals(player)) {
            return Optional.empty();
        }
        everSeen.add(state.player());
        Avatar avatar = new Avatar(state, tick, ownRun.contains(state.player()));
        return Optional.ofNullable(avatars.put(state.avatar(), avatar)).map(old -> old.player);
    }
}
