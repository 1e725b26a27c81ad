package otherworld.instance.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import otherworld.instance.config.Limits;
import otherworld.instance.session.Verdict;
import otherworld.persistence.Ownership;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Ping;
import otherworld.protocol.Pong;

class SimulationLoopTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final SimulatedInstance world = new SimulatedInstance();
    private final SimulationLoop loop =
            new SimulationLoop(world.simulation, world.config, world.ports);

    @Test
    void aRequestIsAnsweredByTheLeaseOfNowNotOfTheTurnBefore() throws Exception {
        loop.start();
        try {
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            CompletableFuture<Boolean> busy =
                    loop.ask(_ -> {
                        started.countDown();
                        return awaits(go);
                    });
            assertThat(awaits(started)).isTrue();
            CompletableFuture<Verdict<Player>> entry =
                    loop.ask(simulation -> simulation.check(world.ticket("ada", 0)));
            world.lease = new Ownership.State.Frozen(5, "no renewal");
            go.countDown();
            assertThat(busy).succeedsWithin(SOON).isEqualTo(true);
            assertThat(entry)
                    .succeedsWithin(SOON)
                    .isInstanceOfSatisfying(
                            Verdict.Refused.class,
                            no -> assertThat(no.reason()).isEqualTo(GoodbyeReason.FROZEN));
        } finally {
            loop.close();
        }
    }

    /** The clock of a simulated instance stands still unless the tick moves it. */
    @Test
    void aTickThatIsNotDoneWhenTheNextIsDueIsLate() throws Exception {
        loop.start();
        try {
            var late = world.ports.metrics().ticksLate;
            Awaitility.await()
                    .atMost(SOON)
                    .until(() -> {
                        var _ =
                                loop.ask(simulation -> {
                                    world.nowNs += Duration.ofMillis(200).toNanos();
                                    return true;
                                });
                        return late.get() > 0;
                    });
        } finally {
            loop.close();
        }
    }

    @Test
    void closedNobodyElseTouchesTheSimulation() throws Exception {
        loop.start();
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CompletableFuture<Boolean> busy =
                loop.ask(_ -> {
                    started.countDown();
                    return awaits(go); // longer than close() waits
                });
        assertThat(awaits(started)).isTrue();
        CompletableFuture<Thread> waiting = loop.ask(_ -> Thread.currentThread());
        loop.close();
        assertThat(waiting).isCancelled();
        assertThat(loop.ask(_ -> Thread.currentThread())).isCancelled();
        go.countDown();
        assertThat(busy).succeedsWithin(SOON);
    }

    @Test
    void anInboxAtItsBoundTakesNoMoreUntilTheSimulationHasTurned() throws Exception {
        SimulatedInstance.Client ada = new SimulatedInstance.Client();
        Player player = world.join("ada", 0, ada);
        CountDownLatch go = new CountDownLatch(1);
        loop.start();
        try {
            CompletableFuture<Boolean> busy = blocked(go);
            for (int i = 0; i < Limits.INBOX_MESSAGES; i++) {
                assertThat(loop.offer(player, ada, new Ping(i, 0))).isTrue();
            }
            assertThat(loop.offer(player, ada, new Ping(-1, 0))).isFalse();
            CompletableFuture<Void> gone =
                    CompletableFuture.runAsync(() -> loop.disconnected(player, ada));
            assertThat(gone).isNotDone();
            go.countDown();
            assertThat(busy).succeedsWithin(SOON);
            assertThat(gone).succeedsWithin(SOON); // it waited, and is not lost
            Awaitility.await().atMost(SOON).until(() -> world.seatChanges.contains("held ada"));
            assertThat(ada.all(Pong.class)).hasSize(Limits.INBOX_MESSAGES);
        } finally {
            go.countDown();
            loop.close();
        }
    }

    @Test
    void requestsAtTheirBoundLetTheirCallersWait() throws Exception {
        CountDownLatch go = new CountDownLatch(1);
        loop.start();
        try {
            CompletableFuture<Boolean> busy = blocked(go);
            AtomicInteger asked = new AtomicInteger();
            CompletableFuture<Void> asking =
                    CompletableFuture.runAsync(() -> {
                        for (int i = 0; i <= Limits.CONTROL_MESSAGES; i++) {
                            var _ = loop.ask(_ -> asked.incrementAndGet());
                        }
                    });
            assertThat(asking)
                    .failsWithin(Duration.ofMillis(500))
                    .withThrowableOfType(TimeoutException.class);
            go.countDown();
            assertThat(busy).succeedsWithin(SOON);
            assertThat(asking).succeedsWithin(SOON);
            Awaitility.await().atMost(SOON).until(() -> asked.get() == Limits.CONTROL_MESSAGES + 1);
        } finally {
            go.countDown();
            loop.close();
        }
    }

    /** The simulation's thread waits until {@code go}. */
    private CompletableFuture<Boolean> blocked(CountDownLatch go) {
        CountDownLatch started = new CountDownLatch(1);
        CompletableFuture<Boolean> busy =
                loop.ask(_ -> {
                    started.countDown();
                    return awaits(go);
                });
        assertThat(awaits(started)).isTrue();
        return busy;
    }

    private static boolean awaits(CountDownLatch latch) {
        try {
            return latch.await(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
