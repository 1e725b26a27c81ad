package otherworld.bots;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import otherworld.bots.Observation.Change;
import otherworld.protocol.Acknowledge;
import otherworld.protocol.EntityKind;
import otherworld.protocol.EntityState;
import otherworld.protocol.EntityStates;
import otherworld.protocol.EntityUpdate;
import otherworld.protocol.MalformedMessage;
import otherworld.protocol.Pose;
import otherworld.protocol.entity.Quantised;
import otherworld.protocol.entity.Replica;

/**
 * What a bot knows of the entities that it is told of; measures how old places are when they
 * arrive. Guarded by its bot.
 */
final class EntityView {
    private final String player;
    private final Map<String, SentMoves> ownRun;
    private final Stats stats;
    private final Map<Integer, Avatar> avatars = new HashMap<>();
    private final Set<String> everSeen = new HashSet<>();
    private Replica replica = new Replica();
    private boolean known;
    private long intervalMs;
    private long slowestMs;

    /** Of another player. */
    private static final class Avatar {
        final String player;
        final @Nullable SentMoves sent; // of this run's players
        final @Nullable DeliveryAudit audit; // the same
        long place;
        long arrivedUs;

        Avatar(String player, long place, @Nullable SentMoves sent, @Nullable DeliveryAudit audit) {
            this.player = player;
            this.sent = sent;
            this.place = place;
            this.audit = audit;
        }
    }

    /**
     * @param ownRun players whose clock is this process's, and where they were when
     */
    EntityView(String player, Map<String, SentMoves> ownRun, Stats stats) {
        this.player = player;
        this.ownRun = ownRun;
        this.stats = stats;
    }

    /** A new connection: nothing is known until its first EntityStates. */
    void connected(int presenceRateHz, int tickRateHz) {
        replica = new Replica();
        known = false;
        slowestMs = 0;
        avatars.clear();
        intervalMs = Math.ceilDiv(1_000L, presenceRateHz) + Math.ceilDiv(1_000L, tickRateHz);
    }

    /** Nobody is seen from here on: the connection ended. */
    void ended(long nowMs) {
        avatars.values().forEach(avatar -> unseen(avatar, nowMs));
        avatars.clear();
        known = false;
    }

    private void unseen(Avatar avatar, long nowMs) {
        if (avatar.audit != null) {
            avatar.audit.ended(nowMs, slowestMs);
        }
    }

    /**
     * @throws MalformedMessage if the server says what cannot be
     */
    void states(EntityStates states, Observation observation, long nowUs) throws MalformedMessage {
        replica.apply(states);
        long nowMs = nowUs / 1_000;
        for (int index : states.left()) {
            Avatar avatar = avatars.remove(index);
            if (avatar != null) {
                unseen(avatar, nowMs);
                observation.add(new Change.Went(nowMs, avatar.player));
            }
        }
        for (EntityState state : states.entities()) {
            boolean isOther = state.kind() == EntityKind.AVATAR && !state.owner().equals(player);
            if (isOther && !avatars.containsKey(state.index())) {
                avatars.put(state.index(), avatar(state, nowMs));
                everSeen.add(state.owner());
                observation.add(new Change.Came(nowMs, state.owner()));
            }
        }
        if (!known) { // from here on it can be compared with the server's word
            known = true;
            observation.add(new Change.All(nowMs, others()));
        }
    }

    /** The same. */
    void update(EntityUpdate update, long nowUs) throws MalformedMessage {
        replica.apply(update);
        for (int i = 0; i < replica.toldCount(); i++) {
            int index = replica.told(i);
            Avatar avatar = avatars.get(index);
            if (avatar != null) {
                if (avatar.sent != null) {
                    stats.poses.told(
                            avatar.player,
                            avatar.sent,
                            replica.position(index, 0),
                            PoseDigest.of(replica, index),
                            replica.tick(index));
                }
                told(avatar, replica.position(index, 0), nowUs);
            }
        }
    }

    boolean isAcknowledgeDue() {
        return replica.isAcknowledgeDue();
    }

    Acknowledge acknowledgement() {
        return replica.acknowledgement();
    }

    /** Players whose avatars are told of, but for this one. */
    Set<String> others() {
        Set<String> others = new HashSet<>();
        avatars.values().forEach(avatar -> others.add(avatar.player));
        return others;
    }

    Set<String> everSeen() {
        return everSeen;
    }

    /** Of the entities told just now, this player's props. */
    List<EntityState> ownProps(EntityStates states) {
        return states.entities().stream()
                .filter(state -> state.kind() == EntityKind.PROP && state.owner().equals(player))
                .toList();
    }

    private void told(Avatar avatar, long place, long nowUs) {
        if (place == avatar.place) {
            return; // it turned, or stands
        }
        avatar.place = place;
        stats.posesReceived.increment();
        if (avatar.audit == null) {
            return;
        }
        OptionalLong sentMs = avatar.audit.sentMs(place);
        if (sentMs.isEmpty()) {
            return; // where the server put it
        }
        avatar.audit.arrived(sentMs.getAsLong(), nowUs);
        long tookUs = nowUs - sentMs.getAsLong() * 1_000;
        slowestMs = Math.max(slowestMs, tookUs / 1_000);
        stats.delivery.recordUs(tookUs);
        if (avatar.arrivedUs != 0) {
            stats.updateGap.recordUs(nowUs - avatar.arrivedUs);
        }
        avatar.arrivedUs = nowUs;
    }

    private Avatar avatar(EntityState state, long nowMs) {
        SentMoves sent = ownRun.get(state.owner());
        DeliveryAudit audit =
                sent == null ? null : new DeliveryAudit(sent, nowMs, intervalMs, stats);
        Pose pose = state.pose();
        return new Avatar(state.owner(), Quantised.root(pose.x(), pose.y(), pose.z()), sent, audit);
    }
}
