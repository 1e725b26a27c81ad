package otherworld.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static otherworld.operator.OperatorFixture.PATIENCE;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.local.controlplane.ControlPlane;
import otherworld.operator.act.Actuator;

/**
 * Worlds of as many instances as the schema allows, more of them than the operator has threads,
 * that come and go: the others have their turn in between, and no request fails for being one of
 * many.
 */
@Tag("heavy")
class LargeWorldsIT {
    private static final int LARGE = 9;
    private static final int INSTANCES = 10 * Actuator.MOST_IN_A_TURN;
    private static final Duration A_TURN = Duration.ofSeconds(20);

    private final OperatorFixture fleet = new OperatorFixture(ControlPlane.shared());
    private final KubernetesClient admin = fleet.admin;

    LargeWorldsIT() throws IOException {}

    @BeforeEach
    void start() {
        fleet.startOperator();
    }

    @AfterEach
    void stop() throws InterruptedException {
        fleet.close();
    }

    @Test
    void othersHaveTheirTurnWhileLargeWorldsStartAndStop() {
        for (String name : large()) {
            apply(name, INSTANCES);
        }
        await().atMost(PATIENCE).until(() -> fleet.podCount() > Actuator.MOST_IN_A_TURN);
        apply("small-0", 1);
        await().atMost(A_TURN).until(() -> isReported("small-0"));
        assertThat(fleet.podCount())
                .as("the large ones go on")
                .isLessThan((long) LARGE * INSTANCES);

        await().atMost(Duration.ofMinutes(4))
                .until(() ->
                        fleet.podCount()
                                == (long) LARGE * INSTANCES + 1); // each is whole in the end
        assertThat(large())
                .allSatisfy(name ->
                        assertThat(fleet.condition(name, WorldCondition.DEGRADED))
                                .hasValueSatisfying(it ->
                                        assertThat(it.message())
                                                .doesNotContain("could not do it")));

        large().forEach(name ->
                admin.resources(World.class).inNamespace(fleet.namespace).withName(name).delete());
        await().atMost(PATIENCE).until(() -> fleet.podCount() < (LARGE - 1L) * INSTANCES);
        apply("small-1", 1);
        await().atMost(A_TURN).until(() -> isReported("small-1"));
        assertThat(fleet.podCount()).as("the large ones still stop").isGreaterThan(2);
        await().atMost(Duration.ofMinutes(4)).until(() -> fleet.podCount() == 2);
    }

    private static List<String> large() {
        return IntStream.range(0, LARGE).mapToObj("large-%d"::formatted).toList();
    }

    // Pods that no node takes cost the API server alone.
    private void apply(String name, int instances) {
        fleet.applyFloor(name, 1, instances);
    }

    private boolean isReported(String name) {
        return fleet.condition(name, WorldCondition.READY).isPresent();
    }
}
