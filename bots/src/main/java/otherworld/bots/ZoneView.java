package otherworld.bots;

import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import otherworld.bots.Observation.Change;
import otherworld.protocol.AvatarMove;
import otherworld.protocol.AvatarState;
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
        long sourceMs;
        long arrivedUs;

        Avatar(AvatarState state, boolean ofThisRun) {
            this.player = state.player();
            this.ofThisRun = ofThisRun;
            this.sourceMs = state.sourceTimeMs();
        }
    }

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
        snapshot.avatars().forEach(this::put);
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
            Optional<String> before = put(state);
            if (before.isPresent()) { // its number was given to somebody else
                observation.add(new Change.Went(nowUs / 1000, before.get()));
            }
            if (!state.player().equals(player)) {
                observation.add(new Change.Came(nowUs / 1000, state.player()));
            }
        }
        for (AvatarMove move : delta.moved()) {
            Avatar avatar = avatars.get(move.avatar());
            if (avatar != null && move.sourceTimeMs() > avatar.sourceMs) {
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
        for (int number : delta.left()) {
            Avatar avatar = avatars.remove(number);
            if (avatar != null) {
                observation.add(new Change.Went(nowUs / 1000, avatar.player));
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

    Set<String> everSeen() {
        return everSeen;
    }

    /** The player who had the number before, if any. */
    private Optional<String> put(AvatarState state) {
        if (state.player().equals(player)) {
            return Optional.empty();
        }
        everSeen.add(state.player());
        Avatar avatar = new Avatar(state, ownRun.contains(state.player()));
        return Optional.ofNullable(avatars.put(state.avatar(), avatar)).map(old -> old.player);
    }
}
