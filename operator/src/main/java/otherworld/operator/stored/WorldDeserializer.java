package otherworld.operator.stored;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.type.LogicalType;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import otherworld.base.WorldId;
import otherworld.crds.World;
import otherworld.crds.WorldSpec;
import otherworld.crds.WorldStatus;

/**
 * Reads a World, or says of an {@link UnreadableWorld} why not; it never fails. Strict where a
 * value could be taken for another, and blind to fields of later versions.
 */
final class WorldDeserializer extends JsonDeserializer<World> {
    private static final int LONGEST_PROBLEM = 500;

    /** What {@code FleetParts} tells the ledger, and whether its state goes with the World. */
    private static final List<String> FOR_LEDGER =
            List.of(
                    "capacity",
                    "instances",
                    "placement",
                    "simulation",
                    "permissions", // left out, a closed World would be told as an open one
                    "persistence");

    private static final ObjectMapper MAPPER =
            JsonMapper.builder(Unlimited.FACTORY)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                    .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                    .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                    .withCoercionConfig(
                            LogicalType.Textual,
                            text -> {
                                text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail);
                                text.setCoercion(CoercionInputShape.Float, CoercionAction.Fail);
                                text.setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
                            })
                    .build();

    @Override
    public World deserialize(JsonParser in, DeserializationContext context) throws IOException {
        JsonNode tree = in.readValueAsTree();
        JsonNode given = tree.get("metadata");
        ObjectMeta metadata =
                given == null
                        ? new ObjectMeta()
                        : in.getCodec().treeToValue(given, ObjectMeta.class);
        WorldStatus status = status(tree.get("status"));
        JsonNode spec = tree.get("spec");
        if (spec == null || spec.isNull()) {
            return new UnreadableWorld(metadata, "spec is missing", null, status);
        }
        try {
            World world = new World();
            world.setMetadata(metadata);
            world.setSpec(MAPPER.treeToValue(spec, WorldSpec.class));
            world.setStatus(status);
            return identified(world);
        } catch (JsonProcessingException e) {
            return identified(new UnreadableWorld(metadata, problem(e), forLedger(spec), status));
        }
    }

    // Without an id nothing outside Kubernetes can be told of it.
    private static World identified(World world) {
        if (world.getSpec() == null) {
            return world;
        }
        try {
            WorldId _ = world.id();
            return world;
        } catch (IllegalArgumentException e) {
            return new UnreadableWorld(
                    world.getMetadata(),
                    "metadata.name or spec.persistence.id: " + e.getMessage(),
                    null,
                    world.getStatus());
        }
    }

    private static @Nullable WorldSpec forLedger(JsonNode spec) {
        if (!(spec instanceof ObjectNode fields)) {
            return null;
        }
        try {
            return MAPPER.treeToValue(fields.retain(FOR_LEDGER), WorldSpec.class);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    /** A status is the operator's own word: what it cannot read, it writes anew. */
    private static @Nullable WorldStatus status(@Nullable JsonNode status) {
        try {
            return status == null ? null : MAPPER.treeToValue(status, WorldStatus.class);
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static String problem(JsonProcessingException e) {
        String path = "";
        if (e instanceof JsonMappingException mapping) {
            path =
                    mapping.getPath().stream()
                            .map(step ->
                                    step.getFieldName() != null
                                            ? "." + step.getFieldName()
                                            : "[" + step.getIndex() + "]")
                            .collect(Collectors.joining());
        }
        String why =
                e.getCause() instanceof IllegalArgumentException cause && cause.getMessage() != null
                        ? cause.getMessage()
                        : e.getOriginalMessage();
        String text = "spec%s: %s".formatted(path, why);
        return text.length() <= LONGEST_PROBLEM ? text : text.substring(0, LONGEST_PROBLEM) + "…";
    }
}
