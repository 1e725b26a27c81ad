package otherworld.bots;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Moves every 100 ms from 1,000 on, and a presence interval of 100 ms. */
class DeliveryAuditTest {
    private final Stats stats = new Stats();
    private final SentMoves sent = new SentMoves();

    @Test
    void whatArrivedIsNeitherOvertakenNorUndelivered() {
        DeliveryAudit audit = audit(500);
        for (int i = 0; i < 600; i++) {
            sent.add(1_000 + 100L * i);
            audit.arrived(1_000 + 100L * i);
        }
        audit.ended(100_000);
        says(0, 0);
    }

    @Test
    void whatANewerOneOfTheSameIntervalReplacedIsOvertaken() {
        DeliveryAudit audit = audit(500);
        send(4);
        audit.arrived(1_000);
        audit.arrived(1_200); // 1,100 was not told
        audit.arrived(1_300);
        says(1, 0);
    }

    @Test
    void whatIsMissingForLongerIsUndelivered() {
        DeliveryAudit audit = audit(500);
        send(4);
        audit.arrived(1_000);
        audit.arrived(1_300); // 1,200 was overtaken, 1,100 stayed unknown too long
        says(1, 1);
        assertThat(stats.delivery.summary().p99Ms()).isInfinite();
    }

    @Test
    void whatNeverCameIsUndeliveredUnlessItWasStillOnItsWay() {
        DeliveryAudit audit = audit(500);
        send(15); // up to 2,400
        audit.arrived(1_000);
        audit.ended(2_300); // 1,100 and 1,200 are older than a second
        says(0, 2);
    }

    @Test
    void whatWasSentBeforeTheBotSawThePlayerIsNotJudged() {
        send(5);
        DeliveryAudit audit = audit(1_250);
        audit.arrived(1_400);
        says(1, 0); // 1,300
        audit.arrived(1_000); // late: changes nothing
        says(1, 0);
    }

    @Test
    void percentilesCountWhatNeverCameAsInfinite() {
        Latency latency = new Latency();
        for (int i = 0; i < 97; i++) {
            latency.recordUs(1_000);
        }
        latency.recordNever();
        latency.recordNever();
        latency.recordNever();
        Latency.Summary summary = latency.summary();
        assertThat(summary.count()).isEqualTo(100);
        assertThat(summary.never()).isEqualTo(3);
        assertThat(summary.p95Ms()).isBetween(0.99, 1.01);
        assertThat(summary.p99Ms()).isInfinite();
        assertThat(summary.maxMs()).isInfinite();
    }

    private DeliveryAudit audit(long sinceMs) {
        return new DeliveryAudit(sent, sinceMs, 100, stats);
    }

    private void send(int moves) {
        for (int i = 0; i < moves; i++) {
            sent.add(1_000 + 100L * i);
        }
    }

    private void says(long overtaken, long undelivered) {
        assertThat(stats.movesOvertaken.sum()).isEqualTo(overtaken);
        assertThat(stats.delivery.summary().never()).isEqualTo(undelivered);
    }
}
