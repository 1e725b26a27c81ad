package otherworld.local.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UpCommandTest {
    private static final Path HERE = Path.of("/checkouts/here");

    @TempDir Path folder;

    @Test
    void aClusterOfAnotherCheckoutIsSaidToBeThat() throws IOException {
        Home home = new Home(folder);
        Files.createDirectories(home.run());
        assertThat(UpCommand.alreadyUp(home, HERE)).isEqualTo("Already up.");
        Files.writeString(home.checkout(), HERE + "\n");
        assertThat(UpCommand.alreadyUp(home, HERE)).isEqualTo("Already up.");
        Files.writeString(home.checkout(), "/checkouts/there");
        assertThat(UpCommand.alreadyUp(home, HERE))
                .startsWith("Already up, with the programs of /checkouts/there.")
                .contains("/checkouts/here", "./otherworld down");
    }
}
