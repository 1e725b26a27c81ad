package otherworld.world;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import otherworld.protocol.Joint;
import otherworld.protocol.JointPose;
import otherworld.protocol.Pose;
import otherworld.protocol.Rotation;

class MovementTest {
    @Test
    void allowsExactlyWhatTheTimeAllows() {
        float allowance = Movement.allowance(0, 500_000_000);
        assertThat(allowance).isEqualTo(WorldLimits.SPEED_M_PER_S / 2);
        assertThat(Movement.check(0, 0, 0, at(allowance, 0), List.of(), allowance))
                .isEqualTo(Movement.Verdict.ACCEPTED);
        assertThat(Movement.check(0, 0, 0, at(allowance + 0.01f, 0), List.of(), allowance))
                .isEqualTo(Movement.Verdict.TOO_FAST);
    }

    @Test
    void doesNotSaveUpMoreThanAStride() {
        assertThat(Movement.allowance(WorldLimits.STRIDE_M, 3_600_000_000_000L))
                .isEqualTo(WorldLimits.STRIDE_M);
    }

    @Test
    void jointsStayWithTheirBody() {
        for (int axis = 0; axis < 3; axis++) {
            for (float metres : new float[] {WorldLimits.MAX_JOINT_M, -WorldLimits.MAX_JOINT_M}) {
                assertThat(check(joint(axis, metres))).isEqualTo(Movement.Verdict.ACCEPTED);
                assertThat(check(joint(axis, metres * 1.001f)))
                        .isEqualTo(Movement.Verdict.JOINT_TOO_FAR);
            }
        }
    }

    private static Movement.Verdict check(JointPose joint) {
        JointPose near = new JointPose(Joint.HEAD, 0, 1.7f, 0, Rotation.IDENTITY);
        return Movement.check(0, 0, 0, at(0, 0), List.of(near, joint), 1);
    }

    private static JointPose joint(int axis, float metres) {
        return new JointPose(
                Joint.LEFT_HAND,
                axis == 0 ? metres : 0,
                axis == 1 ? metres : 0,
                axis == 2 ? metres : 0,
                Rotation.IDENTITY);
    }

    @Test
    void theWorldEndsAtItsBounds() {
        assertThat(Movement.isInBounds(at(WorldLimits.HALF_WORLD_M, -WorldLimits.HALF_WORLD_M)))
                .isTrue();
        assertThat(Movement.isInBounds(at(WorldLimits.HALF_WORLD_M + 1, 0))).isFalse();
        assertThat(Movement.isInBounds(new Pose(0, WorldLimits.LOWEST_M - 1, 0, 0))).isFalse();
        assertThat(Movement.isInBounds(new Pose(0, WorldLimits.HIGHEST_M + 1, 0, 0))).isFalse();
    }

    private static Pose at(float x, float z) {
        return new Pose(x, 0, z, 0);
    }
}
