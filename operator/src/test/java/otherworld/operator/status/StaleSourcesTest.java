package otherworld.operator.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import otherworld.crds.World;
import otherworld.operator.observe.Sources.Source;
import otherworld.operator.plan.PodView;
import otherworld.operator.plan.PodView.Phase;

class StaleSourcesTest {
    private static final Source SECRET = new Source("secrets", "prod", "connections");
    private static final Source CONFIG = new Source("configmaps", "prod", "settings");
    private static final Instant CHANGED = Instant.parse("2026-01-01T08:00:00Z");

    @Test
    void countsTheInstancesThatStartedBeforeTheChange() {
        assertThat(
                        message(
                                Map.of(SECRET, CHANGED, CONFIG, CHANGED.minusSeconds(60)),
                                pod(0, Phase.READY, CHANGED.minusSeconds(1)),
                                pod(1, Phase.READY, CHANGED.plusSeconds(1)),
                                pod(2, Phase.STOPPING, CHANGED.minusSeconds(9))))
                .hasValueSatisfying(text ->
                        assertThat(text)
                                .startsWith("1 of 2 instances")
                                .contains("Secret connections (2026-01-01T08:00:00Z)")
                                .contains("kubectl patch world -n prod plaza")
                                .doesNotContain("settings"));
    }

    @Test
    void saysNothingOnceAllHaveStartedSince() {
        assertThat(message(Map.of(SECRET, CHANGED), pod(0, Phase.READY, CHANGED))).isEmpty();
        assertThat(message(Map.of(), pod(0, Phase.READY, CHANGED))).isEmpty();
        assertThat(message(Map.of(SECRET, CHANGED))).isEmpty();
    }

    private static Optional<String> message(Map<Source, Instant> changed, PodView... pods) {
        World world = new World();
        world.setMetadata(new ObjectMetaBuilder().withNamespace("prod").withName("plaza").build());
        return StaleSources.message(world, List.of(pods), changed);
    }

    private static PodView pod(int ordinal, Phase phase, Instant startedAt) {
        return new PodView(
                "plaza-" + ordinal + "-0",
                "uid-" + ordinal,
                ordinal,
                0,
                0,
                0,
                20_000 + ordinal,
                phase,
                startedAt,
                Optional.of(startedAt),
                Optional.empty(),
                "revision",
                Optional.empty(),
                Optional.empty(),
                false,
                PodView.End.FAULT);
    }
}
