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
            sent.add(1_000 + 100L * i, i, i);
            arrived(audit, 1_000 + 100L * i);
        }
        audit.ended(100_000, 0);
        says(0, 0);
    }

    @Test
    void whatANewerOneOfTheSameIntervalReplacedIsOvertaken() {
        DeliveryAudit audit = audit(500);
        send(4);
        arrived(audit, 1_000);
        arrived(audit, 1_200); // 1,100 was not told
        arrived(audit, 1_300);
        says(1, 0);
    }

    @Test
    void whatIsMissingForLongerIsDeliveredByTheNewerOneThatComes() {
        DeliveryAudit audit = audit(500);
        send(4);
        arrived(audit, 1_000);
        audit.arrived(1_300, 1_350_000); // 1,200 was overtaken, 1,100 stayed unknown until now
        says(1, 0);
        assertThat(stats.delivery.summary().count()).isEqualTo(1);
        assertThat(stats.delivery.summary().maxMs()).isBetween(249.0, 251.0);
    }

    /** A sender that was held up sends what it owes at once: the server tells the last. */
    @Test
    void whatABunchedSenderOvertookItselfIsNotNeverTold() {
        DeliveryAudit audit = audit(500);
        send(20); // due over two seconds, and sent at the end of them
        audit.arrived(2_900, 2_950_000);
        audit.ended(100_000, 0);
        says(1, 0);
        assertThat(stats.delivery.summary().count()).isEqualTo(18);
        assertThat(stats.delivery.summary().maxMs()).isFinite();
    }

    @Test
    void whatNeverCameIsUndeliveredUnlessItWasStillOnItsWay() {
        DeliveryAudit audit = audit(500);
        send(15); // up to 2,400
        arrived(audit, 1_000);
        audit.ended(2_300, 0); // 1,100 and 1,200 are older than a second
        says(0, 2);
    }

    @Test
    void whereOthersTookLongMoreMayHaveBeenOnItsWay() {
        DeliveryAudit audit = audit(500);
        send(15); // up to 2,400
        audit.ended(4_200, 1_500); // 1,000, 1,100 are older than twice that
        says(0, 2);
    }

    @Test
    void whatWasSentBeforeTheBotSawThePlayerIsNotJudged() {
        send(5);
        DeliveryAudit audit = audit(1_250);
        arrived(audit, 1_400);
        says(1, 0); // 1,300
        arrived(audit, 1_000); // late: changes nothing
        says(1, 0);
    }

    @Test
    void aMoveIsKnownByItsPlace() {
        DeliveryAudit audit = audit(500);
        send(4);
        assertThat(audit.sentMs(2)).hasValue(1_200);
        arrived(audit, 1_200);
        assertThat(audit.sentMs(1)).as("a place from before").isEmpty();
        assertThat(audit.sentMs(99)).as("where the server put it").isEmpty();
        sent.add(1_400, 1, 1); // there once more
        assertThat(audit.sentMs(1)).hasValue(1_400);
        sent.takeBack();
        assertThat(audit.sentMs(1)).isEmpty();
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

    /** At once. */
    private static void arrived(DeliveryAudit audit, long sentMs) {
        audit.arrived(sentMs, sentMs * 1_000);
    }

    private DeliveryAudit audit(long sinceMs) {
        return new DeliveryAudit(sent, sinceMs, 100, stats);
    }

    private void send(int moves) {
        for (int i = 0; i < moves; i++) {
            sent.add(1_000 + 100L * i, i, i);
        }
    }

    private void says(long overtaken, long undelivered) {
        assertThat(stats.movesOvertaken.sum()).isEqualTo(overtaken);
        assertThat(stats.delivery.summary().never()).isEqualTo(undelivered);
    }
}
