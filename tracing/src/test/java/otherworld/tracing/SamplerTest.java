package otherworld.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SamplerTest {
    @Test
    void aRatioIsKeptAndItsEndsAreExact() {
        Random random = new Random(7);
        long sampled = random.longs(100_000).filter(new Sampler(0.01, false)::samples).count();
        assertThat(sampled / 100_000.0).isCloseTo(0.01, within(0.002));
        for (long edge : new long[] {0, 1, -1, Long.MIN_VALUE, Long.MAX_VALUE}) {
            assertThat(new Sampler(1, false).samples(edge)).isTrue();
            assertThat(new Sampler(0, false).samples(edge)).isFalse();
        }
    }

    @Test
    void whoAsksIsHeardSoOftenASecond() {
        Asked asked = new Asked(3);
        long second = 1_000_000_000L;
        for (long at : new long[] {0, second, 9 * second}) {
            assertThat(asked.take(at)).isTrue();
            assertThat(asked.take(at + 1)).isTrue();
            assertThat(asked.take(at + 2)).isTrue();
            assertThat(asked.take(at + second - 1)).isFalse();
        }
    }
}
