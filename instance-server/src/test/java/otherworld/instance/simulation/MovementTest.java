package otherworld.instance.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import otherworld.instance.config.Limits;
import otherworld.protocol.Pose;

class MovementTest {
    @Test
    void allowsExactlyWhatTheTimeAllows() {
        float allowance = Movement.allowance(0, 500_000_000);
        assertThat(allowance).isEqualTo(Limits.SPEED_M_PER_S / 2);
        assertThat(Movement.check(0, 0, 0, at(allowance, 0), allowance))
                .isEqualTo(Movement.Verdict.ACCEPTED);
        assertThat(Movement.check(0, 0, 0, at(allowance + 0.01f, 0), allowance))
                .isEqualTo(Movement.Verdict.TOO_FAST);
    }

    @Test
    void doesNotSaveUpMoreThanAStride() {
        assertThat(Movement.allowance(Limits.STRIDE_M, 3_600_000_000_000L))
                .isEqualTo(Limits.STRIDE_M);
    }

    @Test
    void theWorldEndsAtItsBounds() {
        assertThat(Movement.inBounds(at(Limits.HALF_WORLD_M, -Limits.HALF_WORLD_M))).isTrue();
        assertThat(Movement.inBounds(at(Limits.HALF_WORLD_M + 1, 0))).isFalse();
        assertThat(Movement.inBounds(new Pose(0, Limits.LOWEST_M - 1, 0, 0))).isFalse();
        assertThat(Movement.inBounds(new Pose(0, Limits.HIGHEST_M + 1, 0, 0))).isFalse();
    }

    @Test
    void aTokenBucketAllowsItsBurstAndThenItsRate() {
        TokenBucket bucket = new TokenBucket(10, 3, 0);
        for (int i = 0; i < 3; i++) {
            assertThat(bucket.take(0)).isTrue();
        }
        assertThat(bucket.take(0)).isFalse();
        assertThat(bucket.take(99_000_000)).isFalse();
        assertThat(bucket.take(101_000_000)).isTrue();
    }

    private static Pose at(float x, float z) {
        return new Pose(x, 0, z, 0);
    }
}
