package otherworld.instance.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.instance.loop.SimulatedInstance.Client;
import otherworld.persistence.EntityPatch;
import otherworld.persistence.InstanceStore.Loaded;
import otherworld.persistence.PropBody;
import otherworld.protocol.CorrectionReason;
import otherworld.protocol.EditApplied;
import otherworld.protocol.EditRefused;
import otherworld.protocol.EntityKind;
import otherworld.protocol.EntityState;
import otherworld.protocol.MoveEntity;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.PlaceEntity;
import otherworld.protocol.Pose;
import otherworld.protocol.PositionCorrection;
import otherworld.protocol.RefusalReason;
import otherworld.protocol.RemoveEntity;
import otherworld.protocol.Rotation;
import otherworld.world.WorldLimits;

/** Colliders as players meet them: what they build is in the way of everybody. */
class CollisionTest {
    private static final String WALL = "collider:box:0.5x4x20";

    private SimulatedInstance world = new SimulatedInstance();
    private final Client ada = new Client();
    private Player player = world.join("ada", 0, ada);
    private int moves;

    @Test
    void aWallStopsAMoveAndIsToldOnlyWhereItMust() {
        long wall = place(1, WALL, at(36, 32));
        world.ticks(2);
        assertThat(ada.mirror.props.get(wall))
                .returns(EntityKind.COLLIDER, EntityState::kind)
                .returns(WALL, EntityState::model);
        walk(35, 32);
        assertThat(ada.all(PositionCorrection.class)).isEmpty();
        walk(36, 33);
        PositionCorrection stopped = ada.all(PositionCorrection.class).getLast();
        assertThat(stopped.reason()).isEqualTo(CorrectionReason.BLOCKED);
        assertThat(stopped.lastSequence()).isEqualTo(moves);
        assertThat(stopped.pose()).isEqualTo(world.pose(player));
        assertThat(stopped.pose().x()).isBetween(35.48f, 35.5f);
        assertThat(stopped.pose().z()).as("along the wall").isGreaterThan(32.9f);
        walk(stopped.pose().x() + 0.02f, 34); // a client that slides by itself
        assertThat(ada.all(PositionCorrection.class)).hasSize(1);
        assertThat(world.pose(player).x()).isLessThan(35.5f);

        world.simulation.receive(player, ada, new MoveEntity(2, wall, at(40, 32)));
        walk(37, 34);
        assertThat(world.pose(player)).isEqualTo(at(37, 34));
        walk(41, 34);
        assertThat(ada.all(PositionCorrection.class)).hasSize(2);
        world.simulation.receive(player, ada, new RemoveEntity(3, wall));
        walk(41, 34);
        assertThat(world.pose(player)).isEqualTo(at(41, 34));
    }

    @Test
    void aWallStopsNobodyFromTurning() {
        place(1, WALL, at(36, 32));
        int turned = Rotation.ofYaw(1);
        world.ticks(30);
        world.simulation.receive(
                player, ada, new MoveIntent(++moves, new Pose(38, 0, 32, turned), List.of()));
        assertThat(world.pose(player).rotation()).isEqualTo(turned);
        assertThat(world.pose(player).x()).isLessThan(36);
    }

    @Test
    void whoIsBuiltInGetsOut() {
        place(1, "collider:box:6x6x6", at(32, 32));
        for (int metre = 1; metre <= 5; metre++) {
            walk(32 - metre, 32);
        }
        assertThat(ada.all(PositionCorrection.class)).isEmpty();
        walk(32, 32);
        assertThat(ada.all(PositionCorrection.class)).hasSize(1);
    }

    @Test
    void aNarrowPassageIsForOneAtATime() {
        Client bob = new Client();
        Player second = world.join("bob", 1, bob);
        place(1, "collider:passage:1x3x1", at(36, 32));
        walk(36, 32);
        assertThat(world.pose(player)).isEqualTo(at(36, 32));
        world.simulation.receive(second, bob, new MoveIntent(1, at(36, 32), List.of()));
        assertThat(bob.all(PositionCorrection.class))
                .singleElement()
                .returns(CorrectionReason.BLOCKED, PositionCorrection::reason);
        walk(38, 32);
        world.simulation.receive(second, bob, new MoveIntent(2, at(36, 32), List.of()));
        assertThat(world.pose(second)).isEqualTo(at(36, 32));
        walk(36, 32);
        assertThat(ada.all(PositionCorrection.class)).hasSize(1);
    }

    @Test
    void collidersAreThereAgainAfterALoad() {
        byte[] wall = new PropBody(WALL, 36, 0, 32, Rotation.IDENTITY, "bob").encode();
        byte[] none = new PropBody("collider:ball:2", 30, 0, 32, 0, "bob").encode();
        world =
                new SimulatedInstance(
                        new Loaded(
                                0,
                                List.of(
                                        new EntityPatch(1, false, wall),
                                        new EntityPatch(2, false, none)),
                                List.of()));
        player = world.join("ada", 0, ada);
        assertThat(world.world.colliders()).as("one is left out").isOne();
        walk(38, 32);
        assertThat(world.pose(player).x()).isLessThan(36);
    }

    @Test
    void aShapeThatIsNoneIsRefusedAndWhoMayNotBuildBuildsNoWalls() {
        say(new PlaceEntity(1, "collider:box:1x1x33", at(32, 32)));
        EditRefused shapeless = ada.all(EditRefused.class).getLast();
        assertThat(shapeless.reason()).isEqualTo(RefusalReason.BAD_SHAPE);
        assertThat(shapeless.detail())
                .isEqualTo(
                        "'collider:box:1x1x33' names no shape: write collider:box:2x3x0.25, with edges of 0.05 to 32 m");
        for (int i = 0; i < WorldLimits.MAX_COLLIDERS_PER_CELL; i++) {
            place(1 + i, "collider:box:1x1x1", at(36, 36));
            world.ticks(4); // as often as edits may be
        }
        say(new PlaceEntity(1_000, "collider:box:1x1x1", at(36, 36)));
        EditRefused full = ada.all(EditRefused.class).getLast();
        assertThat(full.reason()).isEqualTo(RefusalReason.TOO_MANY_ENTITIES);
        assertThat(full.detail()).isEqualTo("a square of 8 m there has its limit of 128 colliders");
        place(1_000, "collider:box:1x1x1", at(44, 36));
        world.simulation.policy(new LivePolicy(100, Duration.ofSeconds(30), Permissions.CLOSED));
        say(new PlaceEntity(1_001, WALL, at(32, 32)));
        assertThat(ada.all(EditRefused.class).getLast().reason())
                .isEqualTo(RefusalReason.NOT_PERMITTED);
    }

    private void walk(float x, float z) {
        world.ticks(30);
        world.simulation.receive(player, ada, new MoveIntent(++moves, at(x, z), List.of()));
    }

    private long place(long sequence, String model, Pose pose) {
        say(new PlaceEntity(sequence, model, pose));
        EditApplied applied = ada.all(EditApplied.class).getLast();
        assertThat(applied.clientSequence()).isEqualTo(sequence);
        return applied.entity();
    }

    private void say(PlaceEntity edit) {
        world.simulation.receive(player, ada, edit);
    }

    private static Pose at(float x, float z) {
        return new Pose(x, 0, z, Rotation.IDENTITY);
    }
}
