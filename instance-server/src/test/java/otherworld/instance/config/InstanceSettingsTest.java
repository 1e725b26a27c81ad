package otherworld.instance.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.Settings;

class InstanceSettingsTest {
    private final Map<String, String> environment =
            new HashMap<>(
                    Map.of(
                            "OTHERWORLD_WORLD", "default.plaza",
                            "OTHERWORLD_ORDINAL", "7",
                            "OTHERWORLD_POD_UID", "uid",
                            "OTHERWORLD_PORT", "20001",
                            "OTHERWORLD_CAPACITY", "100",
                            "OTHERWORLD_KEYS_URL", "http://127.0.0.1:8080/v1/keys",
                            "DATABASE_URL", "jdbc:postgresql://127.0.0.1/otherworld",
                            "DATABASE_USER", "otherworld",
                            "REDIS_URL", "redis://:secret@127.0.0.1:6379"));

    @Test
    void readsWhatAPodIsGivenAndFallsBackToTheDocumentedDefaults() {
        InstanceSettings settings = InstanceSettings.read(new Settings(environment));
        assertThat(settings.instance()).hasToString("default.plaza/7");
        assertThat(settings.tickRateHz()).isEqualTo(30);
        assertThat(settings.presenceRateHz()).isEqualTo(15);
        assertThat(settings.zoneSizeM()).isEqualTo(64);
        assertThat(settings.policy())
                .isEqualTo(new LivePolicy(100, Duration.ofSeconds(30), Permissions.OPEN));
        assertThat(settings.bind()).isEqualTo("0.0.0.0");
        assertThat(settings.kbitPerPlayer()).isEqualTo(256);
        assertThat(settings.zoneLog()).isFalse();
    }

    @Test
    void saysEverythingThatIsWrongAtOnce() {
        environment.remove("OTHERWORLD_CAPACITY");
        environment.put("OTHERWORLD_ORDINAL", "many");
        environment.put("OTHERWORLD_PERSISTENCE_MODE", "Sometimes");
        environment.put("OTHERWORLD_TICK_RATE", "20");
        environment.put("OTHERWORLD_PRESENCE_RATE", "30");
        environment.put("OTHERWORLD_KBIT_PER_PLAYER", "2049");
        environment.put("DATABASE_URL", "mysql://x");
        environment.put("REDIS_URL", "http://x");
        assertThatThrownBy(() -> InstanceSettings.read(new Settings(environment)))
                .isInstanceOf(Settings.InvalidSettings.class)
                .hasMessageContainingAll(
                        "OTHERWORLD_CAPACITY",
                        "OTHERWORLD_ORDINAL='many'",
                        "OTHERWORLD_PERSISTENCE_MODE='Sometimes'",
                        "OTHERWORLD_PRESENCE_RATE=30",
                        "OTHERWORLD_KBIT_PER_PLAYER",
                        "DATABASE_URL='mysql://x'",
                        "REDIS_URL must be");
    }

    @Test
    void hasAPortOfItsOwnForManagementAndABoundForEachAddress() {
        InstanceSettings settings = InstanceSettings.read(new Settings(environment));
        assertThat(settings.management().port()).isEqualTo(8081);
        assertThat(settings.management().podUid()).isEqualTo("uid");
        assertThat(settings.connectionsPerAddress()).isEqualTo(512);
        environment.put("OTHERWORLD_MANAGEMENT_PORT", "20001");
        environment.put("OTHERWORLD_CONNECTIONS_PER_ADDRESS", "0");
        assertThatThrownBy(() -> InstanceSettings.read(new Settings(environment)))
                .hasMessageContainingAll(
                        "OTHERWORLD_PORT and OTHERWORLD_MANAGEMENT_PORT are both 20001",
                        "OTHERWORLD_CONNECTIONS_PER_ADDRESS");
    }

    @Test
    void advertisesWhatItIsToldThenTheEndpointsHostThenItsNode() {
        environment.put("OTHERWORLD_HOST_IP", "192.0.2.1");
        assertThat(webRtc().enabled()).isTrue();
        assertThat(webRtc().advertised()).containsExactly("192.0.2.1");
        environment.put("OTHERWORLD_ENDPOINT_HOST", "play.example.org");
        assertThat(webRtc().advertised()).containsExactly("play.example.org");
        environment.put("OTHERWORLD_ADVERTISED_ADDRESSES", "203.0.113.7, 2001:db8::7");
        assertThat(webRtc().advertised()).containsExactly("203.0.113.7", "2001:db8::7");
        environment.put("OTHERWORLD_WEBRTC", "false");
        assertThat(webRtc().enabled()).isFalse();
    }

    @Test
    void bindsWhereNobodyElseComesAndAdvertisesThat() {
        environment.put("OTHERWORLD_HOST_IP", "192.0.2.1");
        environment.put("OTHERWORLD_BIND", "127.0.0.1");
        assertThat(webRtc().advertised()).containsExactly("127.0.0.1");
    }

    @Test
    void turnServersNeedTheirSecretAndAreFourAtMost() {
        environment.put(
                "OTHERWORLD_TURN_URLS", "turn:a,turns:b:5349?transport=tcp,stun:c,stuns:[::1]");
        assertThatThrownBy(this::webRtc).hasMessageContaining("OTHERWORLD_TURN_SECRET");
        environment.put("OTHERWORLD_TURN_SECRET", "north");
        environment.put("OTHERWORLD_TURN_TTL", "2h");
        assertThat(webRtc().turn().urls()).hasSize(4);
        assertThat(webRtc().turn().ttl()).isEqualTo(Duration.ofHours(2));
        assertThat(webRtc().turn().toString()).doesNotContain("north");
        environment.put("OTHERWORLD_TURN_TTL", "59s");
        assertThatThrownBy(this::webRtc).hasMessageContaining("OTHERWORLD_TURN_TTL");
        environment.put("OTHERWORLD_TURN_TTL", "1m");
        environment.put("OTHERWORLD_TURN_URLS", "stun:a,stun:b,stun:c,stun:d,stun:e");
        assertThatThrownBy(this::webRtc).hasMessageContaining("up to 4");
        environment.put("OTHERWORLD_TURN_URLS", "http://a");
        assertThatThrownBy(this::webRtc).hasMessageContaining("turn:turn.example.org:3478");
    }

    private WebRtcConfig webRtc() {
        return InstanceSettings.read(new Settings(environment)).webRtc();
    }

    @Test
    void printsNoPassword() {
        Settings settings = new Settings(environment);
        InstanceSettings.read(settings);
        assertThat(settings.describe()).doesNotContain("secret");
    }
}
