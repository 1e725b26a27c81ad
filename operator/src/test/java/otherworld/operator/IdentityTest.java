package otherworld.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import otherworld.crds.Persistence;
import otherworld.crds.World;
import otherworld.crds.WorldSpec;
import otherworld.crds.WorldStatus;

class IdentityTest {
    private static final String MORNING = "2026-01-01T08:00:00Z";
    private static final String LATER = "2026-01-01T08:00:01Z";

    @ParameterizedTest
    @CsvSource({
        "default, plaza,        , true",
        "default, plaza, default.plaza, true",
        "default, other, default.plaza, true",
        "default, other, default.a.b-c, true",
        "other, thief, default.future, false",
        "default, legacy, plaza, false",
        "def, thief, default.future, false",
        "default, thief, default-.x, false",
        "default, thief, default, false",
    })
    void anIdBeginsWithItsWorldsNamespace(
            String namespace, String name, @Nullable String id, boolean taken) {
        Optional<Identity.Refused> refusal =
                Identity.refusal(world(namespace, name, id, MORNING), Stream.of(), world -> false);
        assertThat(refusal.isEmpty()).isEqualTo(taken);
        refusal.ifPresent(it -> {
            assertThat(it.reason()).isEqualTo("ForeignId");
            assertThat(it.message()).contains(namespace + "." + name);
        });
    }

    @Test
    void theOlderOneHasTheId() {
        World plaza = world("default", "plaza", null, LATER);
        World twin = world("default", "twin", "default.plaza", MORNING);
        assertHolder(twin, plaza, Set.of());
    }

    @Test
    void ofTwoOfOneSecondTheOneThatHasPodsKeepsTheId() {
        World plaza = world("default", "plaza", null, MORNING);
        World twin = world("default", "twin", "default.plaza", MORNING);
        assertHolder(plaza, twin, Set.of());
        assertHolder(twin, plaza, Set.of(twin));
        assertHolder(plaza, twin, Set.of(plaza));
        assertHolder(plaza, twin, Set.of(plaza, twin));
    }

    @Test
    void oneThatIsScaledToZeroKeepsTheIdThatItHas() {
        World plaza = world("default", "plaza", null, MORNING);
        World twin = world("default", "twin", "default.plaza", LATER);
        twin.setStatus(
                new WorldStatus(null, null, null, null, null, null, null, null, "default.plaza"));
        assertHolder(twin, plaza, Set.of());
    }

    private static void assertHolder(World holder, World other, Set<World> withPods) {
        assertThat(Identity.refusal(holder, Stream.of(holder, other), withPods::contains))
                .isEmpty();
        assertThat(Identity.refusal(other, Stream.of(holder, other), withPods::contains))
                .hasValueSatisfying(refusal -> {
                    assertThat(refusal.reason()).isEqualTo("IdTaken");
                    assertThat(refusal.message())
                            .contains("default/" + holder.getMetadata().getName());
                });
    }

    private static World world(
            String namespace, String name, @Nullable String id, String createdAt) {
        World world = new World();
        world.setMetadata(
                new ObjectMetaBuilder()
                        .withNamespace(namespace)
                        .withName(name)
                        .withUid(namespace + "/" + name)
                        .withCreationTimestamp(createdAt)
                        .build());
        world.setSpec(
                new WorldSpec(
                        5,
                        null,
                        null,
                        null,
                        null,
                        null,
                        null,
                        new Persistence(null, id, null, null),
                        null,
                        null,
                        null));
        return world;
    }
}
