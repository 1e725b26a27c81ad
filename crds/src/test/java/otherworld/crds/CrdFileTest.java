package otherworld.crds;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Holds the committed CRD to the records it is generated from. The generator sorts printer columns
 * by path, so the committed copy puts them into the order in which {@link World} declares them, and
 * adds the descriptions of the type, its spec and its status.
 */
class CrdFileTest {
    static final String FILE = "worlds.otherworld.dev-v1.yml";
    static final Path GENERATED = Path.of("target/generated-crd", FILE);
    static final Path COMMITTED = Path.of("src/main/resources/META-INF/fabric8", FILE);

    private static final String HEADER =
            """
            # Generated from the records of otherworld.crds. Regenerate:
            #   ./mvnw -q -pl crds -am test -Dtest=CrdFileTest -Dsurefire.failIfNoSpecifiedTests=false -Dregenerate
            """;

    @Test
    void committedFileIsWhatTheRecordsGenerate() throws IOException {
        String expected = HEADER + Serialization.asYaml(generated());
        if (System.getProperty("regenerate") != null) {
            Files.writeString(COMMITTED, expected);
        }
        assertThat(Files.readString(COMMITTED))
                .as("%s is stale; its first lines say how to regenerate it", COMMITTED)
                .isEqualTo(expected);
    }

    @Test
    void exampleWorldsHaveTheKindAndVersionOfTheFile() throws IOException {
        try (Stream<Path> examples = Files.list(Path.of("examples"))) {
            assertThat(examples.toList())
                    .isNotEmpty()
                    .allSatisfy(example ->
                            assertThat(Files.readString(example))
                                    .contains("apiVersion: otherworld.dev/v1alpha1")
                                    .contains("kind: World"));
        }
    }

    private static CustomResourceDefinition generated() throws IOException {
        CustomResourceDefinition crd =
                Serialization.unmarshal(
                        Files.readString(GENERATED), CustomResourceDefinition.class);
        List<String> order =
                Stream.of(World.class.getAnnotationsByType(AdditionalPrinterColumn.class))
                        .map(AdditionalPrinterColumn::name)
                        .toList();
        crd.getSpec()
                .getVersions()
                .forEach(version -> {
                    version.getAdditionalPrinterColumns()
                            .sort(
                                    Comparator.comparingInt(
                                            (CustomResourceColumnDefinition column) ->
                                                    order.indexOf(column.getName())));
                    JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
                    describe(root, World.class);
                    describe(requireNonNull(root.getProperties().get("spec")), WorldSpec.class);
                    describe(requireNonNull(root.getProperties().get("status")), WorldStatus.class);
                    boundQuantities(root);
                });
        return crd;
    }

    // The generator knows no bound of a Quantity; without one, CEL's estimate of what it costs to
    // read it is above the API server's budget.
    private static void boundQuantities(JSONSchemaProps schema) {
        if (Boolean.TRUE.equals(schema.getXKubernetesIntOrString())) {
            schema.setMaxLength(Resources.QUANTITY_LENGTH);
        }
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(CrdFileTest::boundQuantities);
        }
        if (schema.getAdditionalProperties() != null
                && schema.getAdditionalProperties().getSchema() != null) {
            boundQuantities(schema.getAdditionalProperties().getSchema());
        }
    }

    // The generator describes fields, but not the type and its two halves.
    private static void describe(JSONSchemaProps schema, Class<?> type) {
        schema.setDescription(
                requireNonNull(type.getAnnotation(JsonClassDescription.class)).value());
    }
}
