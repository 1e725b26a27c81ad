package otherworld.operator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import otherworld.base.Settings;

class OperatorSettingsTest {
    private static OperatorSettings read(Map<String, String> environment) {
        return OperatorSettings.read(new Settings(environment), environment);
    }

    @Test
    void twoSettingsSufficeAndTheRestHasTheDocumentedDefaults() {
        OperatorSettings settings =
                read(
                        Map.of(
                                "OTHERWORLD_MATCHMAKER_GRPC", "matchmaker:9090",
                                "OTHERWORLD_KEYS_URL", "http://matchmaker:8080/v1/keys"));
        assertThat(settings.matchmaker())
                .isEqualTo(new OperatorSettings.Target("matchmaker", 9090));
        assertThat(settings.management().port()).isEqualTo(8081);
        assertThat(settings.pods().image()).isEqualTo("otherworld/instance-server:dev");
        assertThat(settings.reach()).isEqualTo(new OperatorSettings.Reach(Optional.empty(), true));
        assertThat(settings.grpcTokenFile()).isEmpty();
        assertThat(settings.watchNamespaces()).isEmpty();
        assertThat(settings.election())
                .isEqualTo(new OperatorSettings.Election(false, "default", Duration.ofSeconds(15)));
        assertThat(settings.letGoAfter()).isEqualTo(Duration.ofSeconds(60));
    }

    @Test
    void everyErrorIsToldAtOnce() {
        assertThatThrownBy(() ->
                        read(
                                Map.of(
                                        "OTHERWORLD_MATCHMAKER_GRPC", "nowhere",
                                        "OTHERWORLD_MANAGEMENT_PORT", "99999",
                                        "OTHERWORLD_LEASE_DURATION", "1s",
                                        "OTHERWORLD_GRPC_TOKEN_FILE", "/no/such/file")))
                .isInstanceOf(Settings.InvalidSettings.class)
                .hasMessageContaining("OTHERWORLD_MATCHMAKER_GRPC='nowhere' must be")
                .hasMessageContaining("OTHERWORLD_MANAGEMENT_PORT='99999'")
                .hasMessageContaining("OTHERWORLD_LEASE_DURATION='1000ms' is too short")
                .hasMessageContaining("OTHERWORLD_GRPC_TOKEN_FILE='/no/such/file' cannot be read")
                .hasMessageContaining("OTHERWORLD_KEYS_URL is not set");
    }

    @Test
    void inAClusterReplicasElectALeader() {
        assertThat(
                        read(Map.of(
                                        "KUBERNETES_SERVICE_HOST", "10.0.0.1",
                                        "OTHERWORLD_WATCH_NAMESPACES", "a, b",
                                        "OTHERWORLD_MATCHMAKER_GRPC", "m:1",
                                        "OTHERWORLD_KEYS_URL", "http://m/v1/keys"))
                                .election()
                                .enabled())
                .isTrue();
    }
}
