package otherworld.local.up;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProgressViewTest {
    @TempDir Path folder;
    private final AtomicLong nanos = new AtomicLong();
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private Progress progress;

    @BeforeEach
    void begin() {
        progress = new Progress(folder.resolve("progress"), folder.resolve("pending"));
    }

    @Test
    void countsEachStepOnceAndNamesWhatIsWaitedFor() throws Exception {
        progress.done(Step.REDIS, "redis answers");
        progress.done(Step.REDIS, "redis answers again");
        progress.say("by the way");
        String text = Files.readString(folder.resolve("progress"));
        assertThat(text)
                .contains(" 1 of 13  redis answers\n", " 1 of 13  redis answers again\n")
                .contains("by the way");
        assertThat(Files.readString(folder.resolve("pending")))
                .startsWith("oidc-issuer, database, ")
                .endsWith("World plaza");
    }

    @Test
    void everyStepDoneIsAllOfThem() throws Exception {
        for (Step step : Step.values()) {
            progress.done(step, step.label());
        }
        assertThat(Files.readString(folder.resolve("progress"))).contains("13 of 13  World plaza");
        assertThat(folder.resolve("pending")).isEmptyFile();
    }

    @Test
    void elsewhereThanOnATerminalThereAreLinesAlone() throws Exception {
        ProgressView view = view(0);
        progress.done(Step.REDIS, "redis answers");
        for (int i = 0; i < 100; i++) {
            view.update();
            pass(Duration.ofSeconds(1));
        }
        view.clear();
        assertThat(shown()).doesNotContain("\033", "\r");
        assertThat(shown().lines().toList())
                .hasSize(4)
                .satisfies(lines -> {
                    assertThat(lines.get(0)).endsWith(" 1 of 13  redis answers");
                    assertThat(lines.get(1)).startsWith("   30.0 s  waiting for oidc-issuer, ");
                    assertThat(lines.get(3)).startsWith("   90.0 s  waiting for oidc-issuer, ");
                });
    }

    @Test
    void onATerminalOneLineIsDrawnAnewAndNeverWraps() throws Exception {
        ProgressView view = view(40);
        view.update();
        pass(Duration.ofMillis(50));
        view.update();
        assertThat(shown()).as("not at every look").containsOnlyOnce("\033[K");
        progress.done(Step.REDIS, "redis answers");
        pass(Duration.ofMillis(200));
        view.update();
        view.clear();
        String[] drawn = shown().split("\r\033\\[K", -1);
        assertThat(drawn).hasSize(5);
        assertThat(drawn[1]).hasSize(39).startsWith("    0.0 s  waiting for oidc-issuer");
        assertThat(drawn[2]).endsWith(" 1 of 13  redis answers\n");
        assertThat(drawn[3]).hasSize(39);
        assertThat(drawn[4]).isEmpty();
    }

    private ProgressView view(int columns) {
        return new ProgressView(
                folder.resolve("progress"),
                folder.resolve("pending"),
                new PrintStream(bytes, true, StandardCharsets.UTF_8),
                columns,
                nanos::get);
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    private String shown() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
