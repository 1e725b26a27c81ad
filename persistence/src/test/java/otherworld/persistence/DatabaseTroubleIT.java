package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;
import static otherworld.persistence.TestDatabase.PLAZA;
import static otherworld.persistence.TestDatabase.edit;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import otherworld.local.database.DatabaseServer;
import otherworld.persistence.Ownership.State;

/** The database hangs, and is killed, under a host that holds the lease and writes. */
class DatabaseTroubleIT {
    private static final Duration SOON = Duration.ofSeconds(40);

    private static DatabaseServer server;

    @BeforeAll
    static void start() {
        server = DatabaseServer.start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void aHungDatabaseFreezesTheHolderWhichGoesOnAtTheSameEpochWhenItAnswersAgain()
            throws Exception {
        assumeThat(server.isControllable()).isTrue();
        TestDatabase database = TestDatabase.create(server);
        try (SqlInstanceStore store = database.store();
                Ownership lease = store.contend(PLAZA, "pod-1")) {
            assertThat(lease.awaitHeld(SOON)).isEqualTo(new State.Held(1));
            try (PatchWriter writer = store.writer(PLAZA, 1, store.load(PLAZA, 1))) {
                server.pause();
                long pausedNs = System.nanoTime();
                try {
                    writer.offer(edit(1));
                    await().atMost(SOON).until(() -> lease.state() instanceof State.Frozen);
                    assertThat(Duration.ofNanos(System.nanoTime() - pausedNs))
                            .as("frozen before the lease can pass")
                            .isLessThan(LeaseTerm.SHORT.ttl());
                    await().atMost(SOON)
                            .until(() -> writer.health() instanceof PatchWriter.Health.Stalled);
                    // Longer than every time-out, so that connecting hangs as well.
                    Thread.sleep(6_000);
                    assertThat(writer.pollDurable()).isEmpty();
                } finally {
                    server.resume();
                }
                await().atMost(SOON).until(() -> lease.state().equals(new State.Held(1)));
                assertThat(writer.flush(SOON.toMillis())).isTrue();
                assertThat(writer.pollDurable()).hasSize(1);
            }
        }
        assertThat(database.journal()).containsExactly(1L);
    }

    @Test
    void anIdleHostWhoseDatabaseHangsAdmitsNobodyAndFreezesWhenSomebodyComes() throws Exception {
        assumeThat(server.isControllable()).isTrue();
        TestDatabase database = TestDatabase.create(server);
        try (SqlInstanceStore store = database.store();
                Ownership lease = store.contend(PLAZA, "pod-1")) {
            assertThat(lease.awaitHeld(SOON)).isEqualTo(new State.Held(1));
            lease.relax();
            await().atMost(SOON).until(database::isIdle);
            server.pause();
            try {
                Thread.sleep(3_000); // longer than a short lease
                assertThat(lease.state()).isEqualTo(new State.Held(1));
                assertThat(lease.tighten()).isFalse();
                assertThat(lease.awaitTight(Duration.ofSeconds(1))).isFalse();
                await().atMost(SOON).until(() -> lease.state() instanceof State.Frozen);
                assertThat(lease.tighten()).isFalse();
            } finally {
                server.resume();
            }
            assertThat(lease.awaitTight(SOON)).isTrue();
            assertThat(lease.state()).isEqualTo(new State.Held(1));
            assertThat(database.isIdle()).isFalse();
        }
    }

    @Test
    void aKilledDatabaseLosesAndRepeatsNothing() throws Exception {
        assumeThat(server.isControllable()).isTrue();
        TestDatabase database = TestDatabase.create(server);
        List<Long> durable = new ArrayList<>();
        int edits = 600;
        try (SqlInstanceStore store = database.store();
                Ownership lease = store.contend(PLAZA, "pod-1")) {
            assertThat(lease.awaitHeld(SOON)).isEqualTo(new State.Held(1));
            try (PatchWriter writer = store.writer(PLAZA, 1, store.load(PLAZA, 1))) {
                for (int i = 1; i <= edits; i++) {
                    assertThat(writer.offer(edit(i))).isTrue();
                    writer.pollDurable().forEach(e -> durable.add(e.clientSequence()));
                    if (i % 200 == 0) {
                        server.kill();
                        server.restart();
                    }
                    Thread.sleep(1);
                }
                assertThat(writer.flush(SOON.toMillis())).isTrue();
                writer.pollDurable().forEach(e -> durable.add(e.clientSequence()));
                await().atMost(SOON).until(() -> lease.state().equals(new State.Held(1)));
            }
        }
        List<Long> all = LongStream.rangeClosed(1, edits).boxed().toList();
        assertThat(durable).isEqualTo(all);
        assertThat(database.entities()).extracting(EntityPatch::id).isEqualTo(all);
    }
}
