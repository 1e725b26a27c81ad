package otherworld.local.up;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.local.files.CacheFolder;
import otherworld.local.files.Trees;
import otherworld.local.process.StartFailed;

/** As root, whose database is outside the state folder; elsewhere it goes with it. */
class DatabaseFolderTest {
    @TempDir Path folder;

    private final List<String> told = new ArrayList<>();
    private Home home;
    private Path table;

    @BeforeEach
    void make() throws IOException {
        home = new Home(folder);
        home.create();
        Path data = open();
        table = Files.writeString(Files.createDirectories(data).resolve("table"), "rows");
        Files.writeString(home.secrets().resolve("database-password"), "secret");
    }

    @AfterEach
    void purge() {
        DatabaseFolder.purge(home);
    }

    @Test
    void dataStaysWhenItsPasswordIsLost() throws IOException {
        Files.delete(home.secrets().resolve("database-password"));
        open();
        assertThat(table).hasContent("rows");
        assertThat(told).isEmpty();
    }

    @Test
    void dataStaysWhenTheInventoryIsLost() throws IOException {
        Files.delete(home.inventory());
        open();
        assertThat(table).hasContent("rows");
        open();
        assertThat(table).hasContent("rows");
    }

    @Test
    void dataOfAStateFolderThatWasRemovedByHandIsKeptUnderAnotherName() throws IOException {
        assumeTrue(CacheFolder.isRoot());
        Trees.delete(folder);
        home.create();
        open();
        assertThat(table).doesNotExist();
        assertThat(told).singleElement().asString().contains("is kept as");
        Path kept = Path.of(told.getFirst().replaceAll(".* kept as (\\S+): .*", "$1"));
        assertThat(kept.resolve("data/table")).hasContent("rows");
    }

    @Test
    void dataOfAnotherStateFolderIsRefused() throws IOException {
        assumeTrue(CacheFolder.isRoot());
        Path owner = DatabaseFolder.ofRoot(home).resolve("owner");
        Files.writeString(owner, "0123456789abcdef0123456789abcdef");
        assertThatThrownBy(this::open)
                .isInstanceOf(StartFailed.class)
                .hasMessageContaining("another state folder");
        assertThat(table).hasContent("rows");
    }

    private Path open() {
        return DatabaseFolder.of(home, Inventory.open(home, told::add), told::add);
    }
}
