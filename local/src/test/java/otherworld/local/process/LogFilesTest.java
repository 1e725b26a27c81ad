package otherworld.local.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFilesTest {
    @TempDir Path folder;

    @Test
    void aLogThatGrewTooLargeIsPutAsideWhileItsProcessWritesOn() throws IOException {
        Path log = folder.resolve("part.log");
        try (OutputStream process =
                Files.newOutputStream(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            process.write(new byte[(int) LogFiles.MAX_BYTES]);
            LogFiles.bound(log);
            assertThat(log).hasSize(LogFiles.MAX_BYTES);

            process.write("x".getBytes(StandardCharsets.UTF_8));
            LogFiles.bound(log);
            process.write("after".getBytes(StandardCharsets.UTF_8));
        }
        assertThat(log).hasContent("after");
        assertThat(folder.resolve("part.log.1")).hasSize(LogFiles.MAX_BYTES + 1);
    }
}
