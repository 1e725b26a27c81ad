package otherworld.instance.replicate;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import otherworld.base.PlayerId;
import otherworld.instance.metrics.ZoneLog;
import otherworld.world.World;
import otherworld.world.Zone;

/**
 * The zones that are looked at: those that an avatar is in, or was since viewers were last told.
 * What changes elsewhere is nobody's to know. Simulation thread only.
 */
public final class ZoneViews {
    private final World world;
    private final ZoneLog log;
    private final Map<Zone, ZoneChanges> byZone = new HashMap<>();
    private final List<ZoneChanges> all = new ArrayList<>();
    private int lastNumber;

    public ZoneViews(World world, ZoneLog log) {
        this.world = world;
        this.log = log;
    }

    /** A view of a player's avatar, which is in no zone yet. */
    public AvatarView view(PlayerId player, int slot) {
        return new AvatarView(++lastNumber, player, slot, world.entities());
    }

    /** Puts an avatar, which is in no zone, where it stands. */
    public void enter(AvatarView avatar, long wallMs) {
        Zone zone = world.zones().enter(avatar.slot);
        of(zone).enter(avatar);
        log.add(wallMs, avatar.player, zone, ZoneLog.Kind.ENTER);
    }

    /** Takes an avatar out of its zone, if it is in one. */
    public void leave(AvatarView avatar, long wallMs) {
        Zone zone = world.zones().leave(avatar.slot);
        if (zone != null) {
            of(zone).leave(avatar);
            log.add(wallMs, avatar.player, zone, ZoneLog.Kind.LEAVE);
        }
    }

    /** A prop came to be in a zone, or is another one now. */
    public void put(Zone zone, long prop) {
        ZoneChanges changes = byZone.get(zone);
        if (changes != null) {
            changes.put(prop);
        }
    }

    /** A prop is no longer in a zone. */
    public void remove(Zone zone, long prop) {
        ZoneChanges changes = byZone.get(zone);
        if (changes != null) {
            changes.remove(prop);
        }
    }

    int count() {
        return all.size();
    }

    ZoneChanges get(int index) {
        return all.get(index);
    }

    /** Forgets the zones that nobody looks at; call when viewers have been told. */
    void prune() {
        for (int i = all.size() - 1; i >= 0; i--) {
            ZoneChanges changes = all.get(i);
            if (changes.members().isEmpty()) {
                byZone.remove(changes.zone);
                ZoneChanges last = all.removeLast();
                if (last != changes) {
                    all.set(i, last);
                }
            }
        }
        world.zones().prune();
    }

    private ZoneChanges of(Zone zone) {
        @Nullable ZoneChanges changes = byZone.get(zone);
        if (changes == null) {
            changes = new ZoneChanges(zone);
            byZone.put(zone, changes);
            all.add(changes);
        }
        return changes;
    }
}
