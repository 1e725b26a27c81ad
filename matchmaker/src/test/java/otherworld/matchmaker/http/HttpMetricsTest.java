package otherworld.matchmaker.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.expositionformats.ExpositionFormats;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import otherworld.base.WorldId;
import otherworld.ledger.SeatLedger.Waited;
import otherworld.matchmaker.metrics.MatchmakerCatalogue;
import otherworld.ops.metric.CataloguedRegistry;

class HttpMetricsTest {
    private static final WorldId PLAZA = new WorldId("default.plaza");
    private final CataloguedRegistry registry =
            new CataloguedRegistry(MatchmakerCatalogue.CATALOGUE);
    private final HttpMetrics metrics = new HttpMetrics(registry);

    @Test
    void aWaitIsToldByWorldWhenItEnds() {
        metrics.seated(PLAZA, new Waited(0, 0), Optional.empty());
        metrics.seated(PLAZA, new Waited(1_500, 1_000), Optional.empty());
        assertThat(shown())
                .contains(
                        "otherworld_matchmaker_seat_wait_seconds_bucket{namespace=\"default\",world=\"plaza\",le=\"2.0\"} 2",
                        "otherworld_matchmaker_seat_wait_seconds_bucket{namespace=\"default\",world=\"plaza\",le=\"1.0\"} 1",
                        "otherworld_matchmaker_seats_late_total{namespace=\"default\",world=\"plaza\"} 0.0");
    }

    /** Whether the player is seated at last or gives up, the promise was broken once. */
    @Test
    void whoeverWaitsLongerThanIsPromisedIsCountedOnce() {
        metrics.waits(PLAZA, new Waited(0, 0));
        metrics.waits(PLAZA, new Waited(1_990, 1_500));
        assertThat(shown()).contains(late("0.0"));
        metrics.waits(PLAZA, new Waited(2_490, 1_990));
        metrics.waits(PLAZA, new Waited(2_990, 2_490));
        metrics.seated(PLAZA, new Waited(3_490, 2_990), Optional.empty());
        assertThat(shown()).contains(late("1.0"));
        metrics.seated(PLAZA, new Waited(5_000, 1_000), Optional.empty());
        assertThat(shown()).contains(late("2.0"));
        metrics.seated(PLAZA, new Waited(2_000, 1_500), Optional.empty());
        assertThat(shown()).contains(late("2.0"));
    }

    @Test
    void seriesEndWithTheirWorld() {
        WorldId park = new WorldId("default.park");
        metrics.seated(PLAZA, new Waited(0, 0), Optional.empty());
        metrics.waits(park, new Waited(0, 0));
        metrics.worlds(Set.of(park));
        assertThat(shown()).doesNotContain("plaza").contains("world=\"park\"");
        metrics.seated(PLAZA, new Waited(0, 0), Optional.empty());
        assertThat(shown()).contains("plaza");
    }

    /** Else Prometheus would see no increase in those who come first, who are the most. */
    @Test
    void aWorldHasItsSeriesBeforeAnybodyAsks() {
        metrics.worlds(Set.of(PLAZA));
        assertThat(shown())
                .contains(
                        "otherworld_matchmaker_seat_wait_seconds_count{namespace=\"default\",world=\"plaza\"} 0")
                .contains(late("0.0"));
    }

    private static String late(String count) {
        return "otherworld_matchmaker_seats_late_total{namespace=\"default\",world=\"plaza\"} "
                + count;
    }

    private String shown() {
        ByteArrayOutputStream text = new ByteArrayOutputStream();
        try {
            ExpositionFormats.init().getPrometheusTextFormatWriter().write(text, registry.scrape());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString(StandardCharsets.UTF_8);
    }
}
