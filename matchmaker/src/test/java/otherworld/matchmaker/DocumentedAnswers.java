package otherworld.matchmaker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Holds answers to what openapi.yaml says of their operation and status: content type, JSON Schema
 * (OpenAPI 3.1 schemas are 2020-12) with formats, and Retry-After. Thread-safe.
 */
final class DocumentedAnswers {
    private static final SchemaValidatorsConfig STRICT =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    private static final JsonSchemaFactory SCHEMAS =
            JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);
    private static final String PROBLEM = "/components/responses/Problem";

    private final JsonNode document;
    private final Map<JsonNode, JsonSchema> compiled = new ConcurrentHashMap<>();

    /**
     * What a matchmaker said.
     *
     * @param contentType and {@code retryAfter}: the header's value, empty if there is none
     * @param body JSON, or null if it was not
     */
    record Said(int status, String contentType, String retryAfter, JsonNode body) {}

    DocumentedAnswers() {
        try (InputStream file =
                DocumentedAnswers.class.getResourceAsStream(
                        "/otherworld/matchmaker/openapi.yaml")) {
            document = new YAMLMapper().readTree(Objects.requireNonNull(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Fails if the answer is not as documented; health and metrics are documented elsewhere. */
    void check(String method, String path, Said said) {
        if (!path.startsWith("/v1/")) {
            return;
        }
        String answer = "%s %s: %s".formatted(method, path, said);
        JsonNode response = response(method, path, said.status());
        assertThat(!said.retryAfter().isEmpty())
                .as("%s: Retry-After", answer)
                .isEqualTo(said.status() == 429 || said.status() == 503);
        if (!response.has("content")) {
            assertThat(said.contentType()).as(answer).isEmpty();
            return;
        }
        String type = said.contentType().replaceFirst(";.*", "");
        JsonNode content = response.get("content").get(type);
        assertThat(content).as("type of %s", answer).isNotNull();
        if (type.endsWith("json")) {
            JsonSchema schema = compiled.computeIfAbsent(content.get("schema"), this::compile);
            assertThat(schema.validate(said.body())).as(answer).isEmpty();
        }
    }

    private JsonNode response(String method, String path, int status) {
        for (Map.Entry<String, JsonNode> template : document.get("paths").properties()) {
            String pattern = template.getKey().replaceAll("\\{[^}]*}", "[^/]+");
            JsonNode operation = template.getValue().get(method.toLowerCase(Locale.ROOT));
            if (operation != null && path.matches(pattern)) {
                JsonNode responses = operation.get("responses");
                JsonNode exact = responses.get(Integer.toString(status));
                JsonNode response = exact == null ? responses.get("default") : exact;
                assertThat(response)
                        .as("%s %s is not documented to answer %d", method, path, status)
                        .isNotNull();
                assertThat(exact != null || status >= 400)
                        .as(
                                "%s %s: only problems may go undocumented, not %d",
                                method, path, status)
                        .isTrue();
                return resolve(response);
            }
        }
        assertThat(status).as("%s %s is not documented", method, path).isEqualTo(404);
        return document.at(PROBLEM);
    }

    private JsonNode resolve(JsonNode node) {
        return node.has("$ref") ? document.at(node.get("$ref").asText().substring(1)) : node;
    }

    /** A schema of the document, with the components that its references name. */
    private JsonSchema compile(JsonNode node) {
        ObjectNode root = node.deepCopy();
        root.set("components", document.get("components"));
        return SCHEMAS.getSchema(root, STRICT);
    }
}
