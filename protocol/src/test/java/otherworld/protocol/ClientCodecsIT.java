package otherworld.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SequenceWriter;
import com.fasterxml.jackson.databind.node.ArrayNode;
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
import otherworld.protocol.entity.EntityTraffic;
import otherworld.protocol.entity.Replica;
import otherworld.protocol.entity.Replicas;
import otherworld.protocol.schema.NextCodec;
import otherworld.protocol.schema.NextVersion;
import otherworld.protocol.schema.SampleEncoder;
import otherworld.protocol.schema.SampleEncoder.Size;
import otherworld.protocol.schema.Schema;
import otherworld.protocol.schema.Schema.Struct;

/**
 * The codecs of clients and what they know of entities, each in its own language: on every
 * published vector, on random and damaged messages, and on connections that lose and mix up
 * messages. They must think what Java does, in this version and in a made-up next one.
 */
@Tag("heavy")
class ClientCodecsIT {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final Path VECTORS =
            ROOT.resolve("protocol/src/main/resources/otherworld/protocol/vectors/2");
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final HexFormat HEX = HexFormat.of();
    private static final int SAMPLES = 10_000;
    private static final int CONNECTIONS = 10;
    private static final Pattern CHECKED = Pattern.compile("(?m)^(\\d+) checked");

    @TempDir private static Path folder;

    @BeforeAll
    static void makeRandomMessages() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("-Dseed=" + seed);
        Random random = new Random(seed);
        makeTraffic(random);
        makeVersions(random);
        try (SequenceWriter vectors =
                JSON.writer().writeValuesAsArray(folder.resolve("random.json").toFile())) {
            for (int i = 0; i < SAMPLES; i++) {
                byte[] sample = DecoderSimulationTest.sample(random);
                vectors.write(verdict(sample, random.nextInt(20) != 0));
                vectors.write(verdict(DecoderSimulationTest.mutated(random, sample), true));
            }
        }
    }

    /** Connections whose messages are lost, doubled and overtaken, of half of them damaged too. */
    private static void makeTraffic(Random random) throws IOException {
        ArrayNode connections = JSON.createArrayNode();
        for (int i = 0; i < CONNECTIONS; i++) {
            boolean isDamaged = i % 2 == 1;
            int firstTick = random.nextInt(3) == 0 ? 65_000 : random.nextInt(100_000);
            EntityTraffic traffic = new EntityTraffic(random, firstTick, 0.1);
            Replica replica = new Replica();
            ArrayNode steps = connections.addArray();
            while (steps.size() < 2 * SAMPLES / CONNECTIONS) {
                for (byte[] message : traffic.tick()) {
                    byte[] bytes = isDamaged ? damaged(random, message) : message;
                    ObjectNode step = steps.addObject();
                    step.put("hex", HEX.formatHex(bytes));
                    step.put("reason", verdict(replica, bytes));
                    if (steps.size() % 50 == 0) {
                        step.set("known", Replicas.known(replica));
                        Acknowledge acknowledge = replica.acknowledgement();
                        step.putObject("acknowledge")
                                .put("datagram", acknowledge.datagram())
                                .put("earlier", Integer.toUnsignedLong(acknowledge.earlier()))
                                .put("states", acknowledge.states());
                    }
                }
                if (random.nextInt(10) != 0) {
                    traffic.acknowledged(replica.acknowledgement());
                }
            }
        }
        JSON.writeValue(folder.resolve("traffic.json").toFile(), connections);
    }

    private static byte[] damaged(Random random, byte[] message) {
        return random.nextInt(3) == 0 ? DecoderSimulationTest.mutated(random, message) : message;
    }

    private static String verdict(Replica replica, byte[] bytes) {
        try {
            return Replicas.apply(replica, Messages.decodeServer(bytes, 0, bytes.length));
        } catch (MalformedMessage e) {
            return e.reason().name();
        }
    }

    /** What a codec of the next version reads and says in both, by Java's. */
    private static void makeVersions(Random random) throws Exception {
        ArrayNode vectors = JSON.createArrayNode();
        Schema next = NextVersion.schema(ROOT);
        try (NextCodec codec = NextCodec.compiled(ROOT, folder.resolve("next"))) {
            for (int i = 0; i < SAMPLES / 10; i++) {
                Struct message = next.messages().get(random.nextInt(next.messages().size()));
                int version = next.version() - random.nextInt(2);
                byte[] bytes = new SampleEncoder(random, Size.ANY, "", version).encode(message);
                ObjectNode vector = vectors.addObject();
                vector.put("from", message.from().word());
                vector.put("hex", HEX.formatHex(bytes)).put("version", version);
                String reason = codec.reason(message.from().side(), bytes, version);
                if (!reason.isEmpty()) {
                    vector.put("reason", reason);
                    continue;
                }
                Object read = codec.decode(message.from().side(), bytes, version);
                ObjectNode again = vector.putObject("again");
                for (int to = next.oldest(); to <= next.version(); to++) {
                    again.put(Integer.toString(to), HEX.formatHex(codec.encode(read, to)));
                }
            }
        }
        JSON.writeValue(folder.resolve("versions.json").toFile(), vectors);
    }

    @Test
    void pagesAgree() throws Exception {
        String script = ROOT.resolve("clients/web/test/vectors.mjs").toString();
        assertThatItAgrees(List.of("node", script, VECTORS.toString(), random(), traffic()));
    }

    @Test
    void pagesShowCorrectionsAwayWithinTwoFrames() throws Exception {
        String script = ROOT.resolve("clients/web/test/movement.mjs").toString();
        assertThatItAgrees(List.of("node", script), 5);
    }

    @Test
    void godotShowsCorrectionsAwayWithinTwoFrames() throws Exception {
        String project = ROOT.resolve("clients/godot").toString();
        assertThatItAgrees(
                List.of(
                        godot(),
                        "--headless",
                        "--path",
                        project,
                        "--script",
                        "res://tests/movement.gd"),
                11);
    }

    @Test
    void pagesOfTheNextVersionAgree() throws Exception {
        String script = ROOT.resolve("clients/web/test/versions.mjs").toString();
        Path codec = NextVersion.writeWeb(ROOT, folder.resolve("web"));
        assertThatItAgrees(List.of("node", script, codec.toString(), versions()), SAMPLES / 10);
    }

    @Test
    void godotOfTheNextVersionAgrees() throws Exception {
        String engine = godot();
        Path project = NextVersion.writeGodot(ROOT, folder.resolve("godot"));
        assertThatItAgrees(
                List.of(
                        engine,
                        "--headless",
                        "--path",
                        project.toString(),
                        "--script",
                        "res://tests/versions.gd",
                        "--",
                        versions()),
                SAMPLES / 10);
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
                        random(),
                        traffic()));
    }

    private static String traffic() {
        return folder.resolve("traffic.json").toString();
    }

    private static String versions() {
        return folder.resolve("versions.json").toString();
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
        assertThatItAgrees(command, 4 * SAMPLES);
    }

    private static void assertThatItAgrees(List<String> command, int least) throws Exception {
        Output output = run(command);
        assertThat(output.status()).as(output.text()).isZero();
        Matcher checked = CHECKED.matcher(output.text());
        assertThat(checked.find()).as(output.text()).isTrue();
        assertThat(Integer.parseInt(checked.group(1))).isGreaterThanOrEqualTo(least);
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
        if (!process.waitFor(3, TimeUnit.MINUTES)) {
            process.destroyForcibly();
        }
        int status = process.waitFor();
        return new Output(status, Files.readString(said, StandardCharsets.UTF_8).strip());
    }
}
