package otherworld.operator.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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
        assertThat(settings.pods().resources()).isEmpty();
        assertThat(settings.reach()).isEqualTo(new OperatorSettings.Reach(Optional.empty(), true));
        assertThat(settings.ports()).isEqualTo(new InstancePorts(20_000, 29_999, 8081, 0));
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
                                        "OTHERWORLD_INSTANCE_RESOURCES",
                                                "{\"requests\":{\"cpu\":\"much\"}}",
                                        "OTHERWORLD_GRPC_TOKEN_FILE", "/no/such/file")))
                .isInstanceOf(Settings.InvalidSettings.class)
                .hasMessageContaining("OTHERWORLD_MATCHMAKER_GRPC='nowhere' must be")
                .hasMessageContaining("OTHERWORLD_MANAGEMENT_PORT='99999'")
                .hasMessageContaining("OTHERWORLD_LEASE_DURATION='1000ms' is too short")
                .hasMessageContaining("OTHERWORLD_INSTANCE_RESOURCES=")
                .hasMessageContaining("OTHERWORLD_GRPC_TOKEN_FILE='/no/such/file' cannot be read")
                .hasMessageContaining("OTHERWORLD_KEYS_URL is not set");
    }

    @Test
    void portsOfInstancesMayBeABlockWithManagementPortsBesideIt() {
        InstancePorts ports =
                read(ports("20201-20299", "OTHERWORLD_INSTANCE_MANAGEMENT_OFFSET", "100")).ports();
        assertThat(ports.count()).isEqualTo(99);
        assertThat(ports.management(20_201)).isEqualTo(20_301);
        assertThat(read(ports("1-2", "OTHERWORLD_INSTANCE_MANAGEMENT_PORT", "9")).ports())
                .isEqualTo(new InstancePorts(1, 2, 9, 0));
    }

    @ParameterizedTest
    @CsvSource({
        "20000,       OFFSET, 0,     OTHERWORLD_PORT_RANGE='20000' must be two ports or more",
        "20000-20000, OFFSET, 0,     must be two ports or more",
        "20001-20000, OFFSET, 0,     must be two ports or more",
        "0-5,         OFFSET, 0,     must be two ports or more",
        "60000-65536, OFFSET, 0,     must be two ports or more",
        "1-2-3,       OFFSET, 0,     must be two ports or more",
        "8000-9000,   PORT,   8081,  players would reach it",
        "20000-20100, OFFSET, 100,   both must lie apart",
        "60000-65000, OFFSET, 10000, and below 65536"
    })
    void portsThatMeetAreRefused(String range, String setting, String value, String message) {
        assertThatThrownBy(() ->
                        read(ports(range, "OTHERWORLD_INSTANCE_MANAGEMENT_" + setting, value)))
                .isInstanceOf(Settings.InvalidSettings.class)
                .hasMessageContaining(message);
    }

    private static Map<String, String> ports(String range, String setting, String value) {
        return Map.of(
                "OTHERWORLD_MATCHMAKER_GRPC",
                "m:1",
                "OTHERWORLD_KEYS_URL",
                "http://m/v1/keys",
                "OTHERWORLD_PORT_RANGE",
                range,
                setting,
                value);
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
