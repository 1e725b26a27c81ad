package otherworld.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import otherworld.protocol.EntityKind;
import otherworld.protocol.Joint;
import otherworld.protocol.Rotation;

class EntitiesTest {
    private final Entities entities = new Entities();

    private int add(long id, EntityKind kind) {
        return entities.add(id, kind, "ann", "chair", 1, 2, 3, Rotation.IDENTITY, 7);
    }

    @Test
    void keepsWhatItIsTold() {
        int slot =
                entities.add(
                        5L << 32 | 1,
                        EntityKind.PROP,
                        "ann",
                        "chair",
                        1,
                        2,
                        3,
                        Rotation.ofYaw(1),
                        7);

        assertThat(entities.slotOf(5L << 32 | 1)).isEqualTo(slot);
        assertThat(entities.id(slot)).isEqualTo(5L << 32 | 1);
        assertThat(entities.kind(slot)).isEqualTo(EntityKind.PROP);
        assertThat(entities.owner(slot)).isEqualTo("ann");
        assertThat(entities.model(slot)).isEqualTo("chair");
        assertThat(entities.x(slot)).isEqualTo(1);
        assertThat(entities.y(slot)).isEqualTo(2);
        assertThat(entities.z(slot)).isEqualTo(3);
        assertThat(entities.rotation(slot)).isEqualTo(Rotation.ofYaw(1));
        assertThat(entities.movedTick(slot)).isEqualTo(7);
        assertThat(entities.changedTick(slot)).isEqualTo(7);
        assertThat(entities.joints(slot)).isZero();
        assertThat(entities.zone(slot)).isNull();
    }

    @Test
    void movingDatesTheMoveAndPlacingTheChangeToo() {
        int slot = add(1, EntityKind.AVATAR);

        entities.move(slot, 4, 5, 6, Rotation.ofYaw(2), 8);
        assertThat(entities.movedTick(slot)).isEqualTo(8);
        assertThat(entities.changedTick(slot)).isEqualTo(7);
        entities.place(slot, 4, 5, 7, Rotation.ofYaw(2), 9);
        assertThat(entities.movedTick(slot)).isEqualTo(9);
        assertThat(entities.changedTick(slot)).isEqualTo(9);
        assertThat(entities.z(slot)).isEqualTo(7);
    }

    @Test
    void jointsAreAvatarsOnly() {
        int avatar = add(1, EntityKind.AVATAR);
        int prop = add(2, EntityKind.PROP);

        entities.trackJoints(avatar, Joints.bit(Joint.HEAD) | Joints.bit(Joint.LEFT_HAND), 9);
        entities.moveJoint(
                avatar, Joints.number(Joint.LEFT_HAND), -.5f, 1, .25f, Rotation.ofYaw(1));

        assertThat(entities.joints(avatar)).isEqualTo(0b11);
        assertThat(entities.changedTick(avatar)).isEqualTo(9);
        assertThat(entities.jointX(avatar, 1)).isEqualTo(-.5f);
        assertThat(entities.jointY(avatar, 1)).isEqualTo(1);
        assertThat(entities.jointZ(avatar, 1)).isEqualTo(.25f);
        assertThat(entities.jointRotation(avatar, 1)).isEqualTo(Rotation.ofYaw(1));
        assertThat(entities.jointY(avatar, 0)).isZero();
        assertThatIllegalArgumentException()
                .isThrownBy(() -> entities.trackJoints(prop, Joints.bit(Joint.HEAD), 9));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> entities.trackJoints(avatar, 1 << Joints.COUNT, 9));
    }

    @Test
    void aSlotUsedAgainIsAnotherIncarnationWithNothingOfTheFormer() {
        int first = add(1, EntityKind.AVATAR);
        int incarnation = entities.incarnation(first);
        entities.trackJoints(first, Joints.bit(Joint.HEAD), 9);
        entities.moveJoint(first, 0, 1, 1, 1, Rotation.ofYaw(1));
        entities.remove(first);

        assertThat(entities.slotOf(1)).isEqualTo(Entities.NONE);
        assertThat(entities.isAlive(first)).isFalse();
        int second = add(2, EntityKind.AVATAR);
        assertThat(second).isEqualTo(first);
        assertThat(entities.incarnation(second)).isEqualTo(incarnation + 1);
        assertThat(entities.joints(second)).isZero();
        assertThat(entities.jointX(second, 0)).isZero();
        assertThat(entities.jointRotation(second, 0)).isEqualTo(Rotation.IDENTITY);
    }

    @Test
    void stringsStayNoLongerThanWhatRefersToThem() {
        for (int i = 0; i < 1_000; i++) {
            int slot =
                    entities.add(
                            i, EntityKind.PROP, "ann", "model" + i, 0, 0, 0, Rotation.IDENTITY, 0);
            assertThat(entities.model(slot)).isEqualTo("model" + i);
            if (i > 0) {
                entities.remove(slot);
            }
        }
        assertThat(entities.strings()).isEqualTo(2);
        assertThat(entities.model(entities.slotOf(0))).isEqualTo("model0");
    }

    @Test
    void misuseIsRefused() {
        int slot = add(1, EntityKind.PROP);
        assertThatIllegalArgumentException().isThrownBy(() -> add(1, EntityKind.PROP));
        new Zones(entities, 64).enter(slot);
        assertThatIllegalStateException().isThrownBy(() -> entities.remove(slot));
        assertThatIllegalArgumentException().isThrownBy(() -> entities.remove(slot + 1));
        assertThat(entities.isAlive(Entities.NONE)).isFalse();
    }

    @Test
    void agreesWithAMapWhateverComesAndGoes() {
        Random random = new Random(20261126);
        Map<Long, Float> truth = new HashMap<>();
        long next = 1L << 32;
        for (int i = 0; i < 20_000; i++) {
            if (random.nextInt(5) < 3 || truth.isEmpty()) {
                float x = random.nextFloat();
                EntityKind kind = random.nextBoolean() ? EntityKind.AVATAR : EntityKind.PROP;
                entities.add(++next, kind, "p" + i % 7, "m" + i % 5, x, 0, 0, Rotation.IDENTITY, i);
                truth.put(next, x);
            } else {
                long id = (1L << 32) + 1 + random.nextLong(next - (1L << 32));
                int slot = entities.slotOf(id);
                assertThat(slot == Entities.NONE).isEqualTo(truth.remove(id) == null);
                if (slot != Entities.NONE) {
                    entities.remove(slot);
                }
            }
        }
        assertThat(entities.count()).isEqualTo(truth.size());
        assertThat(entities.slots()).isLessThan(20_000);
        int alive = 0;
        for (int slot = 0; slot < entities.slots(); slot++) {
            if (entities.isAlive(slot)) {
                alive++;
                assertThat(entities.x(slot)).isEqualTo(truth.get(entities.id(slot)));
                assertThat(entities.slotOf(entities.id(slot))).isEqualTo(slot);
            }
        }
        assertThat(alive).isEqualTo(truth.size());
    }
}
