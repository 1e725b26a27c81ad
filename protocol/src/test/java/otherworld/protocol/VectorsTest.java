package otherworld.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import otherworld.protocol.entity.Replica;
import otherworld.protocol.entity.Replicas;

/**
 * The vectors that clients in other languages pass too. {@code -Dvectors=write} writes the samples
 * of {@link VectorSamples} anew; a vector that is published must not change within a version.
 */
class VectorsTest {
    private static final Path FOLDER =
            Path.of("src", "main", "resources", "otherworld", "protocol", "vectors", "2");
    private static final List<String> FILES =
            List.of(
                    "client.json",
                    "server.json",
                    "malformed.json",
                    "rotations.json",
                    "entities.json");
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Fields of 32 bits without a sign. */
    private static final Set<String> UNSIGNED = Set.of("rotation", "earlier");

    private static final HexFormat HEX = HexFormat.of();

    @Test
    void clientMessages() throws Exception {
        compare("client.json", VectorSamples.CLIENT);
    }

    @Test
    void serverMessages() throws Exception {
        compare("server.json", VectorSamples.SERVER);
    }

    @Test
    void malformedMessages() throws Exception {
        for (JsonNode vector : read("malformed.json")) {
            byte[] bytes = HEX.parseHex(vector.path("hex").asText());
            assertThatThrownBy(() -> decode(vector.path("from").asText(), bytes))
                    .as(vector.path("name").asText())
                    .isInstanceOf(MalformedMessage.class)
                    .extracting(e -> ((MalformedMessage) e).reason().name())
                    .isEqualTo(vector.path("reason").asText());
        }
    }

    @Test
    void rotations() throws Exception {
        for (JsonNode vector : read("rotations.json")) {
            float[] expected = new float[4];
            for (int i = 0; i < 4; i++) {
                expected[i] = (float) vector.path("quaternion").get(i).asDouble();
            }
            int packed = (int) vector.path("rotation").asLong();
            assertThat(Rotation.pack(expected[0], expected[1], expected[2], expected[3]))
                    .as(vector.toString())
                    .isEqualTo(packed);
            float[] actual = new float[4];
            Rotation.unpack(packed, actual);
            double dot = 0;
            for (int i = 0; i < 4; i++) {
                dot += expected[i] * actual[i];
            }
            assertThat(Math.abs(dot)).as(vector.toString()).isCloseTo(1, within(1e-5));
        }
    }

    /** What a client must know after these messages, and what it acknowledges. */
    @Test
    void entities() throws Exception {
        ArrayNode current = JSON.createArrayNode();
        for (EntitySamples.Case sample : EntitySamples.CASES) {
            ObjectNode vector = current.addObject();
            vector.put("name", sample.name());
            ArrayNode arriving = vector.putArray("arriving");
            Replica replica = new Replica();
            String reason = "";
            for (ServerMessage message : sample.arriving()) {
                describe(message, arriving.addObject());
                assertThat(reason).as(sample.name()).isEmpty(); // but for the last
                reason = Replicas.apply(replica, message);
            }
            assertThat(reason).as(sample.name()).isEqualTo(sample.ends());
            if (!reason.isEmpty()) {
                vector.put("reason", reason);
                continue;
            }
            vector.set("known", Replicas.known(replica));
            vector.set("acknowledge", json(replica.acknowledgement()));
        }
        written("entities.json", current);
    }

    /** A released version's vectors are what clients were held to. */
    @Test
    void vectorsAreFrozen() throws Exception {
        StringBuilder sums = new StringBuilder();
        for (String file : FILES) {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(Files.readAllBytes(FOLDER.resolve(file)));
            sums.append("%s  %s\n".formatted(HEX.formatHex(hash), file));
        }
        Path stored = FOLDER.resolve("SHA256SUMS");
        if ("write".equals(System.getProperty("vectors"))) {
            Files.writeString(stored, sums);
        }
        assertThat(Files.readString(stored)).isEqualTo(sums.toString());
    }

    private static void describe(Message message, ObjectNode vector) throws Exception {
        vector.put("message", message.getClass().getSimpleName());
        vector.set("fields", json(message));
        vector.put("hex", HEX.formatHex(Messages.encode(message)));
    }

    /** What the file has, which is what it should have. */
    private static List<JsonNode> written(String file, ArrayNode current) throws IOException {
        if ("write".equals(System.getProperty("vectors"))) {
            Files.writeString(
                    FOLDER.resolve(file),
                    JSON.writerWithDefaultPrettyPrinter().writeValueAsString(current) + "\n");
        }
        List<JsonNode> stored = read(file);
        // Through text, so that numbers compare as JSON has them.
        JsonNode tree = JSON.readTree(JSON.writeValueAsString(current));
        assertThat(stored).isEqualTo(StreamSupport.stream(tree.spliterator(), false).toList());
        return stored;
    }

    private static void compare(String file, List<VectorSamples.Sample> samples) throws Exception {
        ArrayNode current = JSON.createArrayNode();
        for (VectorSamples.Sample sample : samples) {
            ObjectNode vector = current.addObject();
            vector.put("name", sample.name());
            describe(sample.message(), vector);
        }
        List<JsonNode> stored = written(file, current);
        for (JsonNode vector : stored) {
            byte[] bytes = HEX.parseHex(vector.path("hex").asText());
            Message message = decode(file.replace(".json", ""), bytes);
            assertThat(message.getClass().getSimpleName())
                    .isEqualTo(vector.path("message").asText());
            assertThat(json(message).toString()).isEqualTo(vector.path("fields").toString());
        }
        Class<?> sealed = file.startsWith("client") ? ClientMessage.class : ServerMessage.class;
        assertThat(samples.stream().map(sample -> sample.message().getClass().getName()))
                .as("every message has a vector")
                .containsAll(
                        Stream.of(sealed.getPermittedSubclasses()).map(Class::getName).toList());
    }

    private static List<JsonNode> read(String file) throws IOException {
        // Through the tree, so that numbers compare as JSON has them.
        JsonNode tree = JSON.readTree(FOLDER.resolve(file).toFile());
        return StreamSupport.stream(tree.spliterator(), false).toList();
    }

    private static Message decode(String from, byte[] bytes) throws MalformedMessage {
        return from.equals("client")
                ? Messages.decodeClient(bytes, 0, bytes.length)
                : Messages.decodeServer(bytes, 0, bytes.length);
    }

    /** 64-bit numbers as decimal strings (JSON readers often have doubles), rotations unsigned. */
    static JsonNode json(Object value) throws Exception {
        JsonNodeFactory nodes = JSON.getNodeFactory();
        return switch (value) {
            case Integer number -> nodes.numberNode(number);
            case Long number -> TextNode.valueOf(number.toString());
            case Float number -> JSON.readTree(Double.toString(number));
            case Boolean flag -> nodes.booleanNode(flag);
            case String text -> TextNode.valueOf(text);
            case Rest rest -> TextNode.valueOf(rest.toString());
            case Enum<?> code -> TextNode.valueOf(code.name());
            case List<?> items -> {
                ArrayNode node = JSON.createArrayNode();
                for (Object item : items) {
                    node.add(json(item));
                }
                yield node;
            }
            case Record record -> {
                ObjectNode node = JSON.createObjectNode();
                for (RecordComponent component : record.getClass().getRecordComponents()) {
                    Object field = component.getAccessor().invoke(record);
                    node.set(
                            component.getName(),
                            field instanceof Integer bits && UNSIGNED.contains(component.getName())
                                    ? nodes.numberNode(Integer.toUnsignedLong(bits))
                                    : json(field));
                }
                yield node;
            }
            default -> throw new IllegalArgumentException(value.getClass().getName());
        };
    }

    @Test
    void everyReasonToRefuseHasAVector() throws Exception {
        Stream<JsonNode> vectors =
                Stream.concat(
                        read("malformed.json").stream(),
                        read("entities.json").stream().filter(v -> v.has("reason")));
        assertThat(vectors.map(v -> v.path("reason").asText()).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(MalformedMessage.Reason.values()).map(Enum::name).toList());
    }
}
