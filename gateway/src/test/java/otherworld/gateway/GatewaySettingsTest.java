package otherworld.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import otherworld.base.Settings;

class GatewaySettingsTest {
    private final Map<String, String> environment =
            new HashMap<>(
                    Map.of(
                            "REDIS_URL", "redis://:secret@127.0.0.1:6379",
                            "OTHERWORLD_KEYS_URL", "http://matchmaker:8080/v1/keys"));

    @Test
    void hasDefaultsForEverythingThatIsNotAPlace() {
        GatewaySettings settings = GatewaySettings.read(new Settings(environment));
        assertThat(settings.port()).isEqualTo(8080);
        assertThat(settings.perAddress()).isEqualTo(512);
        assertThat(settings.drain()).isEqualTo(Duration.ofSeconds(5));
        assertThat(settings.proxies().none()).isTrue();
        assertThat(settings.zoneLog()).isFalse();
        assertThat(settings.httpLimits().connectionsPerAddress()).isEqualTo(512);
    }

    @Test
    void behindProxiesConnectionsAreTheirs() {
        environment.put("OTHERWORLD_TRUSTED_PROXIES", "10.0.0.0/8, fd00::/8,192.0.2.1");
        GatewaySettings settings = GatewaySettings.read(new Settings(environment));
        assertThat(settings.httpLimits().connectionsPerAddress()).isZero();
        assertThat(settings.proxies().networks())
                .extracting(TrustedProxies.Network::bits)
                .isEqualTo(List.of(8, 8, 32));
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        environment.put("OTHERWORLD_TRUSTED_PROXIES", "10.0.0.0/33");
        environment.put("OTHERWORLD_DRAIN", "1h");
        environment.remove("OTHERWORLD_KEYS_URL");
        assertThatThrownBy(() -> GatewaySettings.read(new Settings(environment)))
                .isInstanceOf(Settings.InvalidSettings.class)
                .hasMessageContainingAll(
                        "OTHERWORLD_TRUSTED_PROXIES", "OTHERWORLD_DRAIN", "OTHERWORLD_KEYS_URL");
    }

    @Test
    void networksHaveWhatBeginsAsTheyDo() {
        assertThat(has("10.0.0.0/8", "10.255.1.2")).isTrue();
        assertThat(has("10.0.0.0/8", "11.0.0.0")).isFalse();
        assertThat(has("10.0.0.0/9", "10.127.0.1")).isTrue();
        assertThat(has("10.0.0.0/9", "10.128.0.1")).isFalse();
        assertThat(has("0.0.0.0/0", "203.0.113.7")).isTrue();
        assertThat(has("0.0.0.0/0", "fd00::1")).isFalse();
        assertThat(has("fd00::/8", "fdff::1")).isTrue();
        assertThat(has("192.0.2.1", "192.0.2.2")).isFalse();
    }

    private static boolean has(String network, String address) {
        return TrustedProxies.Network.parse(network).has(InetAddress.ofLiteral(address));
    }

    @Test
    void soManyConnectionsFitAsHalfOfTheBuffersCanBe() {
        assertThat(GatewaySettings.connectionsFitting(256L << 20))
                .isEqualTo((256 << 19) / Limits.CONNECTION_BYTES);
        assertThat(GatewaySettings.connectionsFitting(1 << 20)).isEqualTo(64);
    }
}
