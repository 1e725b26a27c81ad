package otherworld.e2e.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * JSON schemas as kubeconform reads them, one file a kind, from what an API server publishes of
 * itself (OpenAPI 2). Strict: no member that is not described.
 */
final class JsonSchemas {
    private static final ObjectMapper JSON = new ObjectMapper();

    private JsonSchemas() {}

    /** What to give as {@code -schema-location}, for files written to {@code folder}. */
    static String location(Path folder) {
        return folder + "/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json";
    }

    static void write(String openApi, Path folder) throws IOException {
        JsonNode definitions = JSON.readTree(openApi).path("definitions");
        definitions.forEach(JsonSchemas::mend);
        ObjectNode all = JSON.createObjectNode();
        all.set("definitions", definitions);
        Files.writeString(folder.resolve("all.json"), JSON.writeValueAsString(all));
        definitions
                .properties()
                .forEach(definition -> {
                    for (JsonNode kind :
                            definition.getValue().path("x-kubernetes-group-version-kind")) {
                        String name =
                                "%s_%s.json"
                                        .formatted(
                                                kind.path("kind").asText().toLowerCase(Locale.ROOT),
                                                kind.path("version").asText());
                        ObjectNode reference = JSON.createObjectNode();
                        reference.put("$ref", "all.json#/definitions/" + definition.getKey());
                        try {
                            Files.writeString(
                                    folder.resolve(name), JSON.writeValueAsString(reference));
                        } catch (IOException e) {
                            throw new UncheckedIOException(e);
                        }
                    }
                });
    }

    // What OpenAPI 2 cannot say: quantities and ports may be numbers too.
    private static void mend(JsonNode schema) {
        if (!(schema instanceof ObjectNode object)) {
            schema.forEach(JsonSchemas::mend);
            return;
        }
        if (object.path("format").asText().equals("int-or-string")
                || object.path("description")
                        .asText()
                        .startsWith("Quantity is a fixed-point representation")) {
            object.remove("format");
            object.set("type", JSON.createArrayNode().add("string").add("number"));
        }
        if (object.path("properties").isObject()
                && !object.has("additionalProperties")
                && !object.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
            object.put("additionalProperties", false);
        }
        object.forEach(JsonSchemas::mend);
    }
}
