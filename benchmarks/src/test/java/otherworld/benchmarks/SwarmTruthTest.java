package otherworld.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SwarmTruthTest {
    private final SwarmTruth truth = new SwarmTruth(4);

    @Test
    void aMoveIsFoundByWhatItSaidTheNewestFirst() {
        truth.said(1, 0, 0, 77, 1_000);
        truth.said(1, 1, 0, 78, 2_000);
        truth.said(1, 2, 0, 77, 3_000);
        assertThat(truth.find(1, 77)).isEqualTo(2);
        assertThat(truth.sentNs(1, 1)).isEqualTo(2_000);
        assertThat(truth.find(1, 79)).isEqualTo(SwarmTruth.NONE);
        assertThat(truth.find(2, 77)).isEqualTo(SwarmTruth.NONE);
    }

    @Test
    void whatIsTooLongAgoIsNoMove() {
        truth.said(0, 0, 0, 5, 1);
        for (int i = 0; i < 1_024; i++) {
            truth.said(0, 0, 0, 1_000 + i, 2 + i);
        }
        assertThat(truth.find(0, 5)).isEqualTo(SwarmTruth.NONE);
        assertThat(truth.find(0, 1_000)).isEqualTo(1);
    }

    @Test
    void theNearestAreWithinReach() {
        truth.said(1, 3, 4, 1, 1);
        truth.said(2, 10, 0, 1, 1);
        truth.said(3, 0, 1, 1, 1);
        assertThat(truth.reachOf(0, 2)).isEqualTo(5);
        assertThat(truth.reachOf(0, 30)).isEqualTo(10);
    }
}
