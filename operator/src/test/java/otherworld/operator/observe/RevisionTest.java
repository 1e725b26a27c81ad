package otherworld.operator.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.crds.Affinity;
import otherworld.crds.WorldSpec;

class RevisionTest {
    private static String of(String yaml) {
        return Revision.of(Serialization.unmarshal("--- " + yaml, WorldSpec.class));
    }

    /** If this fails, every pod of every World would be rolled by an upgrade of the operator. */
    @Test
    void isTheSameInEveryRelease() {
        assertThat(of("{capacity: 100}")).isEqualTo("0db4236d46");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{capacity: 50}",
                "{capacity: 100, instances: {min: 2, spareSeats: 9}}",
                "{capacity: 100, simulation: {reconnectWindow: 1m}}",
                "{capacity: 100, permissions: {build: Nobody}}",
                "{capacity: 100, rollout: {maxParallel: 2}}",
                "{capacity: 100, template: {}}"
            })
    void whatAppliesLiveOrSaysTheSameRollsNothing(String yaml) {
        assertThat(of(yaml)).isEqualTo(of("{capacity: 100}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{capacity: 100, template: {image: other}}",
                "{capacity: 100, template: {env: [{name: A, value: b}]}}",
                "{capacity: 100, simulation: {tickRate: 20}}",
                "{capacity: 100, simulation: {kbitPerPlayer: 512}}",
                "{capacity: 100, network: {turn: {urls: ['stun:a']}}}",
                "{capacity: 100, scene: {url: 'http://a/b.glb'}}"
            })
    void whatOnlyANewPodTakesUpRolls(String yaml) {
        assertThat(of(yaml)).isNotEqualTo(of("{capacity: 100}"));
    }

    /** As the API server stores it: a pod's revision is a hash of this text. */
    @Test
    void affinityIsWrittenAsItIsStored() {
        String stored =
                """
                {"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"preference":{"matchExpressions":[{"key":"a","operator":"Gt","values":["8"]}],"matchFields":[{"key":"metadata.name","operator":"In","values":["n"]}]},"weight":5}],"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"b","operator":"Exists"}]}]}},"podAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[{"podAffinityTerm":{"topologyKey":"zone"},"weight":1}]},"podAntiAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":[{"labelSelector":{"matchExpressions":[{"key":"c","operator":"NotIn","values":[]}],"matchLabels":{"d":"e"}},"matchLabelKeys":["f"],"mismatchLabelKeys":["g"],"namespaceSelector":{},"namespaces":["h"],"topologyKey":"zone"}]}}\
                """
                        .strip();
        assertThat(Serialization.asJson(Serialization.unmarshal(stored, Affinity.class)))
                .isEqualTo(stored);
    }
}
