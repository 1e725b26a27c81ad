package otherworld.e2e.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.core.metrics.Counter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Objects;
import java.util.Set;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import otherworld.instance.metrics.InstanceCatalogue;
import otherworld.instance.metrics.InstanceMetrics;
import otherworld.instance.metrics.WebRtcMetrics;
import otherworld.ops.JvmCatalogue;
import otherworld.ops.JvmFigures;
import otherworld.ops.metric.Catalogue;
import otherworld.ops.metric.CataloguedRegistry;
import otherworld.ops.metric.MetricSpec;
import otherworld.tracing.SpanCounts;

/** The catalogues, and the document that comes from them; -Dregenerate writes it anew. */
class MetricsDocumentTest {
    private static final Path ROOT =
            Path.of(Objects.requireNonNull(System.getProperty("otherworld.root")));

    @Test
    void theDocumentIsWhatTheCataloguesSay() throws IOException {
        Path file = ROOT.resolve("docs/metrics.md");
        String text = MetricsDocument.text();
        if (System.getProperty("regenerate") != null) {
            Files.writeString(file, text);
        }
        assertThat(Files.readString(file)).as("-Dregenerate writes it anew").isEqualTo(text);
    }

    @Test
    void eachMetricSaysWhatItIs() {
        Set<String> names = new HashSet<>();
        for (Catalogue catalogue : Catalogues.ALL) {
            for (MetricSpec metric : catalogue.metrics()) {
                assertThat(names.add(metric.name())).as(metric.name()).isTrue();
                assertThat(metric.about().help())
                        .as(metric.name())
                        .hasSizeGreaterThan(8)
                        .doesNotEndWith(".")
                        .doesNotContain("|", "\n");
                assertThat(metric.name()).matches("[a-z][a-z0-9_]+");
                metric.about()
                        .labels()
                        .forEach(label -> {
                            assertThat(label.name()).matches("[a-z_]+");
                            assertThat(label.bound()).isNotEmpty();
                            // A histogram's own, and those of the target.
                            assertThat(label.name())
                                    .isNotIn("le", "process", "pod", "ordinal", "instance", "job");
                        });
            }
        }
        assertThat(names).hasSizeGreaterThan(120);
    }

    @Test
    void whatNoCatalogueDeclaresCannotBeRegistered() {
        CataloguedRegistry registry =
                new CataloguedRegistry(InstanceCatalogue.CATALOGUE, JvmCatalogue.CATALOGUE);
        Assertions.assertThatThrownBy(() ->
                        Counter.builder().name("otherworld_instance_other").register(registry))
                .hasMessageContaining("otherworld_instance_other")
                .hasMessageContaining("in no catalogue");
    }

    /** What no ordinary run shows, such as TLS, stands in one place where it is registered. */
    @Test
    void anInstanceRegistersWhatItsCatalogueDeclares() {
        CataloguedRegistry registry =
                new CataloguedRegistry(InstanceCatalogue.CATALOGUE, JvmCatalogue.CATALOGUE);
        JvmFigures.register(registry);
        InstanceMetrics metrics = new InstanceMetrics(registry);
        SpanCounts _ = new SpanCounts(InstanceCatalogue.TRACE_SPANS, registry);
        metrics.tcpConnections(() -> 0);
        metrics.backlog(java.util.Optional::empty);
        WebRtcMetrics webRtc = new WebRtcMetrics(registry);
        webRtc.port(() -> 0, () -> 0, java.util.Map::of);
        assertThat(registry.missing())
                .containsExactlyInAnyOrder(
                        "otherworld_instance_internal_tls_authorities_not_after_seconds",
                        "otherworld_instance_internal_tls_handshakes_refused",
                        "otherworld_instance_internal_tls_not_after_seconds",
                        "otherworld_instance_internal_tls_unusable",
                        "otherworld_instance_ticket_key_made_seconds",
                        "otherworld_instance_ticket_keys_read_seconds",
                        "otherworld_instance_tls_not_after_seconds",
                        "otherworld_instance_tls_unusable");
    }
}
