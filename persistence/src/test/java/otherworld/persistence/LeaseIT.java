package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static otherworld.persistence.TestDatabase.PLAZA;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.local.database.DatabaseServer;
import otherworld.persistence.Ownership.State;

class LeaseIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private TestDatabase database;
    private SqlInstanceStore store;

    @BeforeEach
    void open() {
        database = TestDatabase.create(DatabaseServer.shared());
        store = database.store();
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void theCandidateIsToldToTheHolderAndTakesOverOnRelease() throws Exception {
        try (Ownership first = store.contend(PLAZA, "pod-1");
                Ownership second = waitingBehind(first)) {
            assertThat(second.awaitHeld(Duration.ofMillis(600)))
                    .isInstanceOfSatisfying(
                            State.Waiting.class,
                            waiting -> assertThat(waiting.reason()).contains("pod pod-1 holds it"));
            await().atMost(SOON).until(() -> first.candidate().equals(Optional.of("pod-2")));
            first.release();
            assertThat(first.state()).isEqualTo(new State.Lost(1, 1));
            assertThat(second.awaitHeld(SOON)).isEqualTo(new State.Held(2));
            assertThat(second.candidate()).isEmpty();
            first.release();
            assertThat(second.state()).isEqualTo(new State.Held(2));
        }
    }

    private Ownership waitingBehind(Ownership first) throws InterruptedException {
        assertThat(first.awaitHeld(SOON)).isEqualTo(new State.Held(1));
        return store.contend(PLAZA, "pod-2");
    }

    @Test
    void aCandidateThatGivesUpIsForgotten() throws Exception {
        try (Ownership first = store.contend(PLAZA, "pod-1")) {
            try (Ownership second = waitingBehind(first)) {
                await().atMost(SOON).until(() -> first.candidate().isPresent());
                second.release();
                assertThat(second.state()).isEqualTo(new State.Waiting("stopped"));
            }
            await().atMost(SOON).until(() -> first.candidate().isEmpty());
        }
    }

    @Test
    void aCandidateThatDiedIsForgottenByTheNextTakeover() throws Exception {
        database.heldByADeadPod(1);
        database.execute("UPDATE instance SET candidate = 'dead too', lease_until = now()");
        try (Ownership first = store.contend(PLAZA, "pod-1")) {
            assertThat(first.awaitHeld(SOON)).isEqualTo(new State.Held(2));
            await().during(Duration.ofSeconds(1)).until(() -> first.candidate().isEmpty());
        }
    }

    @Test
    void aRestartedContainerOfTheSamePodTakesOverAtOnce() throws Exception {
        try (Ownership before = store.contend(PLAZA, "pod-1")) {
            assertThat(before.awaitHeld(SOON)).isEqualTo(new State.Held(1));
            try (Ownership after = store.contend(PLAZA, "pod-1")) {
                assertThat(after.awaitHeld(Duration.ofSeconds(2))).isEqualTo(new State.Held(2));
                await().atMost(SOON).until(() -> before.state().equals(new State.Lost(1, 2)));
            }
        }
    }

    @Test
    void aCrashedHostsLeaseIsWaitedOut() throws Exception {
        database.heldByADeadPod(7);
        long startNs = System.nanoTime();
        try (Ownership lease = store.contend(PLAZA, "pod-1")) {
            assertThat(lease.awaitHeld(SOON)).isEqualTo(new State.Held(8));
            assertThat(Duration.ofNanos(System.nanoTime() - startNs))
                    .isGreaterThan(Duration.ofSeconds(2));
        }
    }

    @Test
    void aLeaseThatPassedIsRenewedAtTheSameEpochIfNobodyTookIt() throws Exception {
        try (Ownership lease = store.contend(PLAZA, "pod-1")) {
            assertThat(lease.awaitHeld(SOON)).isEqualTo(new State.Held(1));
            database.execute("UPDATE instance SET lease_until = now() - interval '1 second'");
            await().atMost(SOON)
                    .until(() ->
                            database.number(
                                            "SELECT count(*) FROM instance WHERE lease_until > now()")
                                    == 1);
            assertThat(lease.state()).isEqualTo(new State.Held(1));
        }
    }

    @Test
    void aDeletedRowIsALostLease() throws Exception {
        try (Ownership lease = store.contend(PLAZA, "pod-1")) {
            assertThat(lease.awaitHeld(SOON)).isEqualTo(new State.Held(1));
            database.execute("DELETE FROM instance");
            await().atMost(SOON).until(() -> lease.state() instanceof State.Lost);
        }
    }

    @Test
    void withoutASchemaThePodWaitsAndSaysWhatToRun() throws Exception {
        DatabaseServer server = database.server();
        String url = server.createDatabase("empty" + System.nanoTime());
        try (SqlInstanceStore empty = database.store(url);
                Ownership lease = empty.contend(PLAZA, "pod-1")) {
            assertThat(reasonOf(lease)).contains("run otherworld.persistence.Migrate");
        }
    }

    @Test
    void anUnreachableDatabaseIsWaitedFor() throws Exception {
        try (SqlInstanceStore nowhere = database.store("jdbc:postgresql://127.0.0.1:1/x");
                Ownership lease = nowhere.contend(PLAZA, "pod-1")) {
            assertThat(reasonOf(lease)).contains("refused");
        }
    }

    private static String reasonOf(Ownership lease) {
        return await().atMost(SOON)
                .until(
                        () ->
                                lease.state() instanceof State.Waiting(String reason)
                                        ? reason
                                        : "not waiting",
                        reason -> reason.contains("SQLSTATE"));
    }

    /** Contenders come, release, and are superseded at random; a sampler watches them all. */
    @Test
    void neverAreTwoHeldAtOnce() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<Ownership> contenders = new ArrayList<>();
        try {
            long endNs = System.nanoTime() + Duration.ofSeconds(6).toNanos();
            int pod = 0;
            int held = 0;
            while (System.nanoTime() < endNs) {
                while (contenders.size() < 3) {
                    contenders.add(store.contend(PLAZA, "pod-" + pod++));
                }
                held += heldNow(contenders, seed);
                switch (random.nextInt(60)) {
                    case 0 -> contenders.remove(random.nextInt(contenders.size())).close();
                    case 1 -> passLease();
                    default -> Thread.sleep(random.nextInt(1, 8));
                }
                contenders.removeIf(lease -> lease.state() instanceof State.Lost);
            }
            assertThat(held).as("-Dseed=%d", seed).isPositive();
        } finally {
            contenders.forEach(Ownership::close);
        }
    }

    /**
     * Somebody else has it from now, until the holder's lease would have passed: by then the holder
     * has learnt it, or is frozen.
     */
    private void passLease() throws SQLException {
        database.execute(
                "UPDATE instance SET epoch = epoch + 1, holder = 'nobody' WHERE holder <> ''");
    }

    private static int heldNow(List<Ownership> contenders, long seed) {
        List<State> held = new ArrayList<>();
        for (Ownership lease : contenders) {
            State state = lease.state();
            if (state instanceof State.Held) {
                held.add(state);
            }
        }
        assertThat(held).as("-Dseed=%d", seed).hasSizeLessThanOrEqualTo(1);
        return held.size();
    }
}
