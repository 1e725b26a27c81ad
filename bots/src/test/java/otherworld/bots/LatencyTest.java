package otherworld.bots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LatencyTest {
    private final Latency latency = new Latency();

    @Test
    void whatNeverCameIsInfinitelyLate() {
        record(98, 1_000);
        latency.recordNever();
        latency.recordNever();

        Latency.Summary summary = latency.summary();

        assertThat(summary.count()).isEqualTo(100);
        assertThat(summary.p95Ms()).isCloseTo(1, within(0.01));
        assertThat(summary.p99Ms()).isInfinite();
    }

    @Test
    void latelyIsSinceItWasAskedLast() {
        record(100, 90_000);
        assertThat(latency.latelyP99Ms()).isCloseTo(90, within(0.1));

        record(100, 5_000);

        assertThat(latency.latelyP99Ms()).isCloseTo(5, within(0.01));
        assertThat(latency.latelyP99Ms()).isZero();
        assertThat(latency.summary().count()).isEqualTo(200);
    }

    @Test
    void latelyForgetsWhatWasReset() {
        record(100, 90_000);
        assertThat(latency.latelyP99Ms()).isPositive();
        latency.reset();
        record(300, 5_000);

        assertThat(latency.latelyP99Ms()).isCloseTo(5, within(0.01));
    }

    private void record(int times, long us) {
        for (int i = 0; i < times; i++) {
            latency.recordUs(us);
        }
    }
}
