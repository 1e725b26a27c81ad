package otherworld.local.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ContainerLogTest {
    private static final Instant T0 = Instant.parse("2026-11-21T09:00:00Z");

    @TempDir private Path folder;
    private Instant now = T0;
    private final InstantSource clock = () -> now;

    @Test
    void linesComeBackAsWritten() throws Exception {
        ContainerLog log = written("one\n\ntwo with ünïcode\nno newline at the end");
        assertThat(read(log, Map.of()))
                .isEqualTo("one\n\ntwo with ünïcode\nno newline at the end\n");
        assertThat(read(log, Map.of("timestamps", "true")))
                .startsWith("2026-11-21T09:00:00.000000000Z one\n");
    }

    @Test
    void onlyTheTailOrTheFirstBytesIfAsked() throws Exception {
        ContainerLog log = written("a\nb\nc\nd\n");
        assertThat(read(log, Map.of("tailLines", "2"))).isEqualTo("c\nd\n");
        assertThat(read(log, Map.of("tailLines", "0"))).isEmpty();
        assertThat(read(log, Map.of("tailLines", "9"))).isEqualTo("a\nb\nc\nd\n");
        assertThat(read(log, Map.of("limitBytes", "3"))).isEqualTo("a\nb");
    }

    @Test
    void onlyWhatIsNewerIfAsked() throws Exception {
        ContainerLog log = log(ContainerLog.MAX_FILE_BYTES);
        log.note("old");
        now = T0.plusSeconds(60);
        log.note("new");
        assertThat(read(log, Map.of("sinceSeconds", "30"))).isEqualTo("new\n");
        assertThat(read(log, Map.of("sinceTime", "2026-11-21T09:01:00Z"))).isEqualTo("new\n");
        assertThat(read(log, Map.of("sinceTime", "2026-11-21T08:00:00Z"))).isEqualTo("old\nnew\n");
    }

    @Test
    void aLongLineIsStoredInPartsAndReadAsOne() throws Exception {
        String line = "x".repeat(ContainerLog.MAX_LINE_BYTES + 5);
        ContainerLog log = written(line + "\nnext\n");
        assertThat(Files.readAllLines(folder.resolve("main.log"))).hasSize(3);
        assertThat(read(log, Map.of())).isEqualTo(line + "\nnext\n");
    }

    @Test
    void twoFilesOfBoundedSizeAreKept() throws Exception {
        ContainerLog log = log(1000);
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < 500; i++) {
            text.append("line ").append(i).append('\n');
        }
        log.pump(new ByteArrayInputStream(text.toString().getBytes(StandardCharsets.UTF_8)));
        assertThat(Files.size(folder.resolve("main.log"))).isLessThanOrEqualTo(1000);
        assertThat(Files.size(folder.resolve("main.log.1"))).isLessThanOrEqualTo(1000);
        assertThat(folder.toFile().list()).hasSize(2);
        assertThat(read(log, Map.of())).endsWith("line 498\nline 499\n").contains("line 480\n");
    }

    @Test
    void aFollowerSeesWhatComesAcrossARotationAndReturnsAtTheEnd() throws Exception {
        ContainerLog log = log(400);
        PipedOutputStream process = new PipedOutputStream();
        PipedInputStream pipe = new PipedInputStream(process);
        Thread pump = Thread.ofPlatform().start(() -> log.pump(pipe));
        ByteArrayOutputStream seen = new ByteArrayOutputStream(); // synchronized by itself
        LogQuery follow = LogQuery.of(Map.of("follow", "true"), now);
        CompletableFuture<Void> follower =
                CompletableFuture.runAsync(() -> copyUnchecked(log, follow, seen));
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 20; i++) {
            String line = "line " + i + "\n";
            expected.append(line);
            process.write(line.getBytes(StandardCharsets.UTF_8));
            process.flush();
            await().untilAsserted(
                            () -> assertThat(seen.toString(StandardCharsets.UTF_8)).endsWith(line));
        }
        process.close();
        assertThat(pump.join(Duration.ofSeconds(10))).isTrue();
        assertThat(log.generation()).isPositive();
        follower.get(10, TimeUnit.SECONDS);
        assertThat(seen.toString(StandardCharsets.UTF_8)).isEqualTo(expected.toString());
    }

    @Test
    void aLogOfAnEarlierNodeIsReadable() throws Exception {
        written("before\n");
        assertThat(read(ContainerLog.finished(folder.resolve("main.log")), Map.of("follow", "")))
                .isEqualTo("before\n");
    }

    @Test
    void aContainerThatWroteNothingHasAnEmptyLog() throws Exception {
        assertThat(read(log(1000), Map.of())).isEmpty();
    }

    @Test
    void optionsThatMakeNoSenseAreNamed() {
        assertThatThrownBy(() -> LogQuery.of(Map.of("tailLines", "x"), T0))
                .hasMessageContaining("tailLines: 'x'");
        assertThatThrownBy(() -> LogQuery.of(Map.of("limitBytes", "-1"), T0))
                .hasMessageContaining("limitBytes: -1");
        assertThatThrownBy(() -> LogQuery.of(Map.of("sinceTime", "noon"), T0))
                .hasMessageContaining("'noon'");
        assertThatThrownBy(() -> LogQuery.of(Map.of("previous", "true"), T0))
                .hasMessageContaining("previous");
    }

    private ContainerLog log(long maxFileBytes) {
        return new ContainerLog(folder.resolve("main.log"), clock, maxFileBytes);
    }

    private ContainerLog written(String text) {
        ContainerLog log = log(ContainerLog.MAX_FILE_BYTES);
        log.pump(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
        return log;
    }

    private String read(ContainerLog log, Map<String, String> parameters) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        LogReader.copy(log, LogQuery.of(parameters, now), out);
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void copyUnchecked(ContainerLog log, LogQuery query, ByteArrayOutputStream out) {
        try {
            LogReader.copy(log, query, out);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
