package otherworld.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The generated codecs of clients, each in its own language: on every published vector, and on
 * random and damaged messages, of which they must think what Java does.
 */
@Tag("heavy")
class ClientCodecsIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path VECTORS =
            ROOT.resolve("protocol/src/main/resources/otherworld/protocol/vectors");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HexFormat HEX = HexFormat.of();
    private static final int SAMPLES = 10_000;
    private static final Pattern CHECKED = Pattern.compile("(?m)^(\\d+) checked");

    @TempDir private static Path folder;

    @BeforeAll
    static void makeRandomMessages() throws IOException {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("-Dseed=" + seed);
        Random random = new Random(seed);
        try (SequenceWriter vectors =
                JSON.writer().writeValuesAsArray(folder.resolve("random.json").toFile())) {
            for (int i = 0; i < SAMPLES; i++) {
                byte[] sample = DecoderSimulationTest.sample(random);
                vectors.write(verdict(sample, random.nextInt(20) != 0));
                vectors.write(verdict(DecoderSimulationTest.mutated(random, sample), true));
            }
        }
    }

    @Test
    void pagesAgree() throws Exception {
        String script = ROOT.resolve("clients/web/test/vectors.mjs").toString();
        assertThatItAgrees(List.of("node", script, VECTORS.toString(), random()));
    }

    @Test
    void godotAgrees() throws Exception {
        String project = ROOT.resolve("clients/godot").toString();
        assertThatItAgrees(
                List.of(
                        godot(),
                        "--headless",
                        "--path",
                        project,
                        "--script",
                        "res://tests/vectors.gd",
                        "--",
                        VECTORS.toString(),
                        random()));
    }

    private static String random() {
        return folder.resolve("random.json").toString();
    }

    /**
     * The bytes, and Java's verdict: the reason they are no message, or the message written again.
     */
    private static ObjectNode verdict(byte[] bytes, boolean byItsSide) {
        boolean client = (bytes.length > 0 && bytes[0] < 64 && bytes[0] > 0) == byItsSide;
        ObjectNode vector = JSON.createObjectNode();
        vector.put("from", client ? "client" : "server").put("hex", HEX.formatHex(bytes));
        try {
            Message message =
                    client
                            ? Messages.decodeClient(bytes, 0, bytes.length)
                            : Messages.decodeServer(bytes, 0, bytes.length);
            return vector.put("again", HEX.formatHex(Messages.encode(message)));
        } catch (MalformedMessage e) {
            return vector.put("reason", e.reason().name());
        }
    }

    private static void assertThatItAgrees(List<String> command) throws Exception {
        Output output = run(command);
        assertThat(output.status()).as(output.text()).isZero();
        Matcher checked = CHECKED.matcher(output.text());
        assertThat(checked.find()).as(output.text()).isTrue();
        assertThat(Integer.parseInt(checked.group(1))).isGreaterThan(2 * SAMPLES);
        // Godot goes on after an error in a script, and says so.
        assertThat(output.text()).doesNotContain("SCRIPT ERROR", "ERROR: ");
    }

    private static String godot() throws Exception {
        Output output = run(List.of(ROOT.resolve("tools/godot/godot-assets").toString()));
        if (output.status() == 3 || (output.status() != 0 && isOptional())) {
            System.out.println("SKIPPED: " + output.text());
            abort(output.text());
        }
        assertThat(output.status()).as(output.text()).isZero();
        return output.text().lines().reduce("", (_, line) -> line);
    }

    private static boolean isOptional() {
        return "optional".equals(System.getenv("OTHERWORLD_INTEROP"));
    }

    private record Output(int status, String text) {}

    /** Both of its outputs. */
    private static Output run(List<String> command) throws IOException, InterruptedException {
        Path said = Files.createTempFile(folder, "said-", ".txt");
        Process process =
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start();
        process.getOutputStream().close();
        if (!process.waitFor(8, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        int status = process.waitFor();
        return new Output(status, Files.readString(said, StandardCharsets.UTF_8).strip());
    }
}
