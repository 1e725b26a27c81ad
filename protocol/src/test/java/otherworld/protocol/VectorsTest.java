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
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/**
 * The vectors that clients in other languages pass too. {@code -Dvectors=write} writes the samples
 * of {@link VectorSamples} anew; a vector that is published must not change within a version.
 */
class VectorsTest {
    private static final Path FOLDER =
            Path.of("src", "main", "resources", "otherworld", "protocol", "vectors");
    private static final ObjectMapper JSON = new ObjectMapper();
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

    /** What a client must know after these messages; the bots' view is held to it too. */
    @Test
    void views() throws Exception {
        ArrayNode current = JSON.createArrayNode();
        for (VectorSamples.View view : VectorSamples.VIEWS) {
            ObjectNode vector = current.addObject();
            vector.put("name", view.name());
            ArrayNode arriving = vector.putArray("arriving");
            for (Message message : view.arriving()) {
                describe(message, arriving.addObject());
            }
            vector.set("known", json(view.known()));
        }
        written("views.json", current);
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
        assertThat(stored).isEqualTo(StreamSupport.stream(current.spliterator(), false).toList());
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
            assertThat(json(message)).isEqualTo(vector.path("fields"));
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
    private static JsonNode json(Object value) throws Exception {
        JsonNodeFactory nodes = JSON.getNodeFactory();
        return switch (value) {
            case Integer number -> nodes.numberNode(number);
            case Long number -> TextNode.valueOf(number.toString());
            case Float number -> JSON.readTree(Double.toString(number));
            case Boolean flag -> nodes.booleanNode(flag);
            case String text -> TextNode.valueOf(text);
            case Enum<?> code -> TextNode.valueOf(code.name());
            case Pose pose -> {
                ObjectNode node = JSON.createObjectNode();
                node.set("x", json(pose.x()));
                node.set("y", json(pose.y()));
                node.set("z", json(pose.z()));
                node.set("rotation", JSON.readTree(Integer.toUnsignedString(pose.rotation())));
                yield node;
            }
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
                    node.set(component.getName(), json(component.getAccessor().invoke(record)));
                }
                yield node;
            }
            default -> throw new IllegalArgumentException(value.getClass().getName());
        };
    }

    @Test
    void everyReasonToRefuseHasAVector() throws Exception {
        assertThat(read("malformed.json").stream().map(v -> v.path("reason").asText()).distinct())
                .containsExactlyInAnyOrderElementsOf(
                        Stream.of(MalformedMessage.Reason.values()).map(Enum::name).toList());
    }
}
