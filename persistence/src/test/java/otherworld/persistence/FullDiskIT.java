package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static otherworld.persistence.TestDatabase.PLAZA;
import static otherworld.persistence.TestDatabase.edit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import otherworld.local.database.DatabaseServer;

/** The journal on a disk that is full: a file system in memory, which root alone can mount. */
@Tag("heavy")
class FullDiskIT extends HeldInstance {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void aFullDiskStallsTheWriterUntilThereIsRoomAndLosesNothing() throws Exception {
        assumeTrue(database.server().kind() == DatabaseServer.Kind.POSTGRESQL);
        Path disk = Files.createTempDirectory("otherworld-disk-");
        Files.setPosixFilePermissions(
                disk.toAbsolutePath(),
                java.nio.file.attribute.PosixFilePermissions.fromString("rwxr-xr-x"));
        boolean mounted =
                run("mount", "-t", "tmpfs", "-o", "size=2m,mode=755", "tmpfs", disk.toString());
        if (!mounted) {
            System.err.println("SKIPPED: a full disk needs root that may mount a tmpfs");
        }
        assumeTrue(mounted, "root that may mount a tmpfs");
        try {
            Path space = Files.createDirectory(disk.resolve("space"));
            assertThat(
                            run("chown", "postgres", space.toString())
                                    || run("chown", "nobody", space.toString()))
                    .isTrue();
            database.execute("CREATE TABLESPACE small LOCATION '%s'".formatted(space));
            database.execute("ALTER TABLE journal SET TABLESPACE small");
            database.execute("CREATE TABLE filler (bytes bytea) TABLESPACE small");
            fill();
            try (PatchWriter writer = store.writer(PLAZA, 1, store.load(PLAZA, 1))) {
                assertThat(writer.offer(edit(1))).isTrue();
                await().atMost(PATIENCE)
                        .until(() ->
                                writer.health() instanceof PatchWriter.Health.Stalled stalled
                                        && stalled.waiting().compareTo(Duration.ofSeconds(2)) > 0);
                assertThat(writer.health().toString()).contains("No space left on device");
                assertThat(writer.pollDurable()).isEmpty();
                database.execute("DROP TABLE filler");
                assertThat(writer.flush(PATIENCE.toMillis())).isTrue();
                assertThat(writer.health()).isEqualTo(new PatchWriter.Health.Working());
                assertThat(writer.pollDurable()).hasSize(1);
            }
            assertThat(database.entities()).hasSize(1);
            database.execute("ALTER TABLE journal SET TABLESPACE pg_default");
            database.execute("DROP TABLESPACE small");
        } finally {
            run("umount", "-l", disk.toString());
        }
    }

    private void fill() throws SQLException {
        try {
            for (int i = 0; i < 10_000; i++) {
                database.execute(
                        "INSERT INTO filler SELECT decode(md5(random()::text), 'hex') FROM generate_series(1, 500)");
            }
            throw new AssertionError("the disk is never full");
        } catch (SQLException full) {
            assertThat(full.getMessage()).contains("No space left on device");
        }
        // What is left of the last page, row by row.
        for (int i = 0; i < 1_000; i++) {
            try {
                database.execute("INSERT INTO filler VALUES ('\\x00'::bytea)");
            } catch (SQLException full) {
                return;
            }
        }
    }

    private static boolean run(String... command) throws IOException, InterruptedException {
        return new ProcessBuilder(List.of(command))
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                        .start()
                        .waitFor()
                == 0;
    }
}
