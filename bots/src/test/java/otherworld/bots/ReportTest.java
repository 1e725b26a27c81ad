package otherworld.bots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import otherworld.base.WorldId;
import otherworld.bots.BotResult.Verdict;

class ReportTest {
    private static final Verdict RIGHT = new Verdict.Right("right");
    private static final Verdict SKIPPED = new Verdict.Skipped("no log");

    @Test
    void theLastLineSaysOk() {
        String report = Report.of(options(250), result(RIGHT, SKIPPED, Map.of()));
        assertThat(report)
                .endsWith("\nOK; not checked: durable props, no log")
                .contains("not checked: no log", "200 × webrtc", "50 × websocket, webrtc-timeout");
        assertThat(report.lines()).hasSizeLessThan(40);
    }

    @Test
    void anyErrorFailsTheRun() {
        BotResult result = result(RIGHT, RIGHT, Map.of("no seat in time", 2L));
        assertThat(result.isOk()).isFalse();
        assertThat(Report.of(options(1), result)).endsWith("\nFAILED: 2 errors");
    }

    @Test
    void anyOracleFailsTheRun() {
        Verdict wrong = new Verdict.Wrong(3, "3 differences", List.of("bot-1 did not see bot-2"));
        assertThat(result(wrong, RIGHT, Map.of()).isOk()).isFalse();
        assertThat(Report.of(options(1), result(RIGHT, wrong, Map.of())))
                .contains("bot-1 did not see bot-2")
                .endsWith("\nFAILED: durable props: 3 differences");
    }

    @Test
    void whatIsCheckedAndRightIsOkWithoutMore() {
        assertThat(Report.of(options(1), result(RIGHT, RIGHT, Map.of()))).endsWith("\nOK");
    }

    @Test
    void aBusyMachineIsSaidToBeTheCause() {
        assertThat(Report.of(options(1), result(RIGHT, RIGHT, Map.of(), 0.9)))
                .doesNotContain("SATURATED");
        assertThat(Report.of(options(1), result(RIGHT, RIGHT, Map.of(), 0.91)))
                .contains("machine 91 % busy", "SATURATED")
                .endsWith("\nOK");
    }

    @Test
    void noCellSaysInfinity() {
        Latency latency = new Latency();
        latency.recordNever();
        assertThat(Report.of(options(1), result(RIGHT, RIGHT, Map.of(), latency)))
                .doesNotContain("nfinity")
                .contains("never", "1 never told");
    }

    @Test
    void percentilesAreTrueToThreeDigits() {
        Latency latency = new Latency();
        assertThat(latency.summary().count()).isZero();
        for (int ms = 1; ms <= 1000; ms++) {
            latency.recordUs(ms * 1000L);
        }
        Latency.Summary summary = latency.summary();
        assertThat(summary.count()).isEqualTo(1000);
        assertThat(summary.p50Ms()).isBetween(499.5, 500.6);
        assertThat(summary.p99Ms()).isBetween(989.0, 991.0);
        assertThat(summary.maxMs()).isBetween(999.0, 1001.0);
    }

    @Test
    void optionsHaveBounds() {
        options(1);
        options(BotOptions.MOST_BOTS);
        assertThatIllegalArgumentException().isThrownBy(() -> options(0));
        assertThatIllegalArgumentException().isThrownBy(() -> options(BotOptions.MOST_BOTS + 1));
    }

    private static BotOptions options(int bots) {
        return new BotOptions(
                bots,
                new WorldId("default.plaza"),
                Duration.ofSeconds(60),
                Duration.ZERO,
                1,
                50,
                20,
                -64,
                64,
                true,
                Optional.empty(),
                false,
                TransportChoice.WEBSOCKET,
                false,
                Duration.ZERO);
    }

    private static BotResult result(Verdict sets, Verdict props, Map<String, Long> errors) {
        return result(sets, props, errors, 0.5);
    }

    private static BotResult result(
            Verdict sets, Verdict props, Map<String, Long> errors, double busy) {
        Latency latency = new Latency();
        latency.recordUs(2_500);
        return result(sets, props, errors, busy, latency);
    }

    private static BotResult result(
            Verdict sets, Verdict props, Map<String, Long> errors, Latency delivery) {
        return result(sets, props, errors, 0.5, delivery);
    }

    private static BotResult result(
            Verdict sets, Verdict props, Map<String, Long> errors, double busy, Latency latency) {
        Latency inTime = new Latency();
        inTime.recordUs(500);
        return new BotResult(
                Map.of("default.plaza/0", 1),
                Map.of("delivery", latency.summary(), "durable", new Latency().summary()),
                0,
                1,
                2,
                new BotResult.Edits(3, 3, 3, 0),
                100,
                4,
                90,
                5000,
                0,
                0,
                Map.of("webrtc", 200L, "websocket, webrtc-timeout", 50L),
                sets,
                props,
                new Verdict.Right("90 bodies told are moves of their players"),
                Map.of(),
                errors,
                61,
                new BotResult.Generator(0.1, busy, inTime.summary()));
    }
}
