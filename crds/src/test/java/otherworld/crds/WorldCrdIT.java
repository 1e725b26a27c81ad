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
        for (String name : List.of("plaza", "minimal")) {
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

    // Every refusal says what to write instead. Columns: spec | part of the message.
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = REFUSALS)
    void aBadWorldIsRefusedWithWhatToWriteInstead(String spec, String message) throws IOException {
        Ran refused = apply("bad", spec);
        assertThat(refused.code()).as("%s: %s", spec, refused.output()).isNotZero();
        assertThat(refused.output()).contains(message);
    }

    private static final String REFUSALS =
            """
            {}                                                              | spec.capacity: Required value
            {capacity: 0}                                                   | should be greater than or equal to 1
            {capacity: 4097}                                                | should be less than or equal to 4096
            {capacity: 9, instances: {min: 11}}                             | lower instances.min or raise instances.max
            {capacity: 9, instances: {max: 0}}                              | should be greater than or equal to 1
            {capacity: 9, instances: {max: 5001}}                           | should be less than or equal to 5000
            {capacity: 9, instances: {max: 2, spareSeats: 19}}              | lower it to at most capacity * instances.max
            {capacity: 9, instances: {idleAfter: soon}}                     | a duration from 1s to 24h, such as 30s, 5m or 1h30m
            {capacity: 9, instances: {idleAfter: 999ms}}                    | a duration from 1s to 24h
            {capacity: 9, instances: {idleAfter: 24h1s}}                    | a duration from 1s to 24h
            {capacity: 9, replicas: -1}                                     | should be greater than or equal to 0
            {capacity: 9, placement: Random}                                | supported values: "Packed", "Spread"
            {capacity: 9, scene: {url: plaza.glb}}                          | must be an http or https URL
            {capacity: 9, simulation: {tickRate: 9}}                        | should be greater than or equal to 10
            {capacity: 9, simulation: {tickRate: 20, presenceRate: 30}}     | lower it or raise tickRate
            {capacity: 9, simulation: {reconnectWindow: 11m}}               | a duration from 1s to 10m
            {capacity: 9, simulation: {zoneSize: 7}}                        | should be greater than or equal to 8
            {capacity: 9, persistence: {id: Plaza}}                         | such as prod.plaza
            {capacity: 9, persistence: {mode: Volatile}}                    | supported values: "Durable"
            {capacity: 9, persistence: {deletionPolicy: Shred}}             | supported values: "Delete", "Retain"
            {capacity: 9, network: {mode: Gateway}}                         | supported values: "HostPort"
            {capacity: 9, network: {turn: {}}}                              | spec.network.turn.urls: Required value
            {capacity: 9, network: {turn: {urls: []}}}                      | should have at least 1 items
            {capacity: 9, network: {turn: {urls: ['stun:a', 'stun:b', 'stun:c', 'stun:d', 'stun:e']}}} | must have at most 4 items
            {capacity: 9, network: {turn: {urls: ['http://turn.example.org']}}} | such as turn:turn.example.org:3478
            {capacity: 9, network: {turn: {urls: ['turn:turn.example.org']}}} | network.turn.secretRef must name the Secret
            {capacity: 9, network: {turn: {urls: ['turn:t'], secretRef: {}}}} | secretRef.name: Required value
            {capacity: 9, network: {turn: {urls: ['stun:s'], ttl: 59s}}}    | a duration from 1m to 24h
            {capacity: 9, network: {turn: {urls: ['stun:s'], ttl: 24h1s}}}  | a duration from 1m to 24h
            {capacity: 9, rollout: {maxParallel: 0}}                        | should be greater than or equal to 1
            {capacity: 9, rollout: {handOverTimeout: 0s}}                   | a duration from 1s to 10m
            {capacity: 9, template: {env: [{name: A B, value: x}]}}         | letters, digits and '_'
            {capacity: 9, template: {env: [{name: REDIS_URL, value: x}]}}   | the operator sets them
            {capacity: 9, template: {env: [{name: OTHERWORLD_X, value: x}]}} | the operator sets them
            {capacity: 9, template: {env: [{name: A}]}}                     | exactly one of value, secretKeyRef and configMapKeyRef
            {capacity: 9, template: {labels: {otherworld.dev/world: x}}}    | by which the operator knows its pods: rename them
            {capacity: 9, template: {labels: {app.kubernetes.io/name: x}}}  | by which the operator knows its pods: rename them
            {capacity: 9, template: {labels: {app.kubernetes.io/managed-by: Helm}}} | by which the operator knows its pods: rename them
            {capacity: 9, rollout: {progressDeadline: 25h}}                 | a duration from 1s to 24h, such as 10m
            {capacity: 9, template: {annotations: {otherworld.dev/a: x}}}   | which is the operator's: rename them
            {capacity: 9, template: {tolerations: [{operator: Sometimes}]}} | supported values: "Equal", "Exists"
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
        apply("named", "{capacity: 9, persistence: {id: prod.named}}");
        apply("unnamed", "{capacity: 9}");
        assertThat(apply("named", "{capacity: 9, persistence: {id: prod.other}}").output())
                .contains(refusal);
        assertThat(apply("named", "{capacity: 9, persistence: {mode: Durable}}").output())
                .contains(refusal);
        assertThat(apply("named", "{capacity: 9}").output()).contains(refusal);
        assertThat(apply("unnamed", "{capacity: 9, persistence: {id: prod.unnamed}}").output())
                .contains(refusal);
        assertThat(apply("named", "{capacity: 10, persistence: {id: prod.named}}").code()).isZero();
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
