package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static otherworld.persistence.TestDatabase.PLAZA;
import static otherworld.persistence.TestDatabase.edit;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;

class FolderIT extends HeldInstance {
    @Test
    void foldingBesideTheWriterLosesAndRepeatsNothing() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        Random random = new Random(seed);
        Map<Long, byte[]> expected = new HashMap<>();
        int edits = 1000;
        try (PatchWriter writer = store.writer(PLAZA, 1, store.load(PLAZA, 1))) {
            for (int i = 1; i <= edits; i++) {
                long id = random.nextLong(1, 40);
                boolean removed = random.nextInt(4) == 0;
                byte[] body = removed ? new byte[0] : new byte[] {(byte) i, (byte) (i >> 8)};
                if (removed) {
                    expected.remove(id);
                } else {
                    expected.put(id, body);
                }
                EntityPatch patch = new EntityPatch(id, removed, body);
                Edit edit =
                        new Edit(
                                new PlayerId("ann"),
                                i,
                                List.of(patch),
                                new byte[] {(byte) i, (byte) (i >> 8)});
                assertThat(writer.offer(edit)).isTrue();
                // Small groups, so that there are many.
                if (random.nextInt(3) == 0) {
                    assertThat(writer.flush(20_000)).isTrue();
                    writer.pollDurable();
                }
                if (i % 100 == 0) {
                    assertThat(writer.flush(20_000)).isTrue();
                    same(expected, database.entities(), seed);
                }
            }
            assertThat(writer.flush(20_000)).isTrue();
            await().atMost(Duration.ofSeconds(20)).until(() -> writer.stats().foldedSeq() > 0);
        }
        assertThat(database.number("SELECT count(*) FROM journal"))
                .isLessThan(database.number("SELECT seq FROM instance"));
        InstanceStore.Loaded loaded = store.load(PLAZA, 1);
        same(expected, loaded.entities(), seed);
        assertThat(loaded.recent()).hasSize(Fold.RESULTS_PER_PLAYER);
        assertThat(loaded.recent().getLast().clientSequence()).isEqualTo(edits);
        assertThat(loaded.recent().getFirst().clientSequence())
                .isEqualTo(edits - Fold.RESULTS_PER_PLAYER + 1);
        assertThat(loaded.recent().getLast().result())
                .containsExactly((byte) edits, (byte) (edits >> 8));
    }

    private static void same(Map<Long, byte[]> expected, List<EntityPatch> stored, long seed) {
        Map<Long, byte[]> found = new HashMap<>();
        stored.forEach(patch -> found.put(patch.id(), patch.body()));
        assertThat(found).as("-Dseed=%d", seed).usingRecursiveComparison().isEqualTo(expected);
    }

    @Test
    void aChunkFoldsRowsAndResultsAndTrimsThem() throws Exception {
        write(300);
        try (Database direct = direct();
                Folder folder = new Folder(direct, PLAZA, 1, () -> 300, _ -> {})) {
            while (folder.foldedSeq() < 300) {
                assertThat(folder.foldChunk()).isTrue();
            }
        }
        assertThat(database.number("SELECT count(*) FROM journal")).isZero();
        assertThat(database.number("SELECT count(*) FROM entity")).isEqualTo(300);
        assertThat(database.number("SELECT count(*) FROM edit_result"))
                .isEqualTo(Fold.RESULTS_PER_PLAYER);
        assertThat(database.number("SELECT min(client_seq) FROM edit_result")).isEqualTo(45);
        assertThat(store.load(PLAZA, 1).recent()).hasSize(Fold.RESULTS_PER_PLAYER);
    }

    @Test
    void aStaleEpochFoldsNothing() throws Exception {
        write(10);
        database.takenOver();
        try (Database direct = direct();
                Folder folder = new Folder(direct, PLAZA, 1, () -> 10, _ -> {})) {
            assertThat(folder.foldChunk()).isFalse();
        }
        assertThat(database.number("SELECT count(*) FROM journal")).isEqualTo(10);
    }

    @Test
    void onlyGroupsThatTheWriterKnowsAreFolded() throws Exception {
        write(10);
        try (Database direct = direct();
                Folder folder = new Folder(direct, PLAZA, 1, () -> 9, _ -> {})) {
            assertThat(folder.foldChunk()).isTrue();
        }
        assertThat(database.number("SELECT min(seq) FROM journal")).isEqualTo(10);
        assertThat(database.entities()).hasSize(10);
    }

    /** Else a host that is paused while it folds would block its successor. */
    @Test
    void aTransactionThatIsLeftOpenLosesItsLocks() throws Exception {
        write(1);
        try (Database direct = direct();
                Connection paused = direct.pooled();
                Connection other = database.connect()) {
            lock(paused);
            lock(other); // returns once the server has ended the paused one's transaction
            assertThatExceptionOfType(SQLException.class).isThrownBy(() -> lock(paused));
        }
    }

    private static void lock(Connection connection) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("SELECT seq FROM journal FOR UPDATE")) {
            statement.executeQuery();
        }
    }

    @Test
    void aLostJournalRowIsNoticed() throws Exception {
        write(5);
        database.execute("DELETE FROM journal WHERE seq = 5");
        assertThatExceptionOfType(StoreDamaged.class)
                .isThrownBy(() -> store.load(PLAZA, 1))
                .withMessageContaining("default.plaza/0 is damaged: group 5 is missing");
    }

    @Test
    void anInstanceThatNeverRanHasNoEntities() {
        assertThat(
                        StoredEntities.read(
                                database.url(),
                                database.server().user(),
                                database.server().password(),
                                new InstanceId(PLAZA.world(), 9)))
                .isEmpty();
    }

    /** Groups of one edit each. */
    private void write(int groups) throws SQLException {
        try (Connection connection = database.connect()) {
            GroupQueries queries = new GroupQueries(connection, PLAZA, 1);
            for (int i = 1; i <= groups; i++) {
                assertThat(queries.commit(i, GroupCodec.encode(List.of(edit(i))))).isTrue();
            }
        }
    }
}
