package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.base.Settings;
import otherworld.ledger.RedisSettings.Host;
import otherworld.ledger.RedisSettings.Kind;

class RedisSettingsTest {
    @Test
    void readsEachForm() {
        RedisSettings one = RedisSettings.of("redis://:p%40ss@10.0.0.1/2");
        assertThat(one.kind()).isEqualTo(Kind.SINGLE);
        assertThat(one.hosts()).containsExactly(new Host("10.0.0.1", 6379));
        assertThat(one.password()).isEqualTo("p@ss");
        assertThat(one.user()).isEmpty();
        assertThat(one.database()).isEqualTo(2);
        assertThat(one.tls()).isFalse();

        RedisSettings sentinel =
                RedisSettings.of("rediss-sentinel://ann:p+w@a,b:1,[::1]:26380#main");
        assertThat(sentinel.kind()).isEqualTo(Kind.SENTINEL);
        assertThat(sentinel.tls()).isTrue();
        assertThat(sentinel.hosts())
                .containsExactly(new Host("a", 26379), new Host("b", 1), new Host("::1", 26380));
        assertThat(sentinel.user()).isEqualTo("ann");
        assertThat(sentinel.password()).isEqualTo("p+w");
        assertThat(sentinel.master()).isEqualTo("main");
        assertThat(sentinel.address()).isEqualTo("a:26379,b:1,[::1]:26380#main");

        RedisSettings cluster = RedisSettings.of("redis-cluster://a:1,b:2/0");
        assertThat(cluster.kind()).isEqualTo(Kind.CLUSTER);
        assertThat(cluster.hosts()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://x",
                "127.0.0.1:6379",
                "redis://",
                "redis://a,b",
                "redis://a:0",
                "redis://a:65536",
                "redis://a:b",
                "redis://a#main",
                "redis://a/99999",
                "redis://a?timeout=1s",
                "redis-sentinel://a",
                "redis-cluster://a/1",
                "redis-cluster://a#x",
                "redis-socket:///tmp/x"
            })
    void refusesOthersAndKeepsThePasswordToItself(String url) {
        String secret = url.replace("://", "://:hunter2@");
        assertThatThrownBy(() -> RedisSettings.of(url))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> read(Map.of("REDIS_URL", secret)))
                .hasMessageContaining("REDIS_URL must be redis://")
                .hasMessageNotContaining("hunter2");
    }

    @Test
    void settingsBesideTheUrlGoBeforeIt() {
        RedisSettings read =
                read(
                        Map.of(
                                "REDIS_URL", "rediss://a:b@h",
                                "REDIS_USER", "ann",
                                "REDIS_PASSWORD", "pw",
                                "REDIS_CA", "-----BEGIN CERTIFICATE-----\n…"));
        assertThat(List.of(read.user(), read.password())).containsExactly("ann", "pw");
        assertThat(read.authority()).startsWith("-----BEGIN");
        assertThat(read.toString()).doesNotContain("pw");
    }

    @Test
    void saysEverythingThatIsWrong() {
        assertThatThrownBy(() ->
                        read(
                                Map.of(
                                        "REDIS_URL", "redis://h",
                                        "REDIS_CA", "/etc/ca.pem",
                                        "REDIS_CERTIFICATE_FILE", "/nowhere",
                                        "REDIS_KEY", "-----BEGIN PRIVATE KEY-----")))
                .hasMessageContaining("REDIS_CA must be PEM")
                .hasMessageContaining("REDIS_CERTIFICATE_FILE='/nowhere' cannot be read")
                .hasMessageContaining("belong together")
                .hasMessageContaining("REDIS_URL must begin with rediss");
    }

    private static RedisSettings read(Map<String, String> environment) {
        Settings settings = new Settings(environment);
        RedisSettings read = RedisSettings.read(settings);
        settings.check();
        return read;
    }
}
