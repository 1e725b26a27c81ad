package otherworld.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import otherworld.protocol.EntityKind;
import otherworld.protocol.Pose;
import otherworld.protocol.RefusalReason;
import otherworld.protocol.Rotation;
import otherworld.world.WorldLimits.Bound;

class WorldTest {
    private final World world = new World(5, 64);
    private final int ada = world.addAvatar("ada", at(32), 0);

    @Test
    void idsAreOfOneSpaceAndCarryTheEpoch() {
        EditPlan.Place crate = place(at(33));
        assertThat(world.entities().id(ada)).isEqualTo(5L << 32 | 1);
        assertThat(crate.entity()).isEqualTo(5L << 32 | 2);
        assertThatIllegalArgumentException().isThrownBy(() -> new World(WorldLimits.MAX_EPOCH, 64));
    }

    @Test
    void aPlanChangesNothingUntilItIsApplied() {
        EditPlan.Place crate = place(at(33));
        assertThat(world.props()).isZero();
        assertThat(world.entities().slotOf(crate.entity())).isEqualTo(Entities.NONE);

        world.apply(crate, 4);

        int slot = world.entities().slotOf(crate.entity());
        assertThat(world.props()).isEqualTo(1);
        assertThat(world.entities().kind(slot)).isEqualTo(EntityKind.PROP);
        assertThat(world.entities().owner(slot)).isEqualTo("ada");
        assertThat(world.entities().model(slot)).isEqualTo("crate");
        assertThat(world.entities().changedTick(slot)).isEqualTo(4);
        assertThat(world.pose(slot)).isEqualTo(at(33));
        assertThat(world.zones().at(33, 32)).isSameAs(world.entities().zone(slot));
    }

    @Test
    void whatIsMovedOverABorderIsInTheNextZone() {
        world.entities().move(ada, 60, 0, 32, Rotation.IDENTITY, 1);
        EditPlan.Place crate = place(at(63));
        world.apply(crate, 1);
        EditPlan move = world.planMove(ada, Rights.ALL, crate.entity(), at(65));
        assertThat(move).isEqualTo(new EditPlan.Move(crate.entity(), "crate", at(65), "ada"));

        world.apply((EditPlan.Change) move, 2);

        int slot = world.entities().slotOf(crate.entity());
        assertThat(world.entities().zone(slot)).hasToString("1,0");
        assertThat(world.entities().changedTick(slot)).isEqualTo(2);
        world.apply((EditPlan.Change) world.planRemove(ada, Rights.ALL, crate.entity()), 3);
        world.zones().prune();
        assertThat(world.zones().count()).isZero();
        assertThat(world.props()).isZero();
    }

    @Test
    void whatMayNotBeDoneIsRefusedWithTheBoundThatWasMet() {
        refused(
                world.planPlace(ada, Rights.ALL, "crate", at(49)),
                RefusalReason.OUT_OF_REACH,
                Bound.REACH);
        refused(
                world.planPlace(ada, Rights.ALL, "crate", at(WorldLimits.HALF_WORLD_M + 1)),
                RefusalReason.OUT_OF_BOUNDS,
                Bound.BOUNDS);
        EditPlan unknown = world.planMove(ada, Rights.ALL, 77, at(32));
        assertThat(((EditPlan.Refused) unknown).reason()).isEqualTo(RefusalReason.UNKNOWN_ENTITY);
        assertThat(((EditPlan.Refused) unknown).bound()).isEmpty();
        EditPlan.Place crate = place(at(40));
        world.apply(crate, 0);
        world.entities().move(ada, 20, 0, 32, Rotation.IDENTITY, 1);
        refused(
                world.planMove(ada, Rights.ALL, crate.entity(), at(20)),
                RefusalReason.OUT_OF_REACH,
                Bound.REACH);
        refused(
                world.planRemove(ada, Rights.ALL, crate.entity()),
                RefusalReason.OUT_OF_REACH,
                Bound.REACH);
    }

    @Test
    void anAvatarIsNobodysToMoveOrRemove() {
        int bob = world.addAvatar("bob", at(33), 0);
        long id = world.entities().id(bob);
        assertThat(world.planMove(ada, Rights.ALL, id, at(34)))
                .isInstanceOf(EditPlan.Refused.class);
        assertThat(world.planRemove(ada, Rights.ALL, id)).isInstanceOf(EditPlan.Refused.class);
    }

    @Test
    void anAvatarGoesWithItsZone() {
        world.zones().enter(ada);
        world.removeAvatar(ada);
        world.zones().prune();
        assertThat(world.entities().count()).isZero();
        assertThat(world.zones().count()).isZero();
    }

    private EditPlan.Place place(Pose pose) {
        return (EditPlan.Place) world.planPlace(ada, Rights.ALL, "crate", pose);
    }

    private static void refused(EditPlan plan, RefusalReason reason, Bound bound) {
        assertThat(plan)
                .isInstanceOfSatisfying(
                        EditPlan.Refused.class,
                        no -> {
                            assertThat(no.reason()).isEqualTo(reason);
                            assertThat(no.bound()).contains(bound);
                            assertThat(no.detail()).isNotBlank();
                        });
    }

    private static Pose at(float x) {
        return new Pose(x, 0, 32, Rotation.IDENTITY);
    }
}
