package otherworld.bots;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.InputStream;
import java.net.URI;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import otherworld.base.InstanceId;
import otherworld.base.WorldId;
import otherworld.protocol.Messages;
import otherworld.protocol.Pose;
import otherworld.protocol.PresenceDelta;
import otherworld.protocol.ServerMessage;
import otherworld.protocol.ZoneSnapshot;

/** Holds a bot's view to the published vectors of messages that come late. */
class ZoneViewTest {
    private static final String VECTORS = "/otherworld/protocol/vectors/views.json";

    static Stream<JsonNode> vectors() throws Exception {
        try (InputStream in = ZoneViewTest.class.getResourceAsStream(VECTORS)) {
            return StreamSupport.stream(new ObjectMapper().readTree(in).spliterator(), false);
        }
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void knowsWhatTheVectorSays(JsonNode vector) throws Exception {
        ZoneView view = new ZoneView("bot", Map.of(), new Stats());
        for (JsonNode arriving : vector.path("arriving")) {
            byte[] bytes = HexFormat.of().parseHex(arriving.path("hex").asText());
            apply(view, Messages.decodeServer(bytes, 0, bytes.length));
        }
        Map<Integer, ZoneView.Known> known = new HashMap<>();
        for (JsonNode avatar : vector.path("known")) {
            known.put(
                    avatar.path("avatar").asInt(),
                    new ZoneView.Known(avatar.path("player").asText(), pose(avatar.path("pose"))));
        }
        assertThat(view.others()).as(vector.path("name").asText()).isEqualTo(known);
    }

    private static void apply(ZoneView view, ServerMessage message) {
        InstanceId plaza = new InstanceId(new WorldId("default.plaza"), 0);
        Observation observation =
                new Observation(
                        "bot",
                        new LogSource(plaza, 1, URI.create("http://127.0.0.1:1")),
                        new Hearing());
        switch (message) {
            case ZoneSnapshot snapshot -> view.snapshot(snapshot, observation, 0);
            case PresenceDelta delta -> view.presence(delta, observation, 0);
            default -> throw new AssertionError(message);
        }
    }

    private static Pose pose(JsonNode pose) {
        return new Pose(
                (float) pose.path("x").asDouble(),
                (float) pose.path("y").asDouble(),
                (float) pose.path("z").asDouble(),
                (int) pose.path("rotation").asLong());
    }
}
