package otherworld.crds;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import otherworld.local.controlplane.ControlPlane;

/** The World type on a real API server, through kubectl, as a person meets it. */
class WorldCrdIT {
    @TempDir private static Path folder;

    private static KubernetesClient client =
            new KubernetesClientBuilder()
                    .withConfig(Config.fromKubeconfig(ControlPlane.shared().kubeconfig().toFile()))
                    .build();

    private record Ran(int code, String output) {}

    @BeforeAll
    static void installBothWays() {
        String file = CrdFileTest.COMMITTED.toAbsolutePath().toString();
        assertThat(kubectl("apply", "-f", file).code()).isZero();
        Ran serverSide = kubectl("apply", "--server-side", "--force-conflicts", "-f", file);
        assertThat(serverSide.code()).as(serverSide.output()).isZero();
        Ran established =
                kubectl(
                        "wait",
                        "--for=condition=Established",
                        "--timeout=30s",
                        "crd/worlds.otherworld.dev");
        assertThat(established.code()).as(established.output()).isZero();
    }

    @AfterAll
    static void close() {
        client.close();
    }

    @Test
    void explainDescribesEveryLevel() {
        assertThat(kubectl("explain", "world.spec.instances.spareSeats").output())
                .contains("Free seats to keep ready");
        assertThat(kubectl("explain", "world.spec").output())
                .contains("Only capacity must be given")
                .contains("-required-");
        assertThat(kubectl("explain", "world.spec.permissions").output())
                .contains("Who may build", "what others")
                .contains("Everyone", "Members", "Nobody");
        assertThat(kubectl("explain", "world.spec.permissions.members.groups").output())
                .contains("Groups of the players' issuer, at most 8");
        assertThat(kubectl("explain", "world").output()).contains("Template and policy of a fleet");
    }

    @Test
    void aWorldWithOnlyItsCapacityGetsTheDefaultsThatTheRecordsHave() throws IOException {
        Ran applied = apply("minimal", "{capacity: 20}");
        assertThat(applied.code()).as(applied.output()).isZero();
        World world =
                client.resources(World.class).inNamespace("default").withName("minimal").get();
        assertThat(world.getSpec()).isEqualTo(WorldSpec.ofCapacity(20));
        assertThat(world.id().value()).isEqualTo("default.minimal");
    }

    @Test
    void examplesApplyInBothWaysAndUnknownFieldsArePruned() throws IOException {
        for (String name : List.of("plaza", "minimal", "castle")) {
            String file = Path.of("examples", name + ".yaml").toAbsolutePath().toString();
            Ran applied = kubectl("apply", "--server-side", "--force-conflicts", "-f", file);
            assertThat(applied.code()).as(applied.output()).isZero();
        }
        Ran unknown = apply("odd", "{capacity: 20, colour: red}", "--validate=false");
        assertThat(unknown.code()).as(unknown.output()).isZero();
        assertThat(kubectl("get", "world", "odd", "-o", "yaml").output())
                .contains("capacity: 20")
                .doesNotContain("\n  colour:");
    }

    @Test
    void turnServersNeedNoMoreThanUrlsAndTheSecretTheyShare() throws IOException {
        Ran applied =
                apply(
                        "relayed",
                        "{capacity: 20, network: {turn: {urls: ['turn:turn.example.org:3478', 'turns:[2001:db8::1]:5349?transport=tcp', 'stun:a', 'stuns:b'], secretRef: {name: turn}}}}");
        assertThat(applied.code()).as(applied.output()).isZero();
        Turn turn =
                Objects.requireNonNull(
                        client.resources(World.class)
                                .inNamespace("default")
                                .withName("relayed")
                                .get()
                                .getSpec()
                                .network()
                                .turn());
        assertThat(turn.urls()).hasSize(4);
        assertThat(turn.secretRef()).isEqualTo(new Turn.SecretKeyRef("turn", "secret"));
        assertThat(turn.ttlDuration()).isEqualTo(Duration.ofHours(1));
        assertThat(apply("stunned", "{capacity: 20, network: {turn: {urls: ['stun:a']}}}").code())
                .isZero();
    }

    @Test
    void affinityIsKeptAsItIsWritten() throws IOException {
        String affinity =
                "{podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone, labelSelector: {matchLabels: {a: b}}}]}}";
        Ran applied =
                apply("affine", "{capacity: 20, template: {affinity: %s}}".formatted(affinity));
        assertThat(applied.code()).as(applied.output()).isZero();
        World world = client.resources(World.class).inNamespace("default").withName("affine").get();
        assertThat(Objects.requireNonNull(world.getSpec().template().affinity()).toString())
                .contains("topologyKey", "matchLabels");
    }

    @Test
    void scaleSetsTheExternalFloorAndGetShowsTheColumns() throws IOException {
        apply("scaled", "{capacity: 20}");
        Ran scaled = kubectl("scale", "world/scaled", "--replicas=3");
        assertThat(scaled.code()).as(scaled.output()).isZero();
        assertThat(kubectl("get", "world", "scaled", "-o", "jsonpath={.spec.replicas}").output())
                .isEqualTo("3");
        assertThat(kubectl("get", "wld", "scaled").output().lines().findFirst().orElse(""))
                .containsSubsequence(
                        "NAME", "READY", "PLAYERS", "SEATS", "FREE", "INSTANCES", "REASON", "AGE");
    }

    // WorldSchemaIT has the whole table. Columns: spec | part of the message.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = REFUSALS)
    void aBadWorldIsRefusedWithWhatToWriteInstead(String spec, String message) throws IOException {
        Ran refused = apply("bad", spec);
        assertThat(refused.code()).as("%s: %s", spec, refused.output()).isNotZero();
        assertThat(refused.output()).contains(message);
    }

    private static final String REFUSALS =
            """
            {}                                                         | spec.capacity: Required value
            {capacity: 9, instances: {idleAfter: soon}}                | a duration from 1s to 24h, such as 30s, 5m or 1h30m
            {capacity: 9, template: {resources: {limits: {cpu: ""}}}}  | such as cpu: 500m
            """;

    @Test
    void namesThatMakeNoPodNamesAreRefused() throws IOException {
        assertThat(apply("a".repeat(40), "{capacity: 9}").code()).isZero();
        assertThat(apply("a".repeat(41), "{capacity: 9}").output())
                .contains("at most 40 characters");
        assertThat(apply("dotted.name", "{capacity: 9}").output()).contains("DNS label");
    }

    @Test
    void aWorldWithoutASpecIsRefused() throws IOException {
        assertThat(apply("none", "null").output()).contains("at least spec.capacity");
    }

    @Test
    void theIdentityCannotBeSetChangedOrRemovedLater() throws IOException {
        String refusal = "put back the old value, or create another World";
        apply("named", "{capacity: 9, persistence: {id: default.named}}");
        apply("unnamed", "{capacity: 9}");
        assertThat(apply("named", "{capacity: 9, persistence: {id: default.other}}").output())
                .contains(refusal);
        assertThat(apply("named", "{capacity: 9, persistence: {mode: Durable}}").output())
                .contains(refusal);
        assertThat(apply("named", "{capacity: 9}").output()).contains(refusal);
        assertThat(apply("unnamed", "{capacity: 9, persistence: {id: default.unnamed}}").output())
                .contains(refusal);
        assertThat(apply("named", "{capacity: 10, persistence: {id: default.named}}").code())
                .isZero();
    }

    private static Ran apply(String name, String spec, String... flags) throws IOException {
        Path file = folder.resolve("world.yaml");
        Files.writeString(
                file,
                """
                apiVersion: otherworld.dev/v1alpha1
                kind: World
                metadata: {name: %s, namespace: default}
                spec: %s
                """
                        .formatted(name, spec));
        List<String> arguments = new ArrayList<>(List.of("apply", "-f", file.toString()));
        arguments.addAll(List.of(flags));
        return kubectl(arguments.toArray(String[]::new));
    }

    private static Ran kubectl(String... arguments) {
        List<String> command = new ArrayList<>();
        command.add(ControlPlane.shared().kubectl().toString());
        command.add("--kubeconfig=" + ControlPlane.shared().kubeconfig());
        command.addAll(List.of(arguments));
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String output =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IllegalStateException(command + " did not end: " + output);
            }
            return new Ran(process.exitValue(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
