package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;
import static otherworld.persistence.TestDatabase.PLAZA;
import static otherworld.persistence.TestDatabase.edit;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Rows that were committed and are missing or unreadable: never silently loaded without. */
class DamagedStoreIT extends HeldInstance {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Test
    void aMissingGroupStopsLoadingFoldingAndAcknowledgingAndIsNamed() throws Exception {
        try (PatchWriter writer = store.writer(PLAZA, 1, store.load(PLAZA, 1))) {
            int before = Folder.BACKLOG_GROUPS - 3; // a few more, and the folding begins
            for (int i = 1; i <= before; i++) {
                assertThat(writer.offer(edit(i))).isTrue();
                assertThat(writer.flush(20_000)).isTrue();
            }
            writer.pollDurable();
            database.execute("DELETE FROM journal WHERE seq IN (7, 8)");
            long next = Folder.BACKLOG_GROUPS;
            for (int i = before + 1; i <= next && isSound(writer); i++) {
                writer.offer(edit(i));
                writer.flush(20_000);
            }
            await().atMost(PATIENCE)
                    .until(() -> writer.health() instanceof PatchWriter.Health.Damaged);
            assertThat(writer.health().toString()).contains("groups 7 to 8 are missing");
            assertThat(writer.offer(edit(next + 1))).isFalse();
            assertThat(writer.hasRoom(1)).isFalse();
            assertThat(writer.pollDurable()).isEmpty();
        }
        refusedBecause("groups 7 to 8 are missing, committed after");
    }

    private static boolean isSound(PatchWriter writer) {
        return !(writer.health() instanceof PatchWriter.Health.Damaged);
    }

    @Test
    void loadingGoesOnWithoutAGroupOnceSomebodyHasDecidedSo() throws Exception {
        write(20);
        database.execute("DELETE FROM journal WHERE seq = 5");
        database.execute("UPDATE journal SET edits = '\\x09'::bytea WHERE seq = 9");
        database.execute("DELETE FROM journal WHERE seq = 20");
        refusedBecause("group 5 is missing");
        assertThat(repair("default.plaza", "0"))
                .contains("group 5 is missing")
                .contains("group 9, committed at")
                .contains("group 20 is missing")
                .contains("--accept")
                .endsWith("exit 1");
        refusedBecause("group 5 is missing");
        assertThat(repair("default.plaza", "0", "--accept"))
                .contains("3 group(s)")
                .endsWith("exit 0");

        assertThat(store.load(PLAZA, 1).entities())
                .extracting(EntityPatch::id)
                .hasSize(17)
                .doesNotContain(5L, 9L, 20L);
        assertThat(repair("default.plaza", "0")).contains("is whole").endsWith("exit 0");
        try (Database direct = direct();
                Folder folder = new Folder(direct, PLAZA, 1, () -> 20, _ -> {})) {
            assertThat(folder.foldChunk()).isTrue();
            assertThat(folder.foldedSeq()).isEqualTo(20);
        }
        assertThat(store.load(PLAZA, 1).entities()).hasSize(17);
    }

    @Test
    void repairRefusesWhatIsNoInstance() {
        assertThat(repair("default.plaza")).endsWith("exit 2");
        assertThat(repair("No World", "0")).endsWith("exit 2");
        assertThat(repair("default.plaza", "0", "--now")).endsWith("exit 2");
    }

    @Test
    void rowsThatCannotBeReadLockNobodyOutAndStay() throws Exception {
        write(3);
        String entity =
                "INSERT INTO entity (world, ordinal, id, seq, body) VALUES ('default.plaza', 0, ";
        database.execute(entity + "-4, 1, '\\x01'::bytea)");
        database.execute(entity + "77, 1, decode(repeat('00', 5000), 'hex'))");
        database.execute(
                "INSERT INTO edit_result (world, ordinal, player, client_seq, result, committed_at) VALUES ('default.plaza', 0, 'not ä player', 1, '\\x00'::bytea, now())");
        InstanceStore.Loaded loaded = store.load(PLAZA, 1);
        assertThat(loaded.entities()).extracting(EntityPatch::id).containsExactly(1L, 2L, 3L);
        assertThat(loaded.unreadable())
                .extracting(InstanceStore.Unreadable::what)
                .containsExactlyInAnyOrder(
                        "entity -4", "entity 77", "answer 1 of player 'not ä player'");
        assertThat(database.number("SELECT count(*) FROM entity")).isEqualTo(2);
        assertThat(database.number("SELECT count(*) FROM edit_result")).isEqualTo(1);
    }

    @Test
    void aLostRowOfTheInstanceLosesNothingOfWhatWasAndIsCommitted() throws Exception {
        write(12);
        try (Database direct = direct();
                Folder folder = new Folder(direct, PLAZA, 1, () -> 10, _ -> {})) {
            assertThat(folder.foldChunk()).isTrue();
        }
        database.execute("DELETE FROM instance");
        try (Ownership lease = store.contend(PLAZA, "pod-2")) {
            assertThat(lease.awaitHeld(PATIENCE)).isEqualTo(new Ownership.State.Held(1));
            InstanceStore.Loaded loaded = store.load(PLAZA, 1);
            assertThat(loaded.seq()).isEqualTo(12);
            assertThat(loaded.entities()).hasSize(12);
            try (PatchWriter writer = store.writer(PLAZA, 1, loaded)) {
                assertThat(writer.offer(edit(13))).isTrue();
                assertThat(writer.flush(20_000)).isTrue();
            }
            assertThat(store.load(PLAZA, 1).entities()).hasSize(13);
        }
    }

    @Test
    void aRowOfTheInstanceThatWasSetBackIsMended() throws Exception {
        write(12);
        database.execute("UPDATE instance SET seq = 3");
        assertThat(store.load(PLAZA, 1).seq()).isEqualTo(12);
        assertThat(database.number("SELECT seq FROM instance")).isEqualTo(12);
    }

    @Test
    void theHolderRaisesItsEpochAndGoesOn() throws Exception {
        database.execute("UPDATE instance SET lease_until = now()");
        try (Ownership lease = store.contend(PLAZA, "pod-2")) {
            assertThat(lease.awaitHeld(PATIENCE)).isEqualTo(new Ownership.State.Held(2));
            assertThat(lease.raise(41, PATIENCE)).isEqualTo(new Ownership.State.Held(42));
            assertThat(database.number("SELECT epoch FROM instance")).isEqualTo(42);
            Thread.sleep(1_200); // two renewals
            assertThat(lease.state()).isEqualTo(new Ownership.State.Held(42));
            InstanceStore.Loaded loaded = store.load(PLAZA, 42);
            try (PatchWriter old = store.writer(PLAZA, 2, loaded);
                    PatchWriter writer = store.writer(PLAZA, 42, loaded)) {
                old.offer(edit(1));
                await().atMost(PATIENCE)
                        .until(() -> old.health() instanceof PatchWriter.Health.Fenced);
                assertThat(writer.offer(edit(2))).isTrue();
                assertThat(writer.flush(20_000)).isTrue();
            }
            database.takenOver();
            assertThat(lease.raise(100, PATIENCE)).isInstanceOf(Ownership.State.Lost.class);
        }
    }

    private void write(int groups) throws InterruptedException {
        try (PatchWriter writer = store.writer(PLAZA, 1, store.load(PLAZA, 1))) {
            for (int i = 1; i <= groups; i++) {
                assertThat(writer.offer(edit(i))).isTrue();
                assertThat(writer.flush(20_000)).isTrue();
            }
        }
    }

    private void refusedBecause(String text) {
        assertThatExceptionOfType(StoreDamaged.class)
                .isThrownBy(() -> store.load(PLAZA, 1))
                .withMessageContaining(text)
                .withMessageContaining("otherworld.persistence.Repair default.plaza 0 --accept");
    }

    private String repair(String... arguments) {
        ByteArrayOutputStream said = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
        int exit =
                Repair.run(
                        arguments,
                        Map.of(
                                "DATABASE_URL", database.url(),
                                "DATABASE_USER", database.server().user(),
                                "DATABASE_PASSWORD", database.server().password()),
                        out,
                        out);
        return said.toString(StandardCharsets.UTF_8) + "exit " + exit;
    }
}
