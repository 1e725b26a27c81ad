package otherworld.local.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.local.files.CacheFolder;

class DatabaseFolderTest {
    @TempDir Path folder;

    @AfterEach
    void purge() {
        DatabaseFolder.purge(new Home(folder));
    }

    @Test
    void dataStaysAsLongAsItsPasswordDoes() throws IOException {
        Home home = new Home(folder);
        Path password = Files.writeString(folder.resolve("password"), "secret");
        Path table = write(DatabaseFolder.of(home, password));

        DatabaseFolder.of(home, password);

        assertThat(table).exists();
    }

    @Test
    void dataElsewhereGoesWithTheStateFolder() throws IOException {
        Home home = new Home(folder);
        Path password = folder.resolve("password");
        Path table = write(DatabaseFolder.of(home, password));

        DatabaseFolder.of(home, password);

        // An ordinary user's is inside the state folder: who deletes that deletes it.
        assertThat(Files.exists(table)).isEqualTo(!CacheFolder.isRoot());
    }

    private static Path write(Path data) throws IOException {
        return Files.writeString(Files.createDirectories(data).resolve("table"), "rows");
    }
}
