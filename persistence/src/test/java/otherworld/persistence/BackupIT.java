package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;
import static otherworld.persistence.TestDatabase.PLAZA;
import static otherworld.persistence.TestDatabase.edit;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.persistence.Ownership.State;

/** The sh blocks of docs/backup.md, one by one, on a real server that its pg_dump is of. */
@Tag("heavy")
class BackupIT {
    private static final Path GUIDE = Path.of("..", "docs", "backup.md");
    private static final Pattern BLOCK = Pattern.compile("(?ms)^```sh\\n(.*?)^```$");
    private static final String PASSWORD = "of-the-test";
    private static final int NOT_INSTALLED = 77;
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir Path folder;

    @Test
    void whatWasDumpedIsRestoredAndTheNextHostGoesOnAboveEveryEpochBefore() throws Exception {
        List<String> blocks = blocks();
        assertThat(blocks).as("dump, restore").hasSize(2);
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Process server = start(port);
        try (BufferedReader says = server.inputReader(StandardCharsets.UTF_8)) {
            String programs = says.readLine();
            Assumptions.assumeFalse(
                    programs == null && server.waitFor() == NOT_INSTALLED,
                    "SKIPPED: this machine has no pg_dump with a server of its version");
            assertThat(programs).as("see standard error").isNotNull();
            String url = "jdbc:postgresql://127.0.0.1:%d/otherworld".formatted(port);
            String database =
                    "postgresql://otherworld:%s@127.0.0.1:%d/otherworld".formatted(PASSWORD, port);

            Migrations.apply(url, "otherworld", PASSWORD);
            host(url, 1, 1, 2, 3);
            run(programs, database, blocks.getFirst());
            host(url, 2, 4, 5);
            host(url, 3, 6);
            run(programs, database, blocks.getLast());

            try (SqlInstanceStore store = connect(url);
                    Ownership next = store.contend(PLAZA, "pod-of-after")) {
                assertThat(next.awaitHeld(SOON)).isEqualTo(new State.Held(2));
                // What Redis has seen: the third host's.
                assertThat(next.raise(3, SOON)).isEqualTo(new State.Held(4));
                InstanceStore.Loaded loaded = store.load(PLAZA, 4);
                assertThat(loaded.entities())
                        .extracting(EntityPatch::id)
                        .containsExactlyInAnyOrder(1L, 2L, 3L);
                assertThat(loaded.recent())
                        .as("an edit that is sent again is known")
                        .extracting(InstanceStore.RecentEdit::clientSequence)
                        .containsExactlyInAnyOrder(1L, 2L, 3L);
                commit(store, 4, 7);
                assertThat(store.load(PLAZA, 4).entities()).hasSize(4);
            }
        } finally {
            server.getOutputStream().close();
            if (!server.waitFor(SOON.toSeconds(), TimeUnit.SECONDS)) {
                server.destroyForcibly();
            }
        }
    }

    private static List<String> blocks() throws IOException {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(Files.readString(GUIDE));
        while (matcher.find()) {
            blocks.add(matcher.group(1));
        }
        return blocks;
    }

    private Process start(int port) throws Exception {
        Path data = Files.createDirectory(folder.resolve("server"));
        for (Path above = data; above != null && !above.equals(folder.getParent()); ) {
            above.toFile().setExecutable(true, false); // another account's server enters
            above = above.getParent();
        }
        Path script = Path.of(BackupIT.class.getResource("postgresql-of-pg-dump").toURI());
        return new ProcessBuilder(
                        "bash",
                        script.toString(),
                        data.toString(),
                        Integer.toString(port),
                        PASSWORD)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void run(String programs, String database, String block) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder("bash", "-euc", block).directory(folder.toFile()).inheritIO();
        builder.environment().put("DATABASE", database);
        builder.environment().merge("PATH", programs, (path, own) -> own + ":" + path);
        assertThat(builder.start().waitFor()).as(block).isZero();
    }

    private static SqlInstanceStore connect(String url) {
        return SqlInstanceStore.connect(url, "otherworld", PASSWORD);
    }

    /** A host comes, commits these edits, and goes. */
    private static void host(String url, long epoch, long... sequences) throws Exception {
        try (SqlInstanceStore store = connect(url);
                Ownership ownership = store.contend(PLAZA, "pod-" + epoch)) {
            assertThat(ownership.awaitHeld(SOON)).isEqualTo(new State.Held(epoch));
            commit(store, epoch, sequences);
            ownership.release();
        }
    }

    private static void commit(SqlInstanceStore store, long epoch, long... sequences)
            throws Exception {
        try (PatchWriter writer = store.writer(PLAZA, epoch, store.load(PLAZA, epoch))) {
            for (long sequence : sequences) {
                assertThat(writer.offer(edit(sequence))).isTrue();
            }
            assertThat(writer.flush(SOON.toMillis())).isTrue();
        }
    }
}
