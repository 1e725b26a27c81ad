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
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.local.database.DatabaseServer;
import otherworld.persistence.Ownership.State;

class LeaseIT {
    private static final Duration SOON = Duration.ofSeconds(20);

    private static final String LEFT_MS =
            "SELECT CAST(EXTRACT(EPOCH FROM lease_until - now()) * 1000 AS bigint) FROM instance";

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
    void anIdleLeaseIsRenewedSeldomAndTightenedAtOnce() throws Exception {
        try (Ownership lease = store.contend(PLAZA, "pod-1")) {
            assertThat(lease.awaitHeld(SOON)).isEqualTo(new State.Held(1));
            assertThat(lease.tighten()).isTrue();
            lease.relax();
            await().atMost(SOON).until(database::isIdle);
            long leftMs = database.number(LEFT_MS);
            assertThat(leftMs).isBetween(20_000L, 30_000L);
            Thread.sleep(2_000); // four renewals of a short lease
            assertThat(database.number(LEFT_MS)).isLessThan(leftMs - 1_500);
            assertThat(lease.awaitTight(Duration.ZERO)).isFalse();
            assertThat(lease.tighten()).isFalse();
            assertThat(lease.awaitTight(SOON)).isTrue();
            assertThat(database.isIdle()).isFalse();
            assertThat(database.number(LEFT_MS)).isLessThanOrEqualTo(2_500);
            assertThat(lease.tighten()).isTrue();
            Thread.sleep(1_000);
            assertThat(database.isIdle()).as("it stays short").isFalse();
            assertThat(lease.state()).isEqualTo(new State.Held(1));
        }
    }

    @Test
    void anIdleHostThatCrashedIsReplacedAtOnce() throws Exception {
        database.heldByADeadPod(7);
        database.execute("UPDATE instance SET idle = true, lease_until = now() + interval '30 s'");
        long startNs = System.nanoTime();
        try (Ownership lease = store.contend(PLAZA, "pod-1")) {
            assertThat(lease.awaitHeld(SOON)).isEqualTo(new State.Held(8));
            assertThat(Duration.ofNanos(System.nanoTime() - startNs))
                    .isLessThan(Duration.ofSeconds(10));
            assertThat(database.isIdle()).isFalse();
        }
    }

    @Test
    void aLiveIdleHostThatIsReplacedAdmitsNobodyAnyMore() throws Exception {
        try (Ownership first = store.contend(PLAZA, "pod-1")) {
            assertThat(first.awaitHeld(SOON)).isEqualTo(new State.Held(1));
            first.relax();
            await().atMost(SOON).until(database::isIdle);
            try (Ownership second = store.contend(PLAZA, "pod-2")) {
                assertThat(second.awaitHeld(SOON)).isEqualTo(new State.Held(2));
                assertThat(first.tighten()).isFalse();
                assertThat(first.awaitTight(SOON)).isFalse();
                assertThat(first.state()).isEqualTo(new State.Lost(1, 2));
                assertThat(second.tighten()).isTrue();
            }
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

    /**
     * Contenders come, release, are superseded, fall idle and are wanted again at random; a sampler
     * watches them all. Those who may admit somebody are never two, and while nobody is idle
     * neither are those who hold the lease.
     */
    @Test
    void neverMayTwoAdmit() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        List<Ownership> contenders = new ArrayList<>();
        try {
            long startNs = System.nanoTime();
            int pod = 0;
            int tight = 0;
            for (long ms = 0; ms < 8_000; ms = (System.nanoTime() - startNs) / 1_000_000) {
                while (contenders.size() < 3) {
                    contenders.add(store.contend(PLAZA, "pod-" + pod++));
                }
                boolean withIdle = ms > 4_000;
                tight += count(contenders, LeaseIT::isTightNow, seed);
                if (!withIdle) {
                    count(contenders, lease -> lease.state() instanceof State.Held, seed);
                }
                Ownership any = contenders.get(random.nextInt(contenders.size()));
                switch (random.nextInt(withIdle ? 80 : 60)) {
                    case 0 -> {
                        contenders.remove(any);
                        any.close();
                    }
                    case 1 -> passLease();
                    case 60, 61, 62, 63, 64, 65, 66 -> any.relax();
                    case 67, 68, 69, 70 -> any.tighten();
                    default -> Thread.sleep(random.nextInt(1, 8));
                }
                contenders.removeIf(lease -> lease.state() instanceof State.Lost);
            }
            assertThat(tight).as("-Dseed=%d", seed).isPositive();
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

    private static int count(List<Ownership> contenders, Predicate<Ownership> which, long seed) {
        List<Ownership> found = contenders.stream().filter(which).toList();
        // One by one: between two looks one may have gone and another come.
        List<Ownership> still = found.stream().filter(which).toList();
        if (found.size() > 1) {
            assertThat(still).as("-Dseed=%d", seed).hasSizeLessThanOrEqualTo(1);
        }
        return found.size();
    }

    private static boolean isTightNow(Ownership lease) {
        try {
            return lease.awaitTight(Duration.ZERO);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
