package otherworld.instance.hosting;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.WorldId;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.ledger.InstanceLedger;

class LedgerReporterTest {
    private static final InstanceId INSTANCE = new InstanceId(new WorldId("default.plaza"), 0);
    private static final PlayerId ANN = new PlayerId("ann");

    private final List<Object> told = new CopyOnWriteArrayList<>();

    /**
     * A ledger whose script fails for seat 0, as it would if somebody had tampered with its keys.
     */
    private final InstanceLedger ledger =
            (InstanceLedger)
                    Proxy.newProxyInstance(
                            getClass().getClassLoader(),
                            new Class<?>[] {InstanceLedger.class},
                            (_, method, arguments) -> {
                                Seat seat = (Seat) arguments[2];
                                if (seat.number() == 0) {
                                    throw new IllegalStateException("A ledger script failed");
                                }
                                told.add(method.getName() + " " + seat.number());
                                return new InstanceLedger.Reply.Done();
                            });

    @Test
    void changesBeyondTheBoundAreDroppedForAFullReport() throws InterruptedException {
        CountDownLatch go = new CountDownLatch(1);
        InstanceLedger slow =
                (InstanceLedger)
                        Proxy.newProxyInstance(
                                getClass().getClassLoader(),
                                new Class<?>[] {InstanceLedger.class},
                                (_, _, arguments) -> {
                                    told.add(arguments[2]);
                                    assertThat(go.await(20, TimeUnit.SECONDS)).isTrue();
                                    return new InstanceLedger.Reply.Done();
                                });
        LedgerReporter reporter =
                new LedgerReporter(
                        slow,
                        INSTANCE,
                        1,
                        newest -> {},
                        new InstanceMetrics(new PrometheusRegistry()));
        try (reporter) {
            reporter.released(new Seat(0, 1), ANN);
            Awaitility.await().until(() -> told.size() == 1); // on its way, not in the queue
            for (int i = 0; i < Limits.LEDGER_CHANGES; i++) {
                reporter.released(new Seat(1, 1 + i), ANN);
            }
            assertThat(reporter.takeReportWanted()).isFalse();
            reporter.released(new Seat(2, 1), ANN);
            assertThat(reporter.takeReportWanted()).isTrue();
            go.countDown();
            Awaitility.await().until(() -> told.size() == 1 + Limits.LEDGER_CHANGES);
        }
    }

    @Test
    void goesOnAfterAChangeThatCouldNotBeTold() throws InterruptedException {
        LedgerReporter reporter =
                new LedgerReporter(
                        ledger,
                        INSTANCE,
                        1,
                        newest -> {},
                        new InstanceMetrics(new PrometheusRegistry()));
        try (reporter) {
            reporter.released(new Seat(0, 1), ANN);
            Awaitility.await().until(reporter::takeReportWanted);
            reporter.released(new Seat(1, 1), ANN);
            Awaitility.await().until(() -> !told.isEmpty());
            assertThat(told).containsExactly("release 1");
            reporter.finish(Duration.ofSeconds(1));
        }
    }
}
