package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static otherworld.persistence.TestDatabase.PLAZA;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.local.database.DatabaseServer;

/** Hosts that are killed or paused as processes. */
class HolderProcessIT {
    private TestDatabase database;

    @BeforeEach
    void open() {
        database = TestDatabase.create(DatabaseServer.shared());
    }

    private static void awaitDurable(Child child, int edits) {
        await().atMost(Duration.ofSeconds(40))
                .failFast("the child ended", () -> child.lines("END").findAny().isPresent())
                .until(() -> child.lines("DURABLE").count() >= edits);
    }

    @Test
    void whatAKilledHostCalledDurableIsLoadedAndNothingTwice() throws Exception {
        for (int round = 1; round <= 2; round++) {
            Set<Long> durable = new HashSet<>();
            try (Child child = new Child(database, "child-" + round)) {
                awaitDurable(child, 200);
                child.kill();
                child.lines("DURABLE").forEach(line -> durable.add(Long.parseLong(line)));
            }
            Set<Long> stored = new HashSet<>();
            for (EntityPatch entity : database.entities()) {
                assertThat(new String(entity.body(), StandardCharsets.US_ASCII))
                        .isEqualTo(Long.toString(entity.id()));
                stored.add(entity.id());
            }
            assertThat(stored).containsAll(durable);
            assertThat(database.journal()).doesNotHaveDuplicates();
            assertThat(database.number("SELECT epoch FROM instance")).isEqualTo(round);
            // The next round's host begins with edit 1 again.
            database.execute("DELETE FROM journal");
            database.execute("DELETE FROM entity");
            database.execute("UPDATE instance SET seq = 0");
            database.execute("DELETE FROM journal_fold");
        }
    }

    @Test
    void aPausedHostLosesTheLeaseAndCommitsNothingWhenItWakes() throws Exception {
        try (Child child = new Child(database, "child");
                SqlInstanceStore store = database.store()) {
            awaitDurable(child, 50);
            child.pause();
            long takenOverNs;
            List<EntityPatch> inherited;
            try (Ownership lease = store.contend(PLAZA, "successor")) {
                Ownership.State state = lease.awaitHeld(Duration.ofSeconds(20));
                takenOverNs = System.nanoTime();
                assertThat(state).isEqualTo(new Ownership.State.Held(2));
                InstanceStore.Loaded loaded = store.load(PLAZA, 2);
                inherited = loaded.entities();
                try (PatchWriter writer = store.writer(PLAZA, 2, loaded)) {
                    writer.offer(TestDatabase.edit(1_000_000));
                    assertThat(writer.flush(10_000)).isTrue();
                    child.resume();
                    assertThat(child.awaitEnd(Duration.ofSeconds(20))).isTrue();
                    writer.offer(TestDatabase.edit(1_000_001));
                    assertThat(writer.flush(10_000)).isTrue();
                }
            }
            assertThat(child.lines("AT").mapToLong(Long::parseLong).max().orElseThrow())
                    .as("held no more when the successor was")
                    .isLessThan(takenOverNs);
            assertThat(child.lines("END"))
                    .singleElement()
                    .asString()
                    .startsWith("Lost[epoch=1, seenEpoch=2]");
            Set<Long> stored = new HashSet<>();
            database.entities().forEach(entity -> stored.add(entity.id()));
            Set<Long> expected = new HashSet<>(List.of(1_000_000L, 1_000_001L));
            inherited.forEach(entity -> expected.add(entity.id()));
            assertThat(stored).isEqualTo(expected);
            assertThat(child.lines("DURABLE").map(Long::parseLong)).isSubsetOf(stored);
        }
    }
}
