package otherworld.world;

import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.jspecify.annotations.Nullable;
import otherworld.protocol.EntityKind;

/**
 * The zones of an instance that hold anything: squares of {@code sizeM} metres, seen from above.
 * Their number is bounded by the size of the World. Owner thread only.
 */
public final class Zones {
    /** x and z of a zone's neighbours, from it; the opposite of i is 7 − i. */
    private static final int[] AROUND = {-1, -1, 0, -1, 1, -1, -1, 0, 1, 0, -1, 1, 0, 1, 1, 1};

    private final Entities entities;
    private final float sizeM;
    private final Long2ObjectHashMap<Zone> byPlace = new Long2ObjectHashMap<>();
    private final List<Zone> all = new ArrayList<>();
    private final List<Zone> emptied = new ArrayList<>(); // some of which may have filled again

    public Zones(Entities entities, float sizeM) {
        this.entities = entities;
        this.sizeM = sizeM;
    }

    /** Edge of a zone, in metres. */
    public float sizeM() {
        return sizeM;
    }

    /** Puts an entity, which is in no zone, where it stands, and says where that is. */
    public Zone enter(int slot) {
        if (entities.zone(slot) != null) {
            throw new IllegalStateException(
                    "Entity %d is in zone %s already"
                            .formatted(entities.id(slot), entities.zone(slot)));
        }
        Zone zone = of(index(entities.x(slot)), index(entities.z(slot)));
        entities.zone(slot, zone, zone.add(slot, isAvatar(slot)));
        return zone;
    }

    /** Takes an entity out of its zone; null if it was in none. */
    public @Nullable Zone leave(int slot) {
        Zone zone = entities.zone(slot);
        if (zone != null) {
            int index = entities.zoneIndex(slot);
            int moved = zone.removeAt(index, isAvatar(slot));
            if (moved != slot) {
                entities.zone(moved, zone, index);
            }
            entities.zone(slot, null, 0);
            if (zone.isEmpty()) {
                emptied.add(zone);
            }
        }
        return zone;
    }

    /** Whether an entity stands outside of the zone it is in. */
    public boolean hasStrayed(int slot) {
        Zone zone = entities.zone(slot);
        return zone != null
                && (zone.x() != index(entities.x(slot)) || zone.z() != index(entities.z(slot)));
    }

    /** The zone of a place, or null if nothing is in it. */
    public @Nullable Zone at(float x, float z) {
        return byPlace.get(key(index(x), index(z)));
    }

    /** Whether two places are in one zone. */
    public boolean areTogether(float x1, float z1, float x2, float z2) {
        return index(x1) == index(x2) && index(z1) == index(z2);
    }

    /** How many zones there are, empty ones among them until {@link #prune}. */
    public int count() {
        return all.size();
    }

    /** One of them; {@code index} is below {@link #count}. */
    public Zone get(int index) {
        return all.get(index);
    }

    /** Forgets the zones that hold nothing. */
    public void prune() {
        for (int i = 0; i < emptied.size(); i++) {
            Zone zone = emptied.get(i);
            if (zone.isEmpty() && byPlace.remove(key(zone.x(), zone.z()), zone)) {
                joinNeighbours(zone, null);
                Zone last = all.removeLast();
                if (last != zone) {
                    all.set(zone.index(), last);
                    last.index(zone.index());
                }
            }
        }
        emptied.clear();
    }

    private Zone of(int x, int z) {
        Zone zone = byPlace.get(key(x, z));
        if (zone == null) {
            zone = new Zone(x, z);
            byPlace.put(key(x, z), zone);
            joinNeighbours(zone, zone);
            zone.index(all.size());
            all.add(zone);
        }
        return zone;
    }

    /** Tells the zones around one who is there now. */
    private void joinNeighbours(Zone zone, @Nullable Zone now) {
        for (int i = 0; i < Zone.NEIGHBOURS; i++) {
            Zone other = byPlace.get(key(zone.x() + AROUND[2 * i], zone.z() + AROUND[2 * i + 1]));
            if (other != null) {
                other.neighbour(Zone.NEIGHBOURS - 1 - i, now);
                zone.neighbour(i, other);
            }
        }
    }

    private boolean isAvatar(int slot) {
        return entities.kind(slot) == EntityKind.AVATAR;
    }

    private int index(float metres) {
        return (int) Math.floor(metres / sizeM);
    }

    private static long key(int x, int z) {
        return (long) x << 32 | (z & 0xffff_ffffL);
    }
}
