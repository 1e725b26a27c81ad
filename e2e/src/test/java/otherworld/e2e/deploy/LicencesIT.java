package otherworld.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Whatever an image has of others' is under a permissive licence, and is listed in
 * docs/licences.md: from the bills of materials that images have, too. {@code -Dregenerate} writes
 * the list.
 */
@Tag("heavy")
class LicencesIT {
    /** Where what is in images/pom.xml comes from. */
    private static final List<String> SHIPPED =
            List.of("operator", "matchmaker", "gateway", "instance-server", "bots", "local");

    /** SPDX identifiers, and names where a pom says nothing better. */
    private static final Set<String> PERMISSIVE =
            Set.of(
                    "0BSD",
                    "Apache-2.0",
                    "BSD-2-Clause",
                    "BSD-3-Clause",
                    "Bouncy Castle Licence",
                    "CC0-1.0",
                    "ISC",
                    "MIT",
                    "MIT-0");

    /** As poms call them that do not say what SPDX does. */
    private static final Map<String, String> SAME = Map.of("Apache 2 License", "Apache-2.0");

    @Test
    void everythingIsPermissiveAndListed() throws IOException {
        SortedMap<String, Set<String>> licences = new TreeMap<>();
        for (String module : SHIPPED) {
            Path bill = DeployFilesTest.ROOT.resolve(module).resolve("target/sbom.cdx.json");
            assertThat(bill)
                    .as("made by a build with -Dheavy that is not offline (-o)")
                    .exists()
                    .satisfies(it ->
                            assertThat(Files.getLastModifiedTime(it))
                                    .isGreaterThan(lastChange(module)));
            for (JsonNode component :
                    new ObjectMapper().readTree(bill.toFile()).get("components")) {
                if (!component.path("group").asText().equals("dev.otherworld")) {
                    String name =
                            component.path("group").asText()
                                    + ":"
                                    + component.path("name").asText();
                    licences.put(name, licences(component));
                }
            }
        }
        assertThat(licences).hasSizeGreaterThan(50);
        assertThat(licences)
                .as("a licence to choose that is permissive")
                .allSatisfy(
                        (name, of) -> assertThat(of).as(name).containsAnyElementsOf(PERMISSIVE));
        Path list = DeployFilesTest.ROOT.resolve("docs/licences.md");
        if (System.getProperty("regenerate") != null) {
            Files.writeString(list, text(licences));
        }
        assertThat(list).as("-Dregenerate writes it").hasContent(text(licences));
    }

    private FileTime lastChange(String module) throws IOException {
        FileTime root = Files.getLastModifiedTime(DeployFilesTest.ROOT.resolve("pom.xml"));
        FileTime own =
                Files.getLastModifiedTime(DeployFilesTest.ROOT.resolve(module).resolve("pom.xml"));
        return root.compareTo(own) > 0 ? root : own;
    }

    private static Set<String> licences(JsonNode component) {
        Set<String> of = new TreeSet<>();
        for (JsonNode entry : component.path("licenses")) {
            JsonNode licence = entry.path("license");
            String id = entry.path("expression").asText();
            id = id.isEmpty() ? licence.path("id").asText() : id;
            id = id.isEmpty() ? licence.path("name").asText() : id;
            of.add(SAME.getOrDefault(id, id));
        }
        return of;
    }

    private static String text(SortedMap<String, Set<String>> licences) {
        StringBuilder text =
                new StringBuilder(
                        """
                        # Licences

                        Otherworld is under the Apache License 2.0. What its images have of others', from the bill of materials of each (CycloneDX, in the image as
                        `/about/sbom.cdx.json`), under permissive licences all; where there are several, one may be chosen. `LicencesIT` fails for any other, and
                        writes this list (`./otherworld test heavy -Dregenerate`). The base image with its Java is yours to choose: OpenJDK's are under GPL 2 with the
                        Classpath Exception, which asks nothing of the programs that run on them. What the local cluster and tests run beside (Kubernetes, etcd,
                        PostgreSQL, Redis, Prometheus, coturn, Chromium, Godot) is fetched or built on your machine, and in no image.

                        | library | licence |
                        |---|---|
                        """);
        licences.forEach((name, of) ->
                text.append("| ")
                        .append(name)
                        .append(" | ")
                        .append(String.join(", ", of))
                        .append(" |\n"));
        return text.toString();
    }
}
