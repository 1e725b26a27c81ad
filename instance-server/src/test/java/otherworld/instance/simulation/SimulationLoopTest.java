package otherworld.instance.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import otherworld.instance.session.Entry;
import otherworld.persistence.Ownership;
import otherworld.protocol.GoodbyeReason;

class SimulationLoopTest {
    private static final Duration SOON = Duration.ofSeconds(20);

    private final World world = new World();
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
            CompletableFuture<Entry> entry =
                    loop.ask(simulation -> simulation.check(world.ticket("ada", 0)));
            world.lease = new Ownership.State.Frozen(5, "no renewal");
            go.countDown();
            assertThat(busy).succeedsWithin(SOON).isEqualTo(true);
            assertThat(entry)
                    .succeedsWithin(SOON)
                    .isInstanceOfSatisfying(
                            Entry.Refused.class,
                            no -> assertThat(no.reason()).isEqualTo(GoodbyeReason.FROZEN));
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

    private static boolean awaits(CountDownLatch latch) {
        try {
            return latch.await(SOON.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
