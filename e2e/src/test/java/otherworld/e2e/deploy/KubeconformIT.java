package otherworld.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import otherworld.local.controlplane.ControlPlane;
import otherworld.local.controlplane.ControlPlaneOptions.Component;

/**
 * What a pipeline without a cluster says of chart, manifests and examples: kubeconform, strictly,
 * by the schemas of Kubernetes' own release and of the World CRD.
 */
@Tag("heavy")
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class KubeconformIT {
    @TempDir static Path schemas;
    private Tool helm = new Tool(List.of(), Map.of());
    private Tool kubeconform = helm;

    @BeforeAll
    void writeSchemas() throws Exception {
        try (ControlPlane plane = ControlPlane.start(Component.CONTROLLERS)) {
            Tool kubectl =
                    new Tool(
                            List.of(
                                    plane.kubectl().toString(),
                                    "--kubeconfig",
                                    plane.kubeconfig().toString()),
                            Map.of());
            kubectl.run("apply", "--server-side", "-f", "charts/otherworld/files/world-crd.yaml")
                    .ok();
            String[] wait = {"wait", "--for=condition=Established", "crd/worlds.otherworld.dev"};
            // One that has no condition yet is an error to kubectl, not a reason to wait.
            for (int tries = 0; kubectl.run(wait).code() != 0 && tries < 50; tries++) {
                Thread.sleep(200);
            }
            kubectl.run(wait).ok();
            String openApi = kubectl.run("get", "--raw", "/openapi/v2").ok();
            for (int tries = 0; !openApi.contains("\"dev.otherworld.") && tries < 100; tries++) {
                Thread.sleep(200); // published some moments after it is established
                openApi = kubectl.run("get", "--raw", "/openapi/v2").ok();
            }
            assertThat(openApi).contains("\"dev.otherworld.");
            JsonSchemas.write(openApi, schemas);
        }
        helm = Tool.helm(3, schemas.resolve("none"));
        kubeconform =
                new Tool(
                        List.of(
                                new Tool(List.of("tools/kubeconform/kubeconform-assets"), Map.of())
                                        .run()
                                        .ok()
                                        .strip(),
                                "-strict",
                                "-summary",
                                // Of operators that are not installed here.
                                "-skip",
                                "PodMonitor,ServiceMonitor,PrometheusRule,HTTPRoute,Gateway",
                                "-schema-location",
                                JsonSchemas.location(schemas)),
                        Map.of());
    }

    static Stream<String> values() {
        return ChartIT.values();
    }

    @ParameterizedTest
    @MethodSource("values")
    void everyObjectOfTheChartFitsItsSchema(String values) throws Exception {
        String rendered =
                helm.run("template", "ow", "charts/otherworld", "-n", "ow", "--set", values).ok();
        assertThat(kubeconform.run(List.of("-"), rendered).ok()).contains("Invalid: 0, Errors: 0");
    }

    @Test
    void soDoManifestsAndExamples() throws Exception {
        List<String> files = new ArrayList<>(List.of("deploy/manifests/otherworld.yaml"));
        try (Stream<Path> examples = Files.list(DeployFilesTest.ROOT.resolve("crds/examples"))) {
            examples.map(Path::toString).forEach(files::add);
        }
        assertThat(kubeconform.run(files, "").ok()).contains("Invalid: 0, Errors: 0");
    }

    /** That a test which passes says something. */
    @Test
    void whatIsWrongIsFound() throws IOException, InterruptedException {
        for (String wrong :
                List.of(
                        "apiVersion: otherworld.dev/v1alpha1\nkind: World\nmetadata: {name: a}\nspec: {capacity: many}",
                        "apiVersion: otherworld.dev/v1alpha1\nkind: World\nmetadata: {name: a}\nspec: {capacity: 10, rooms: 1}",
                        "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {port: [{port: 1}]}")) {
            Tool.Ended ended = kubeconform.run(List.of("-"), wrong);
            assertThat(ended.code()).as(wrong).isNotZero();
            assertThat(ended.out()).contains("Invalid: 1, Errors: 0");
        }
    }
}
