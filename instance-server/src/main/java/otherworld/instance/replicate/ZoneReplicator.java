package otherworld.instance.replicate;

import java.util.ArrayList;
import java.util.List;
import otherworld.instance.session.Link;
import otherworld.protocol.AvatarState;
import otherworld.protocol.PresenceDelta;
import otherworld.protocol.PropDelta;
import otherworld.protocol.PropState;
import otherworld.protocol.Protocol;
import otherworld.protocol.ZoneSnapshot;
import otherworld.world.Entities;
import otherworld.world.World;
import otherworld.world.Zone;

/**
 * Tells the viewers of a zone what is there and what changed. Each message is encoded once and its
 * bytes are shared by all viewers, so the cost of encoding does not depend on their number; the
 * client's own avatar is therefore among them. In a steady tick the only allocation is those bytes.
 *
 * <p>Simulation thread only.
 */
public final class ZoneReplicator {
    private final World world;
    private final ZoneViews views;
    private final Encoder encoder;
    private final long epoch;
    private final Moves moves;

    /**
     * @param settleTicks an avatar that was not moved for so long has stopped
     */
    public ZoneReplicator(
            World world, ZoneViews views, Encoder encoder, long epoch, int settleTicks) {
        this.world = world;
        this.views = views;
        this.encoder = encoder;
        this.epoch = epoch;
        this.moves = new Moves(encoder, epoch, settleTicks);
    }

    /**
     * Tells everyone what they have not been told.
     *
     * @param presenceDue whether that includes who came, went and moved
     */
    public void tick(int tick, boolean presenceDue) {
        for (int i = 0; i < views.count(); i++) {
            ZoneChanges zone = views.get(i);
            snapshots(zone, tick);
            props(zone, tick);
            if (presenceDue) {
                presence(zone, tick);
            }
        }
        if (presenceDue) {
            views.prune();
        }
    }

    /** Sends everything in the zone to each viewer who has just entered it. */
    private void snapshots(ZoneChanges zone, int tick) {
        List<byte[]> parts = List.of();
        for (int i = 0; i < zone.members().size(); i++) {
            AvatarView avatar = zone.members().get(i);
            Link viewer = avatar.link();
            if (avatar.needsSnapshot && viewer != null) {
                avatar.needsSnapshot = false;
                if (parts.isEmpty()) {
                    parts = encodeSnapshot(zone, tick); // the same for all who enter in this tick
                }
                parts.forEach(viewer::send);
            }
        }
    }

    /**
     * Sends what changed among the avatars since the last call: reliably who came and went and
     * where those stand who have stopped, unreliably who moved.
     */
    private void presence(ZoneChanges zone, int tick) {
        if (!zone.members().isEmpty() && !(zone.entered().isEmpty() && zone.left().isEmpty())) {
            enteredAndLeft(zone, tick);
        }
        zone.membersTold();
        moves.tell(zone, tick);
    }

    /** Sends what changed among the props since the last call. */
    private void props(ZoneChanges zone, int tick) {
        List<Long> changed = zone.changed();
        List<Long> removed = zone.removed();
        if (changed.isEmpty() && removed.isEmpty()) {
            return;
        }
        if (!zone.members().isEmpty()) {
            int from = 0;
            int removedFrom = 0;
            while (from < changed.size() || removedFrom < removed.size()) {
                List<PropState> states = new ArrayList<>();
                for (; from < changed.size() && states.size() < Protocol.MAX_STATES; from++) {
                    states.add(prop(world.entities().slotOf(changed.get(from))));
                }
                int removedTo = Math.min(removed.size(), removedFrom + Protocol.MAX_CHANGES);
                zone.sendToAll(
                        encoder.encode(
                                new PropDelta(
                                        epoch,
                                        tick,
                                        states,
                                        removed.subList(removedFrom, removedTo))));
                removedFrom = removedTo;
            }
        }
        zone.propsTold();
    }

    private void enteredAndLeft(ZoneChanges zone, int tick) {
        List<AvatarView> entered = zone.entered();
        List<Integer> left = zone.left();
        int from = 0;
        int leftFrom = 0;
        while (from < entered.size() || leftFrom < left.size()) {
            List<AvatarState> states = new ArrayList<>();
            for (; from < entered.size() && states.size() < Protocol.MAX_STATES; from++) {
                states.add(state(entered.get(from)));
            }
            int leftTo = Math.min(left.size(), leftFrom + Protocol.MAX_CHANGES);
            zone.sendToAll(
                    encoder.encode(
                            new PresenceDelta(
                                    epoch,
                                    tick,
                                    states,
                                    List.of(),
                                    left.subList(leftFrom, leftTo))));
            leftFrom = leftTo;
        }
    }

    private List<byte[]> encodeSnapshot(ZoneChanges zone, int tick) {
        List<AvatarState> avatars = new ArrayList<>();
        zone.members().forEach(avatar -> avatars.add(state(avatar)));
        List<PropState> props = new ArrayList<>();
        Zone place = zone.zone;
        for (int i = 0; i < place.otherCount(); i++) {
            props.add(prop(place.other(i)));
        }
        int most = Math.max(Math.max(avatars.size(), props.size()), 1);
        int parts = (most + Protocol.MAX_STATES - 1) / Protocol.MAX_STATES;
        List<byte[]> encoded = new ArrayList<>(parts);
        for (int part = 0; part < parts; part++) {
            encoded.add(
                    encoder.encode(
                            new ZoneSnapshot(
                                    epoch,
                                    tick,
                                    place.x(),
                                    place.z(),
                                    part,
                                    parts,
                                    part(avatars, part),
                                    part(props, part))));
        }
        return encoded;
    }

    private static <T> List<T> part(List<T> items, int part) {
        int from = Math.min(items.size(), part * Protocol.MAX_STATES);
        return items.subList(from, Math.min(items.size(), from + Protocol.MAX_STATES));
    }

    private PropState prop(int slot) {
        Entities entities = world.entities();
        return new PropState(
                entities.id(slot), entities.model(slot), world.pose(slot), entities.owner(slot));
    }

    private static AvatarState state(AvatarView avatar) {
        return new AvatarState(
                avatar.number, avatar.player.value(), avatar.pose(), avatar.sourceTimeMs);
    }
}
