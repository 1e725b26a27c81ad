package otherworld.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Random;
import org.junit.jupiter.api.Test;
import otherworld.protocol.EntityKind;
import otherworld.protocol.Pose;
import otherworld.protocol.Rotation;

class WalkerTest {
    private static final ColliderShape WALL = new ColliderShape(10, 4, 0.5f);

    private final Entities entities = new Entities();
    private final Zones zones = new Zones(entities, 64);
    private final Colliders colliders = new Colliders();
    private long ids;
    private final Walker walker = new Walker(entities, colliders);

    @Test
    void whoWalksAtAWallGoesOnAlongIt() {
        colliders.add(0, WALL, 0, 1, 2, Rotation.IDENTITY); // from z = 1.75 on
        assertThat(walker.walk(Entities.NONE, 0, 0, 0, at(1, 0, 3))).isFalse();
        assertThat(walker.z()).isBetween(1.48f, 1.5f); // half a body before it
        assertThat(walker.x()).isCloseTo(1, within(0.001f));
        assertThat(walker.isOff(at(1, 0, 3))).isTrue();
        // A client that slides as well, and comes out somewhat elsewhere, needs no telling.
        assertThat(walker.walk(Entities.NONE, 0, 0, 1.49f, at(0.5f, 0, 1.52f))).isFalse();
        assertThat(walker.isOff(at(0.5f, 0, 1.52f))).isFalse();
    }

    @Test
    void aTurnedWallTurnsTheWay() {
        colliders.add(0, new ColliderShape(20, 4, 0.2f), 0, 1, 0, Rotation.ofYaw(Math.PI / 4));
        assertThat(walker.walk(Entities.NONE, 0, 0, 3, at(0, 0, -3))).isFalse();
        assertThat(walker.x() + walker.z()).isPositive(); // still on this side
        assertThat(Math.abs(walker.x())).isGreaterThan(1); // and gone along it
    }

    @Test
    void inACornerItStops() {
        colliders.add(0, WALL, 0, 1, 2, Rotation.IDENTITY);
        colliders.add(1, WALL, 2, 1, 0, Rotation.ofYaw(Math.PI / 2));
        assertThat(walker.walk(Entities.NONE, 0, 0, 0, at(9, 0, 9))).isFalse();
        assertThat(walker.x()).isBetween(1.4f, 1.5f);
        assertThat(walker.z()).isBetween(1.4f, 1.5f);
    }

    @Test
    void whatIsNoHigherThanAStepOrAboveTheHeadIsNotInTheWay() {
        ColliderShape slab = new ColliderShape(8, 0.2f, 8);
        colliders.add(0, slab, 0, 0.1f, 0, Rotation.IDENTITY);
        colliders.add(1, slab, 0, 1.9f, 0, Rotation.IDENTITY);
        assertThat(walker.walk(Entities.NONE, -6, 0, 0, at(6, 0, 0))).isTrue();
        assertThat(walker.walk(Entities.NONE, -6, 0.2f, 0, at(6, 0.2f, 0))).isFalse();
    }

    @Test
    void theLongestStepJumpsOverNothing() {
        colliders.add(
                0,
                new ColliderShape(30, 30, WorldLimits.MIN_COLLIDER_M),
                0,
                0,
                0,
                Rotation.IDENTITY);
        float half = WorldLimits.STRIDE_M / 2;
        assertThat(walker.walk(Entities.NONE, 0, 0, half, at(0, 0, -half))).isFalse();
        assertThat(walker.z()).isPositive();
    }

    @Test
    void aPassageIsForOneAtATime() {
        colliders.add(0, new ColliderShape(2, 3, 2, true), 0, 1, 0, Rotation.IDENTITY);
        int ada = avatar("ada", -3);
        int bob = avatar("bob", 3);
        assertThat(walk(ada, 0)).isTrue();
        assertThat(walk(ada, 0.2f)).as("within it").isTrue();
        assertThat(walk(bob, 0.5f)).as("ada is in it").isFalse();
        assertThat(entities.x(bob)).isBetween(1.25f, 1.27f);
        assertThat(walk(bob, -3)).as("nor through it").isFalse();
        assertThat(walk(ada, -3)).isTrue();
        assertThat(walk(bob, 0)).isTrue();
        assertThat(walk(ada, 0)).isFalse();
        assertThat(walk(bob, 3)).isTrue();
        assertThat(walk(bob, -3)).as("in one step").isTrue();
    }

    @Test
    void whoIsAwayOrGoneHoldsNoPassage() {
        colliders.add(0, new ColliderShape(2, 3, 2, true), 0, 1, 0, Rotation.IDENTITY);
        int ada = avatar("ada", 0);
        walker.stand(ada);
        int bob = avatar("bob", 3);
        assertThat(walk(bob, 0)).isFalse();
        zones.leave(ada);
        assertThat(walk(bob, 0)).isTrue();
        zones.enter(ada);
        assertThat(walk(ada, -0.5f)).as("who is in it gets out").isTrue();
        assertThat(walk(ada, -3)).isTrue();
        assertThat(walk(ada, 0)).isFalse();
        zones.leave(bob);
        entities.remove(bob);
        int eve = avatar("eve", 0); // in the same slot
        assertThat(eve).isEqualTo(bob);
        assertThat(walk(ada, 0)).as("she was never in it").isTrue();
    }

    private int avatar(String player, float atX) {
        int slot =
                entities.add(++ids, EntityKind.AVATAR, player, "", atX, 0, 0, Rotation.IDENTITY, 0);
        zones.enter(slot);
        return slot;
    }

    private boolean walk(int slot, float toX) {
        boolean free = walker.walk(slot, at(toX, 0, 0));
        entities.move(slot, walker.x(), walker.y(), walker.z(), Rotation.IDENTITY, 1);
        return free;
    }

    @Test
    void whatIsGoneIsInNobodysWay() {
        colliders.add(7, WALL, 0, 1, 2, Rotation.IDENTITY);
        assertThat(colliders.count()).isOne();
        colliders.remove(7);
        assertThat(colliders.count()).isZero();
        assertThat(walker.walk(Entities.NONE, 0, 0, 0, at(0, 0, 4))).isTrue();
    }

    @Test
    void aSquareHoldsItsLimitOfColliders() {
        ColliderShape small = new ColliderShape(1, 1, 1);
        for (int i = 0; i < WorldLimits.MAX_COLLIDERS_PER_CELL; i++) {
            assertThat(colliders.isFull(-1, small, 4, 0, 4, Rotation.IDENTITY)).isFalse();
            colliders.add(i, small, 4, 0, 4, Rotation.IDENTITY);
        }
        assertThat(colliders.isFull(-1, small, 4, 0, 4, Rotation.IDENTITY)).isTrue();
        assertThat(colliders.isFull(3, small, 5, 0, 5, Rotation.IDENTITY)).isFalse(); // is there
        assertThat(colliders.isFull(-1, small, 12, 0, 4, Rotation.IDENTITY)).isFalse();
        ColliderShape long17 = new ColliderShape(17, 1, 1);
        assertThat(colliders.isFull(-1, long17, 12, 0, 4, Rotation.IDENTITY)).isTrue();
    }

    /** 1,000 in a zone of 64 m: what a move costs, and that it leaves no garbage. */
    @Test
    void walkingAmongAThousandCollidersAllocatesNothing() {
        Random random = new Random(7);
        for (int i = 0; i < 1_000; i++) {
            float edge = 0.3f + random.nextFloat() * 3;
            colliders.add(
                    i,
                    new ColliderShape(edge, 3, 0.3f),
                    random.nextFloat() * 64,
                    1,
                    random.nextFloat() * 64,
                    Rotation.ofYaw(random.nextDouble() * 6));
        }
        Pose[] steps = new Pose[4_096];
        float[] starts = new float[2 * steps.length];
        for (int i = 0; i < steps.length; i++) {
            starts[2 * i] = random.nextFloat() * 64;
            starts[2 * i + 1] = random.nextFloat() * 64;
            double heading = random.nextDouble() * 6.3;
            steps[i] =
                    at(
                            starts[2 * i] + (float) Math.cos(heading) * 0.4f,
                            0,
                            starts[2 * i + 1] + (float) Math.sin(heading) * 0.4f);
        }
        int blocked = walkAll(steps, starts, 20);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long startNs = threads.getCurrentThreadCpuTime();
        blocked += walkAll(steps, starts, 20);
        long tookNs = threads.getCurrentThreadCpuTime() - startNs;
        assertThat(threads.getCurrentThreadAllocatedBytes() - bytes).isLessThan(1_000);
        assertThat(blocked).isPositive();
        System.out.printf(
                "walking: %.2f us a move of 0.4 m among 1,000 colliders in a zone, %.0f %% of them blocked%n",
                tookNs / 1e3 / (20 * steps.length), 100.0 * blocked / (40 * steps.length));
    }

    private int walkAll(Pose[] steps, float[] starts, int times) {
        int blocked = 0;
        for (int time = 0; time < times; time++) {
            for (int i = 0; i < steps.length; i++) {
                if (!walker.walk(Entities.NONE, starts[2 * i], 0, starts[2 * i + 1], steps[i])) {
                    blocked++;
                }
            }
        }
        return blocked;
    }

    private static Pose at(float x, float y, float z) {
        return new Pose(x, y, z, Rotation.IDENTITY);
    }
}
