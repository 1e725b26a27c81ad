package otherworld.instance.zone;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The zones of an instance that hold anybody or anything: squares of {@code sizeM} metres. Their
 * number is bounded by the size of the World. Simulation thread only.
 */
public final class ZoneGrid {
    private final float sizeM;
    private final ZoneLog log;
    private final Long2ObjectHashMap<Zone> byPlace = new Long2ObjectHashMap<>();
    private final List<Zone> all = new ArrayList<>();

    public ZoneGrid(float sizeM, ZoneLog log) {
        this.sizeM = sizeM;
        this.log = log;
    }

    /** Puts an avatar, which is in no zone, where it stands. */
    public void enter(Avatar avatar, long wallMs) {
        Zone zone = at(avatar.x, avatar.z);
        zone.enter(avatar);
        log.add(wallMs, avatar.player, zone, ZoneLog.Kind.ENTER);
    }

    /** Takes an avatar out of its zone, if it is in one. */
    public void leave(Avatar avatar, long wallMs) {
        Zone zone = avatar.zone;
        if (zone != null) {
            zone.leave(avatar);
            log.add(wallMs, avatar.player, zone, ZoneLog.Kind.LEAVE);
        }
    }

    /** Whether the avatar stands outside of the zone it is in. */
    public boolean strayed(Avatar avatar) {
        Zone zone = avatar.zone;
        return zone != null && (zone.x != index(avatar.x) || zone.z != index(avatar.z));
    }

    /** Puts a prop where it stands now, wherever it was. */
    public void put(Prop prop) {
        Zone now = at(prop.body().x(), prop.body().z());
        if (prop.zone != null && prop.zone != now) {
            prop.zone.remove(prop);
        }
        now.put(prop);
    }

    public void remove(Prop prop) {
        if (prop.zone != null) {
            prop.zone.remove(prop);
        }
    }

    /** How many props stand in the zone of a place. */
    public int propsAt(float x, float z) {
        Zone zone = byPlace.get(key(index(x), index(z)));
        return zone == null ? 0 : zone.propCount();
    }

    /** Whether two places are in one zone. */
    public boolean sameZone(float x1, float z1, float x2, float z2) {
        return index(x1) == index(x2) && index(z1) == index(z2);
    }

    /** Every zone that holds anything; not to be changed while it is read. */
    public List<Zone> all() {
        return all;
    }

    /** Forgets the zones that hold nothing; call when viewers have been told. */
    public void prune() {
        for (int i = all.size() - 1; i >= 0; i--) {
            Zone zone = all.get(i);
            if (zone.isEmpty()) {
                byPlace.remove(key(zone.x, zone.z));
                Zone last = all.removeLast();
                if (last != zone) {
                    all.set(i, last);
                }
            }
        }
    }

    private Zone at(float x, float z) {
        int zoneX = index(x);
        int zoneZ = index(z);
        Zone zone = byPlace.get(key(zoneX, zoneZ));
        if (zone == null) {
            zone = new Zone(zoneX, zoneZ);
            byPlace.put(key(zoneX, zoneZ), zone);
            all.add(zone);
        }
        return zone;
    }

    private int index(float metres) {
        return (int) Math.floor(metres / sizeM);
    }

    private static long key(int x, int z) {
        return (long) x << 32 | (z & 0xffff_ffffL);
    }
}
