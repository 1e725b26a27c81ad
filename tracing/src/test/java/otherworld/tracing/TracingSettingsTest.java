package otherworld.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import otherworld.base.Settings;

class TracingSettingsTest {
    private static final String TO = "OTEL_EXPORTER_OTLP_ENDPOINT";

    private static TracingSettings read(Map<String, String> environment) {
        Settings settings = new Settings(environment);
        TracingSettings read = TracingSettings.read(settings);
        settings.check();
        return read;
    }

    private static TracingSettings.On on(String... more) {
        Map<String, String> environment = new HashMap<>(Map.of(TO, "http://collector:4318"));
        for (int i = 0; i < more.length; i += 2) {
            environment.put(more[i], more[i + 1]);
        }
        return (TracingSettings.On) read(environment);
    }

    @Test
    void isOffUntilThereIsAnEndpoint() {
        TracingSettings off = new TracingSettings.Off();
        assertThat(read(Map.of())).isEqualTo(off);
        assertThat(read(Map.of("OTEL_TRACES_EXPORTER", "otlp"))).isEqualTo(off);
        assertThat(read(Map.of(TO, "http://c:4318", "OTEL_SDK_DISABLED", "TRUE"))).isEqualTo(off);
        assertThat(read(Map.of(TO, "http://c:4318", "OTEL_TRACES_EXPORTER", "none")))
                .isEqualTo(off);
    }

    @Test
    void whatIsNotSetIsAsTheSpecificationHasIt() {
        TracingSettings.On on = on();
        assertThat(on.endpoint()).isEqualTo(URI.create("http://collector:4318/v1/traces"));
        assertThat(on.sampler()).isEqualTo(new Sampler(1, true));
        assertThat(on.queue())
                .isEqualTo(new TracingSettings.Queue(2048, 512, Duration.ofSeconds(5)));
        assertThat(on.timeout()).isEqualTo(Duration.ofSeconds(10));
        assertThat(on.gzip()).isFalse();
        assertThat(on.service()).isEmpty();
        assertThat(on.headers()).isEmpty();
    }

    @Test
    void anEndpointOfTracesIsTakenAsItIs() {
        assertThat(on("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "https://t/x").endpoint())
                .isEqualTo(URI.create("https://t/x"));
        assertThat(on(TO, "http://c:4318/otlp/").endpoint())
                .isEqualTo(URI.create("http://c:4318/otlp/v1/traces"));
    }

    @Test
    void pairsAreReadAsInBaggage() {
        TracingSettings.On on =
                on(
                        "OTEL_EXPORTER_OTLP_HEADERS",
                        "Authorization=Basic%20YTpi+==, x = 1",
                        "OTEL_RESOURCE_ATTRIBUTES",
                        "k8s.pod.name=p-1,,deployment.environment.name=a%2Cb",
                        "OTEL_SERVICE_NAME",
                        "plaza");
        assertThat(on.headers()).isEqualTo(Map.of("Authorization", "Basic YTpi+==", "x", "1"));
        assertThat(on.resource())
                .isEqualTo(Map.of("k8s.pod.name", "p-1", "deployment.environment.name", "a,b"));
        assertThat(on.service()).contains("plaza");
    }

    @ParameterizedTest
    @CsvSource({
        "always_on, 1, false",
        "always_off, 0, false",
        "traceidratio, 0.25, false",
        "parentbased_always_on, 1, true",
        "parentbased_always_off, 0, true",
        "parentbased_traceidratio, 0.25, true",
    })
    void samplersAreThoseOfTheSpecification(String name, double ratio, boolean parents) {
        assertThat(on("OTEL_TRACES_SAMPLER", name, "OTEL_TRACES_SAMPLER_ARG", "0.25").sampler())
                .isEqualTo(new Sampler(ratio, parents));
    }

    @ParameterizedTest
    @CsvSource({
        "OTEL_EXPORTER_OTLP_ENDPOINT, collector:4318, a URL of http or https",
        "OTEL_EXPORTER_OTLP_ENDPOINT, http://me:secret@c:4318, without user and password",
        "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT, grpc://c:4317, a URL of http or https",
        "OTEL_EXPORTER_OTLP_PROTOCOL, grpc, must be http/protobuf",
        "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL, http/json, must be http/protobuf",
        "OTEL_EXPORTER_OTLP_COMPRESSION, zstd, gzip or none",
        "OTEL_EXPORTER_OTLP_HEADERS, nonsense, name=value pairs",
        "OTEL_EXPORTER_OTLP_HEADERS, a=%zz, name=value pairs",
        "OTEL_EXPORTER_OTLP_TIMEOUT, 0, from 1 to 60000",
        "OTEL_EXPORTER_OTLP_CERTIFICATE, /does/not/exist, cannot be read",
        "OTEL_TRACES_EXPORTER, jaeger, otlp or none",
        "OTEL_TRACES_SAMPLER, sometimes, always_on",
        "OTEL_TRACES_SAMPLER_ARG, 1.01, from 0 to 1",
        "OTEL_TRACES_SAMPLER_ARG, NaN, from 0 to 1",
        "OTEL_BSP_SCHEDULE_DELAY, 5s, from 1 to 60000",
        "OTEL_BSP_MAX_QUEUE_SIZE, 511, must not be above",
        "OTEL_BSP_MAX_QUEUE_SIZE, 65537, from 1 to 65536",
    })
    void whatIsWrongIsSaidEvenWhereTracingIsOff(String name, String value, String message) {
        assertThatThrownBy(() -> read(Map.of(name, value)))
                .isInstanceOf(Settings.InvalidSettings.class)
                .hasMessageContaining(name)
                .hasMessageContaining(message);
    }

    @Test
    void headersAreSecrets() {
        Settings settings =
                new Settings(Map.of("OTEL_EXPORTER_OTLP_HEADERS", "authorization=hush,hush"));
        TracingSettings _ = TracingSettings.read(settings);
        assertThat(settings.describe()).contains("HEADERS=***").doesNotContain("hush");
        assertThatThrownBy(settings::check).message().doesNotContain("hush");
    }

    @Test
    void aKeyNeedsItsCertificate(@TempDir Path folder) throws Exception {
        String key = Files.writeString(folder.resolve("key"), "PEM").toString();
        assertThatThrownBy(() -> on("OTEL_EXPORTER_OTLP_CLIENT_KEY", key))
                .hasMessageContaining("go together");
        TracingSettings.Tls tls =
                on(
                                "OTEL_EXPORTER_OTLP_CLIENT_KEY",
                                key,
                                "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
                                key)
                        .tls();
        assertThat(tls.key()).hasValueSatisfying(it -> assertThat(it).hasSize(3));
        assertThat(tls.authorities()).isEmpty();
    }
}
