package otherworld.world;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import otherworld.protocol.Pose;

class MovementTest {
    @Test
    void allowsExactlyWhatTheTimeAllows() {
        float allowance = Movement.allowance(0, 500_000_000);
        assertThat(allowance).isEqualTo(WorldLimits.SPEED_M_PER_S / 2);
        assertThat(Movement.check(0, 0, 0, at(allowance, 0), allowance))
                .isEqualTo(Movement.Verdict.ACCEPTED);
        assertThat(Movement.check(0, 0, 0, at(allowance + 0.01f, 0), allowance))
                .isEqualTo(Movement.Verdict.TOO_FAST);
    }

    @Test
    void doesNotSaveUpMoreThanAStride() {
        assertThat(Movement.allowance(WorldLimits.STRIDE_M, 3_600_000_000_000L))
                .isEqualTo(WorldLimits.STRIDE_M);
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
