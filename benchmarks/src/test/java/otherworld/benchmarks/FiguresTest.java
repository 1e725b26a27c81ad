package otherworld.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;

class FiguresTest {
    @Test
    void aFigureIsNameValueUnit() {
        Figures figures =
                new Figures().add("over_admissions", 0, "seats").add("route_p99_ms", 3.25, "ms");
        assertThat(figures.lines()).isEqualTo("over_admissions 0 seats\nroute_p99_ms 3.250 ms");
    }

    @Test
    void whatCouldNotBeMeasuredIsAbsent() {
        assertThat(new Figures().add("a", Double.NaN, "s").add("b", 1 / 0.0, "s").lines())
                .isEmpty();
        assertThat(new Figures().addSpread("warm_s", List.of(), "s").lines()).isEmpty();
    }

    @Test
    void whatNeverCameIsInfinitelyLate() {
        assertThat(new Figures().addLatency("delivery_p99_ms", 1 / 0.0).lines())
                .isEqualTo("delivery_p99_ms Infinity ms");
        assertThat(new Figures().addSpread("p99_ms", List.of(3.0, 1 / 0.0), "ms").lines())
                .isEqualTo("p99_ms Infinity ms\np99_ms_min 3 ms\np99_ms_max Infinity ms");
    }

    @Test
    void aSpreadIsMedianLeastAndMost() {
        assertThat(new Figures().addSpread("warm_s", List.of(3.0, 1.0, 2.0), "s").lines())
                .isEqualTo("warm_s 2 s\nwarm_s_min 1 s\nwarm_s_max 3 s");
    }

    @Test
    void aGeneratorAboveEightyPercentOfACoreInvalidatesTheRun() {
        assertThat(new Figures().generator(0.80).faults()).isEmpty();
        assertThat(new Figures().generator(0.81).faults()).hasSize(1);
    }

    @Test
    void percentilesOfAHistogramAreInterpolated() {
        TickHistogram before =
                TickHistogram.parse(
                        """
                        # TYPE t_seconds histogram
                        t_seconds_bucket{le="0.001"} 5
                        t_seconds_bucket{le="0.002"} 5
                        t_seconds_bucket{le="+Inf"} 5
                        t_seconds_count 5
                        """,
                        "t_seconds");
        TickHistogram after =
                TickHistogram.parse(
                        """
                        t_seconds_bucket{world="w",le="0.001"} 55
                        t_seconds_bucket{world="w",le="0.002"} 104
                        t_seconds_bucket{world="w",le="+Inf"} 105
                        other_seconds_bucket{le="+Inf"} 9
                        """,
                        "t_seconds");
        TickHistogram between = after.since(before);
        assertThat(between.count()).isEqualTo(100);
        assertThat(between.percentile(50).getAsDouble()).isCloseTo(0.001, within(1e-9));
        assertThat(between.percentile(75).getAsDouble()).isBetween(0.0015, 0.0016);
        assertThat(between.percentile(100).getAsDouble()).isCloseTo(0.002, within(1e-9));
        assertThat(before.since(before).percentile(50)).isEmpty();
    }
}
