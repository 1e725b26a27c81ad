package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static otherworld.persistence.TestDatabase.PLAZA;
import static otherworld.persistence.TestDatabase.edit;

import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;

class PatchWriterIT extends HeldInstance {
    private static final long FLUSH_MS = 20_000;

    private PatchWriter writer(SqlInstanceStore from) {
        return from.writer(PLAZA, 1, from.load(PLAZA, 1));
    }

    @Test
    void whatIsDurableIsLoadedInOrderWithItsResults() throws Exception {
        try (PatchWriter writer = writer(store)) {
            assertThat(writer.pollDurable()).isEmpty();
            for (int i = 1; i <= 100; i++) {
                assertThat(writer.offer(edit(i))).isTrue();
            }
            assertThat(writer.flush(FLUSH_MS)).isTrue();
            assertThat(writer.pollDurable())
                    .extracting(Edit::clientSequence)
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, 100).boxed().toList());
            assertThat(writer.health()).isEqualTo(new PatchWriter.Health.Working());
            assertThat(writer.stats().edits()).isEqualTo(100);
            assertThat(writer.stats().waitingEdits()).isZero();
        }
        InstanceStore.Loaded loaded = store.load(PLAZA, 1);
        assertThat(loaded.entities()).hasSize(100);
        assertThat(loaded.recent()).hasSize(100);
        assertThat(loaded.recent().get(41).result()).containsExactly(42);
        assertThat(loaded.seq()).isEqualTo(database.number("SELECT max(seq) FROM journal"));
    }

    @Test
    void aWriterContinuesWhereTheOneBeforeEnded() throws Exception {
        for (int i = 1; i <= 3; i++) {
            try (PatchWriter writer = writer(store)) {
                writer.offer(edit(i));
                assertThat(writer.flush(FLUSH_MS)).isTrue();
            }
        }
        assertThat(database.journal()).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aSlowDatabaseFillsTheQueueToItsBoundAndNoFurther() throws Exception {
        try (PatchWriter writer = writer(store);
                Connection blocker = database.connect()) {
            blocker.setAutoCommit(false);
            lockInstance(blocker);
            for (int i = 1; i < PatchWriter.MAX_EDITS; i++) {
                assertThat(writer.offer(edit(i))).isTrue();
            }
            // The byte bound reckons with the largest edits, so ask for one at a time.
            assertThat(writer.hasRoom(1)).isTrue();
            assertThat(writer.hasRoom(2)).isFalse();
            assertThat(writer.offer(edit(PatchWriter.MAX_EDITS))).isTrue();
            assertThat(writer.hasRoom(1)).isFalse();
            assertThat(writer.offer(edit(PatchWriter.MAX_EDITS + 1))).isFalse();
            await().atMost(Duration.ofSeconds(10))
                    .until(() -> writer.health() instanceof PatchWriter.Health.Stalled);
            assertThat(writer.pollDurable()).isEmpty();
            assertThat(writer.flush(10)).isFalse();

            blocker.rollback();
            assertThat(writer.flush(FLUSH_MS)).isTrue();
            assertThat(writer.hasRoom(1)).as("not handed out yet").isFalse();
            assertThat(writer.pollDurable()).hasSize(PatchWriter.MAX_EDITS);
            assertThat(writer.hasRoom(1)).isTrue();
            assertThat(writer.health()).isEqualTo(new PatchWriter.Health.Working());
        }
        assertThat(database.journal()).hasSize(PatchWriter.MAX_EDITS);
    }

    @Test
    void theByteBoundHoldsForLargeEdits() throws Exception {
        List<EntityPatch> patches = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
            patches.add(new EntityPatch(i, false, new byte[EntityPatch.MAX_BODY_BYTES]));
        }
        Edit large = new Edit(new PlayerId("ann"), 0, patches, new byte[0]);
        try (PatchWriter writer = writer(store);
                Connection blocker = database.connect()) {
            blocker.setAutoCommit(false);
            lockInstance(blocker);
            int fit = PatchWriter.MAX_BYTES / large.encodedBytes();
            for (int i = 0; i < fit; i++) {
                assertThat(writer.offer(large)).isTrue();
            }
            assertThat(writer.hasRoom(1)).isFalse();
            assertThat(writer.offer(large)).isFalse();
            blocker.rollback();
            assertThat(writer.flush(FLUSH_MS)).isTrue();
        }
        assertThat(database.number("SELECT max(length(edits)) FROM journal"))
                .isLessThanOrEqualTo(GroupCodec.MAX_BYTES);
    }

    private static void lockInstance(Connection blocker) throws SQLException {
        try (PreparedStatement lock =
                blocker.prepareStatement("SELECT epoch FROM instance FOR UPDATE")) {
            lock.executeQuery();
        }
    }

    @Test
    void aStaleEpochCommitsNothingAndSaysWhy() throws Exception {
        try (PatchWriter writer = writer(store)) {
            writer.offer(edit(1));
            assertThat(writer.flush(FLUSH_MS)).isTrue();
            database.takenOver();
            writer.offer(edit(2));
            assertThat(writer.flush(FLUSH_MS)).isFalse();
            assertThat(writer.health())
                    .isEqualTo(
                            new PatchWriter.Health.Fenced(
                                    "epoch 2 at group 1 writes; this writer has epoch 1 and group 2"));
            assertThat(writer.offer(edit(3))).isFalse();
            assertThat(writer.hasRoom(1)).isFalse();
            assertThat(writer.pollDurable()).hasSize(1);
        }
        assertThat(database.journal()).containsExactly(1L);
        assertThatExceptionOfType(StoreUnavailable.class)
                .isThrownBy(() -> store.load(PLAZA, 1))
                .withMessageContaining("not held at epoch 1");
    }

    /** Shows that the tests above rest on the fence and on nothing else. */
    @Test
    void withoutTheFenceAStaleEpochWouldCommit() throws Exception {
        database.takenOver();
        String broken = Sql.COMMIT_GROUP.text().replace("AND epoch = ?", "AND epoch >= ?");
        assertThat(committed(Sql.COMMIT_GROUP.text())).isZero();
        assertThat(committed(broken)).isEqualTo(1);
    }

    private long committed(String sql) throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement commit = connection.prepareStatement(sql)) {
            commit.setLong(1, 1);
            commit.setString(2, PLAZA.world().value());
            commit.setLong(3, PLAZA.ordinal());
            commit.setLong(4, 1);
            commit.setLong(5, 0);
            commit.setBytes(6, GroupCodec.encode(List.of(edit(1))));
            try (ResultSet row = commit.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }

    @Test
    void aGroupWhoseAnswerIsLostIsCommittedOnce() throws Exception {
        try (CuttingProxy proxy = new CuttingProxy(database.url());
                SqlInstanceStore cut = database.store(proxy.url());
                PatchWriter writer = writer(cut)) {
            for (int i = 1; i <= 20; i++) {
                // The edits of a group are in the request: each is found by its body.
                String body = "edit-%03d".formatted(i);
                proxy.cutAfter(body);
                writer.offer(edit(i, i, body.getBytes(StandardCharsets.US_ASCII)));
                assertThat(writer.flush(FLUSH_MS)).isTrue();
                assertThat(proxy.hasCut()).isTrue();
            }
            assertThat(writer.pollDurable()).hasSize(20);
            assertThat(writer.stats().retries()).isGreaterThanOrEqualTo(20);
            assertThat(writer.stats().groups()).isEqualTo(20);
        }
        assertThat(database.journal())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 20).boxed().toList());
        assertThat(database.number("SELECT seq FROM instance")).isEqualTo(20);
    }

    @Test
    void aGroupCommittedBeforeATakeoverIsDurableEvenIfItsAnswerWasLost() throws Exception {
        byte[] bytes = GroupCodec.encode(List.of(edit(1)));
        try (Connection connection = database.connect()) {
            GroupQueries queries = new GroupQueries(connection, PLAZA, 1);
            assertThat(queries.commit(1, bytes)).isTrue();
            database.takenOver();
            assertThat(queries.commit(1, bytes)).isFalse();
            assertThat(queries.settle(1, bytes)).isEqualTo(new GroupQueries.Settled.Own());
            byte[] other = GroupCodec.encode(List.of(edit(2)));
            assertThat(queries.settle(1, other)).isInstanceOf(GroupQueries.Settled.Foreign.class);
        }
    }
}
