package otherworld.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import otherworld.protocol.EntityKind;
import otherworld.protocol.Rotation;

class ZonesTest {
    private static final float SIZE = 64;

    private final Entities entities = new Entities();
    private final Zones zones = new Zones(entities, SIZE);
    private long lastId;

    private int add(EntityKind kind, float x, float z) {
        return entities.add(++lastId, kind, "ann", "", x, 0, z, Rotation.IDENTITY, 0);
    }

    @Test
    void avatarsStandApartFromOthers() {
        int avatar = add(EntityKind.AVATAR, 1, -1);
        int prop = add(EntityKind.PROP, 2, -2);

        Zone zone = zones.enter(avatar);
        assertThat(zones.enter(prop)).isSameAs(zone);

        assertThat(zone.x()).isZero();
        assertThat(zone.z()).isEqualTo(-1);
        assertThat(zone).hasToString("0,-1");
        assertThat(zone.avatarCount()).isEqualTo(1);
        assertThat(zone.avatar(0)).isEqualTo(avatar);
        assertThat(zone.otherCount()).isEqualTo(1);
        assertThat(zone.other(0)).isEqualTo(prop);
        assertThat(entities.zone(prop)).isSameAs(zone);
        assertThat(zones.at(63, -64)).isSameAs(zone);
        assertThat(zones.at(64, -64)).isNull();
    }

    @Test
    void whoWalksOutHasStrayedUntilTheyEnterAgain() {
        int avatar = add(EntityKind.AVATAR, 63, 0);
        Zone first = zones.enter(avatar);
        int changes = first.changes();
        entities.move(avatar, 64, 0, 0, Rotation.IDENTITY, 1);

        assertThat(zones.hasStrayed(avatar)).isTrue();
        assertThat(zones.leave(avatar)).isSameAs(first);
        assertThat(first.changes()).isNotEqualTo(changes);
        assertThat(zones.enter(avatar)).isNotSameAs(first);
        assertThat(zones.hasStrayed(avatar)).isFalse();
        assertThatIllegalStateException().isThrownBy(() -> zones.enter(avatar));
        assertThat(zones.areTogether(63, 0, 64, 0)).isFalse();
        assertThat(zones.areTogether(0, 0, 63, 63)).isTrue();
    }

    @Test
    void leavingNothingIsNothing() {
        assertThat(zones.leave(add(EntityKind.PROP, 0, 0))).isNull();
    }

    @Test
    void neighboursKnowEachOtherUntilOneIsEmptyAndForgotten() {
        int middle = add(EntityKind.PROP, 0, 0);
        Zone zone = zones.enter(middle);
        Set<Zone> around = new HashSet<>();
        for (int x = -1; x <= 1; x++) {
            for (int z = -1; z <= 1; z++) {
                if (x != 0 || z != 0) {
                    around.add(zones.enter(add(EntityKind.PROP, x * SIZE, z * SIZE)));
                }
            }
        }
        zones.enter(add(EntityKind.PROP, 2 * SIZE, 0));

        assertThat(neighbours(zone)).isEqualTo(around);
        around.forEach(other -> assertThat(neighbours(other)).contains(zone));
        zones.leave(middle);
        zones.prune();
        around.forEach(other -> assertThat(neighbours(other)).doesNotContain(zone));
        assertThat(zones.count()).isEqualTo(9);
    }

    @Test
    void holdsExactlyWhatEnteredWhateverComesAndGoes() {
        Random random = new Random(11);
        for (int i = 0; i < 300; i++) {
            add(i % 2 == 0 ? EntityKind.AVATAR : EntityKind.PROP, place(random), place(random));
        }
        for (int i = 0; i < 20_000; i++) {
            int slot = random.nextInt(300);
            if (zones.leave(slot) == null) {
                entities.move(slot, place(random), 0, place(random), Rotation.IDENTITY, i);
                zones.enter(slot);
            }
            if (i % 100 == 0) {
                zones.prune();
            }
        }
        zones.prune();
        Set<Integer> found = new HashSet<>();
        for (int i = 0; i < zones.count(); i++) {
            Zone zone = zones.get(i);
            for (int j = 0; j < zone.avatarCount(); j++) {
                assertThat(entities.kind(zone.avatar(j))).isEqualTo(EntityKind.AVATAR);
                assertThat(entities.zone(zone.avatar(j))).isSameAs(zone);
                assertThat(found.add(zone.avatar(j))).isTrue();
            }
            for (int j = 0; j < zone.otherCount(); j++) {
                assertThat(entities.kind(zone.other(j))).isEqualTo(EntityKind.PROP);
                assertThat(entities.zone(zone.other(j))).isSameAs(zone);
                assertThat(found.add(zone.other(j))).isTrue();
            }
        }
        for (int slot = 0; slot < 300; slot++) {
            assertThat(found.contains(slot)).isEqualTo(entities.zone(slot) != null);
        }
    }

    private static float place(Random random) {
        return random.nextFloat(-200, 200);
    }

    private static Set<Zone> neighbours(Zone zone) {
        Set<Zone> found = new HashSet<>();
        for (int i = 0; i < Zone.NEIGHBOURS; i++) {
            Zone neighbour = zone.neighbour(i);
            if (neighbour != null) {
                found.add(neighbour);
            }
        }
        return found;
    }
}
