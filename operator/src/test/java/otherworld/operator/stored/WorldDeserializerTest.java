package otherworld.operator.stored;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.WatchEvent;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import otherworld.crds.Permissions;
import otherworld.crds.World;
import otherworld.crds.WorldSpec;

class WorldDeserializerTest {
    private final KubernetesSerialization json = OperatorClient.serialization();

    @Test
    void aGoodWorldIsReadAndCloned() {
        World world = read("{\"capacity\": 20, \"ofALaterVersion\": {\"a\": []}}");
        assertThat(world).isNotInstanceOf(UnreadableWorld.class);
        assertThat(world.getSpec()).isEqualTo(WorldSpec.ofCapacity(20));
        World clone = new WorldCloner(json).clone(world);
        assertThat(clone).isNotSameAs(world);
        assertThat(clone.getSpec()).isEqualTo(world.getSpec());
        assertThat(clone.getMetadata().getManagedFields()).isEmpty();
    }

    // Columns: spec | part of the problem | whether the ledger's part can be read.
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = UNREADABLE)
    void aBadOneSaysWhichFieldAndWhy(String spec, String problem, boolean known) {
        World world = read(spec);
        assertThat(world).isInstanceOf(UnreadableWorld.class);
        UnreadableWorld unreadable = (UnreadableWorld) new WorldCloner(json).clone(world);
        assertThat(unreadable.problem()).contains(problem);
        assertThat(unreadable.isKnownToLedger()).isEqualTo(known);
        assertThat(unreadable.getMetadata().getName()).isEqualTo("plaza");
        assertThat(unreadable.getKind()).isEqualTo("World");
        assertThat(unreadable.getApiVersion()).isEqualTo("otherworld.dev/v1alpha1");
    }

    private static final String UNREADABLE =
            """
            null                                                    | spec is missing                | false
            "text"                                                  | spec:                          | false
            []                                                      | spec:                          | false
            {}                                                      | capacity must be given         | false
            {"capacity": "9"}                                       | spec.capacity                  | false
            {"capacity": 9.5}                                       | spec.capacity                  | false
            {"capacity": 9.0}                                       | spec.capacity                  | false
            {"capacity": true}                                      | spec.capacity                  | false
            {"capacity": 1e400}                                     | spec.capacity                  | false
            {"capacity": 99999999999999999999}                      | spec.capacity                  | false
            {"capacity": 4097}                                      | capacity 4097 must be from 1   | false
            {"capacity": 9, "replicas": -1}                         | replicas -1 must be from 0     | true
            {"capacity": 9, "instances": {"min": 5001}}             | instances.min 5001             | false
            {"capacity": 9, "instances": {"idleAfter": ""}}         | instances.idleAfter '' is not  | false
            {"capacity": 9, "placement": "packed"}                  | spec.placement                 | false
            {"capacity": 9, "persistence": {"id": "A"}}             | World id 'A'                   | false
            {"capacity": 9, "permissions": {"build": "everyone"}}   | spec.permissions.build         | false
            {"capacity": 9, "permissions": {"members": {"groups": [null]}}}   | permissions.members.groups must be given  | false
            {"capacity": 9, "permissions": {"members": {"players": ["a b"]}}} | permissions.members: Player id must be    | false
            {"capacity": 9, "scene": {}}                            | scene.url must be given        | true
            {"capacity": 9, "rollout": {"maxParallel": 0}}          | rollout.maxParallel 0          | true
            {"capacity": 9, "network": {"mode": "Pigeon"}}          | spec.network.mode              | true
            {"capacity": 9, "network": {"turn": {"urls": [null]}}}  | spec.network.turn              | true
            {"capacity": 9, "template": {"image": 5}}               | spec.template.image            | true
            {"capacity": 9, "template": {"env": [{"value": "a"}]}}  | spec.template.env[0]           | true
            {"capacity": 9, "template": {"labels": {"a": {}}}}      | spec.template.labels.a         | true
            {"capacity": 9, "template": {"resources": {"limits": {"cpu": ""}}}}     | spec.template.resources.limits.cpu | true
            {"capacity": 9, "template": {"resources": {"limits": {"cpu": "abc"}}}}  | 'abc' is no quantity           | true
            {"capacity": 9, "template": {"resources": {"limits": {"cpu": null}}}}   | is no quantity                 | true
            {"capacity": 9, "template": {"resources": {"limits": {"cpu": "1e400"}}}} | '1e400' is no quantity        | true
            {"capacity": 9, "template": {"affinity": []}}           | spec.template.affinity         | true
            """;

    @Test
    void oneThatCannotBeReadElsewhereIsNoMoreOpenThanItSays() {
        World world =
                read("{\"capacity\": 9, \"scene\": {}, \"permissions\": {\"build\": \"Nobody\"}}");
        assertThat(world).isInstanceOf(UnreadableWorld.class);
        assertThat(world.getSpec().permissions().build()).isEqualTo(Permissions.Who.Nobody);
    }

    @Test
    void depthAndLengthAreNoLimits() {
        String deep = "[".repeat(9_000) + "]".repeat(9_000);
        assertThat(read("{\"capacity\": 9, \"template\": {\"affinity\": " + deep + "}}"))
                .isInstanceOf(UnreadableWorld.class);
        assertThat(read("{\"capacity\": 9, \"unknown\": " + deep + "}").getSpec())
                .isEqualTo(WorldSpec.ofCapacity(9));
        assertThat(read("{\"capacity\": 9, \"%s\": 1}".formatted("n".repeat(100_000))).getSpec())
                .isEqualTo(WorldSpec.ofCapacity(9));
    }

    @Test
    void aStatusThatCannotBeReadIsNone() {
        World world =
                json.unmarshal(
                        """
                        {"apiVersion": "otherworld.dev/v1alpha1", "kind": "World", "metadata": {"name": "plaza", "namespace": "prod"},
                         "spec": {"capacity": 9}, "status": {"conditions": [{"status": "Perhaps"}]}}
                        """,
                        World.class);
        assertThat(world.getStatus()).isNull();
        assertThat(world.getSpec().capacity()).isEqualTo(9);
    }

    @Test
    void aWatchHearsOfIt() {
        WatchEvent event =
                json.unmarshal(
                        "{\"type\": \"ADDED\", \"object\": " + object("{\"capacity\": []}") + "}",
                        WatchEvent.class);
        Object object = event.getObject();
        assertThat(object).isInstanceOf(UnreadableWorld.class);
    }

    private World read(String spec) {
        return json.unmarshal(object(spec), World.class);
    }

    private static String object(String spec) {
        return """
        {"apiVersion": "otherworld.dev/v1alpha1", "kind": "World",
         "metadata": {"name": "plaza", "namespace": "prod", "uid": "u", "managedFields": [{"manager": "m"}]}, "spec": %s}
        """
                .formatted(spec);
    }
}
