package otherworld.webrtc.sctp;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The congestion window by itself (RFC 9260 section 7.2). */
class CongestionTest {
    /** A DATA chunk that fills a packet. */
    private static final int FULL = 1160 - 12;

    private final Congestion congestion = new Congestion(SctpSettings.DEFAULT);

    CongestionTest() {
        congestion.start(20L * FULL);
    }

    private void grow(int packets) {
        for (int i = 0; i < packets; i++) {
            congestion.acknowledged(FULL, true, true);
        }
    }

    @Test
    void inSlowStartItGrowsByWhatIsAcknowledgedAtMostAPacketAtATime() {
        assertThat(congestion.window()).isEqualTo(4_404);
        congestion.acknowledged(100, true, true);
        assertThat(congestion.window()).isEqualTo(4_504);
        congestion.acknowledged(10L * FULL, true, true);
        assertThat(congestion.window()).isEqualTo(4_504 + FULL);
        congestion.acknowledged(FULL, false, true);
        assertThat(congestion.window()).as("by gaps alone it does not").isEqualTo(4_504 + FULL);
    }

    @Test
    void aWindowThatIsNotUsedDoesNotGrow() {
        congestion.acknowledged(FULL, true, false);
        assertThat(congestion.window()).isEqualTo(4_404);
    }

    @Test
    void beyondTheThresholdItGrowsByAPacketForEachWindowAcknowledged() {
        grow(17);
        long window = congestion.window();
        assertThat(window).isBetween(20L * FULL, 21L * FULL);
        congestion.acknowledged(window - 1, true, true);
        assertThat(congestion.window()).isEqualTo(window);
        congestion.acknowledged(1, false, true);
        assertThat(congestion.window()).as("gaps count too").isEqualTo(window + FULL);
    }

    @Test
    void lossHalvesItOnceUntilEverythingSentByThenIsAcknowledged() {
        grow(16);
        long window = congestion.window();
        congestion.lossByGaps(100);
        assertThat(congestion.window()).isEqualTo(window / 2);
        congestion.lossByGaps(120);
        grow(5);
        congestion.advanced(99);
        assertThat(congestion.recovering()).isTrue();
        assertThat(congestion.window()).isEqualTo(window / 2);
        congestion.advanced(100);
        assertThat(congestion.recovering()).isFalse();
        congestion.lossByGaps(200);
        assertThat(congestion.window()).isEqualTo(window / 4);
        congestion.advanced(200);
        congestion.lossByGaps(300);
        assertThat(congestion.window()).as("four packets at least").isEqualTo(4L * FULL);
    }

    @Test
    void aTimeoutLeavesOnePacketAndHalfOfTheWindowAsThreshold() {
        grow(16);
        long window = congestion.window();
        congestion.lossByTimeout();
        assertThat(congestion.window()).isEqualTo(FULL);
        while (congestion.window() <= window / 2) {
            grow(1);
        }
        long reached = congestion.window();
        grow(1);
        assertThat(congestion.window()).as("slow start is over").isEqualTo(reached);
    }

    @Test
    void silenceHalvesItEachTimeoutDownToFourPackets() {
        grow(16);
        long window = congestion.window();
        congestion.idle(0);
        assertThat(congestion.window()).isEqualTo(window);
        congestion.idle(1);
        assertThat(congestion.window()).isEqualTo(window / 2);
        congestion.idle(1_000_000_000_000L);
        assertThat(congestion.window()).isEqualTo(4L * FULL);
        grow(12);
        assertThat(congestion.window()).as("back in slow start").isEqualTo(16L * FULL);
    }
}
