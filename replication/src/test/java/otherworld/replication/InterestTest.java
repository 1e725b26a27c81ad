package otherworld.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;
import otherworld.protocol.EntityState;

/** Who sees whom, and until when. */
class InterestTest {
    private static final int LOOK = 10;

    private final Lab lab = new Lab(1);

    private Client at(float x, float z) {
        return lab.client(lab.avatar(x, z, 0), Client.Network.RELIABLE);
    }

    @Test
    void aViewerSeesItselfAndAllOfItsZone() {
        Client viewer = at(1, 1);
        int other = lab.avatar(63, 63, 1);
        int prop = lab.prop(1, 63);
        lab.tick();
        assertThat(viewer.sees(viewer.slot)).isTrue();
        assertThat(viewer.sees(other)).isTrue();
        assertThat(viewer.sees(prop)).isTrue();
    }

    @Test
    void noBorderIsBlind() {
        Client viewer = at(63, 63);
        int[] around = {
            lab.avatar(65, 63, 0), lab.avatar(63, 65, 0), lab.avatar(65, 65, 0), lab.prop(94, 63)
        };
        lab.tick();
        for (int slot : around) {
            assertThat(viewer.sees(slot)).isTrue();
        }
    }

    @Test
    void nothingIsToldBeyondSightOfTheNeighbours() {
        Client viewer = at(1, 32);
        int seen = lab.avatar(-31, 32, 0);
        int beyond = lab.avatar(-31.01f, 32, 0);
        int propBeyond = lab.prop(1, -2.1f);
        int inZone = lab.prop(63.9f, 0.1f);
        lab.ticks(LOOK);
        assertThat(viewer.sees(seen)).isTrue();
        assertThat(viewer.sees(beyond)).isFalse();
        assertThat(viewer.sees(propBeyond)).isFalse();
        assertThat(viewer.sees(inZone)).isTrue();
    }

    @Test
    void whoIsSeenLeavesFurtherAwayThanItEntered() {
        Client viewer = at(32, 60);
        int other = lab.avatar(32, 91, 0);
        lab.tick();
        assertThat(viewer.sees(other)).isTrue();
        lab.move(other, 32, 94);
        lab.ticks(LOOK);
        assertThat(viewer.sees(other)).isTrue();
        lab.move(other, 32, 96);
        lab.ticks(LOOK);
        assertThat(viewer.sees(other)).isFalse();
        lab.move(other, 32, 94);
        lab.ticks(LOOK);
        assertThat(viewer.sees(other)).isFalse();
    }

    @Test
    void walkingToAndFroOverABorderTellsNothingTwice() {
        List<Integer> props = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            props.add(lab.prop(2 + i, 5));
        }
        Client viewer = at(32, 62);
        lab.ticks(LOOK);
        long told = lab.replication.figures().states();
        for (int i = 0; i < 20; i++) {
            lab.move(viewer.slot, 32, i % 2 == 0 ? 67 : 62);
            lab.ticks(LOOK);
            assertThat(viewer.sees(props.get(25))).isTrue();
        }
        assertThat(lab.replication.figures().states()).isEqualTo(told);
        lab.move(viewer.slot, 32, 69);
        lab.ticks(LOOK);
        assertThat(viewer.sees(props.get(25))).isFalse();
    }

    @Test
    void whatIsPlacedOutOfSightIsSeenByWhoTurnsBackBeforeLookingAgain() {
        Client viewer = at(32, 40);
        lab.ticks(LOOK);
        lab.move(viewer.slot, 32, 38.1f); // less than the way after which it looks again
        lab.ticks(LOOK);
        int prop = lab.prop(32, 72.2f);
        lab.ticks(LOOK);
        lab.move(viewer.slot, 32, 41.9f); // the same from where it looked, twice that from there
        lab.ticks(LOOK);
        assertThat(viewer.sees(prop)).isTrue();
    }

    @Test
    void whatChangesIsToldInTheSameTick() {
        Client viewer = at(10, 10);
        lab.ticks(LOOK);
        int prop = lab.prop(12, 10);
        lab.tick();
        assertThat(viewer.sees(prop)).isTrue();
        lab.place(prop, 13, 10);
        lab.tick();
        EntityState state = viewer.find(lab.entities.id(prop));
        assertThat(state).isNotNull();
        assertThat(state.pose().x()).isEqualTo(13);
        long id = lab.entities.id(prop);
        lab.remove(prop);
        lab.tick();
        assertThat(viewer.find(id)).isNull();
    }

    @Test
    void aSlotThatIsUsedAgainIsAnotherEntity() {
        Client viewer = at(10, 10);
        int old = lab.prop(12, 10);
        lab.tick();
        long id = lab.entities.id(old);
        lab.remove(old);
        int next = lab.avatar(14, 10, 1);
        assertThat(next).isEqualTo(old);
        lab.tick();
        assertThat(viewer.find(id)).isNull();
        assertThat(viewer.sees(next)).isTrue();
    }

    @Test
    void whoseAvatarIsNowhereSeesNothing() {
        Client viewer = at(10, 10);
        lab.prop(12, 10);
        lab.tick();
        assertThat(viewer.replica.size()).isEqualTo(2);
        lab.zones.leave(viewer.slot);
        lab.tick();
        assertThat(viewer.replica.size()).isZero();
        lab.zones.enter(viewer.slot);
        lab.tick();
        assertThat(viewer.replica.size()).isEqualTo(2);
    }

    @Test
    void avatarsComeBeforePropsAndTheNearestOfEach() {
        Client viewer = at(32, 32);
        List<Integer> props = new ArrayList<>();
        for (int i = 0; i < 1_500; i++) {
            props.add(
                    lab.prop(
                            (float) lab.random.nextDouble(0.5, 63.5),
                            (float) lab.random.nextDouble(0.5, 63.5)));
        }
        List<Integer> avatars = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            avatars.add(lab.avatar(i % 2 == 0 ? 1 : 63, 1 + i * 0.3f, 0));
        }
        lab.ticks(200);
        assertThat(viewer.replica.size()).isEqualTo(ReplicationSettings.MAX_SEEN);
        assertThat(avatars).allMatch(viewer::sees);
        props.sort(Comparator.comparingDouble(slot -> lab.distance(viewer.slot, slot)));
        int room = ReplicationSettings.MAX_SEEN - 201;
        assertThat(props.subList(0, room)).allMatch(viewer::sees);
        assertThat(props.subList(room, props.size())).noneMatch(viewer::sees);
    }

    @Test
    void atTheLimitAllAreSeenAndOneMoreIsNot() {
        Client viewer = at(1, 1);
        for (int i = 1; i < ReplicationSettings.MAX_SEEN; i++) {
            lab.prop(2 + i / 20f, 2);
        }
        lab.ticks(120);
        assertThat(viewer.replica.size()).isEqualTo(ReplicationSettings.MAX_SEEN);
        int farthest = lab.prop(62, 62);
        lab.ticks(120);
        assertThat(viewer.replica.size()).isEqualTo(ReplicationSettings.MAX_SEEN);
        assertThat(viewer.sees(farthest)).isFalse();
        int avatar = lab.avatar(62, 62, 0);
        lab.ticks(120);
        assertThat(viewer.sees(avatar)).isTrue();
        assertThat(viewer.replica.size()).isEqualTo(ReplicationSettings.MAX_SEEN);
    }

    @Test
    void aNewNearerPropTakesTheFarthestOnesPlace() {
        Client viewer = at(1, 1);
        for (int i = 1; i < ReplicationSettings.MAX_SEEN; i++) {
            lab.prop(10 + i / 20f, 2);
        }
        lab.ticks(120);
        int near = lab.prop(2, 2);
        lab.ticks(LOOK);
        assertThat(viewer.sees(near)).isTrue();
        assertThat(viewer.replica.size()).isEqualTo(ReplicationSettings.MAX_SEEN);
    }

    @Test
    void aThousandAvatarsAtOnePlaceAreAllSeen() {
        Client viewer = at(5, 5);
        for (int i = 0; i < 999; i++) {
            lab.avatar(5, 5, 1);
        }
        lab.ticks(120);
        assertThat(viewer.replica.size()).isEqualTo(1_000);
    }

    @Test
    void tenThousandPropsStreamInNearestFirstAndWithinTheirBytes() {
        for (int i = 0; i < 10_000; i++) {
            lab.prop(
                    (float) lab.random.nextDouble(0.5, 63.5),
                    (float) lab.random.nextDouble(0.5, 63.5));
        }
        int nearest = lab.prop(32.1f, 32);
        Client viewer = at(32, 32);
        long before = 0;
        for (int i = 0; i < 60; i++) {
            lab.tick();
            long bytes = lab.replication.figures().statesBytes();
            assertThat(bytes - before).isLessThan(ReplicationSettings.STATES_BYTES_PER_TICK + 300);
            before = bytes;
            if (i == 0) {
                assertThat(viewer.sees(nearest)).isTrue();
                assertThat(viewer.sees(viewer.slot)).isTrue();
            }
        }
        assertThat(viewer.replica.size()).isEqualTo(ReplicationSettings.MAX_SEEN);
    }
}
