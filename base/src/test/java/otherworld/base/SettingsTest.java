package otherworld.base;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SettingsTest {
    @Test
    void readsValuesAndFallsBack() {
        Settings settings = new Settings(Map.of("PORT", "8080", "WINDOW", "1m30s", "LOG", "true"));
        assertThat(settings.integer("PORT", null, 1, 65535)).isEqualTo(8080);
        assertThat(settings.duration("WINDOW", null)).isEqualTo(Duration.ofSeconds(90));
        assertThat(settings.flag("LOG", false)).isTrue();
        assertThat(settings.text("BIND", "0.0.0.0")).isEqualTo("0.0.0.0");
        assertThatCode(settings::check).doesNotThrowAnyException();
    }

    @Test
    void reportsEveryErrorAtOnce() {
        Settings settings =
                new Settings(
                        Map.of("PORT", "70000", "WINDOW", "soon", "LOG", "yes", "WORLD", "Plaza"));
        int port = settings.integer("PORT", 1, 1, 65535);
        assertThat(port).isEqualTo(1);
        settings.duration("WINDOW", Duration.ZERO);
        settings.flag("LOG", false);
        settings.parsed("WORLD", new WorldId("w"), WorldId::new, "a World id");
        settings.text("REDIS_URL", null);
        assertThatThrownBy(settings::check)
                .isInstanceOf(Settings.InvalidSettings.class)
                .hasMessageContaining("PORT='70000' must be a whole number from 1 to 65535")
                .hasMessageContaining("WINDOW='soon' must be a duration such as")
                .hasMessageContaining("LOG='yes' must be true or false")
                .hasMessageContaining("WORLD='Plaza' must be a World id")
                .hasMessageContaining("REDIS_URL is not set");
    }

    @Test
    void masksSecretsWhenItDescribesItself() {
        Settings settings = new Settings(Map.of("PASSWORD", "hunter2", "PORT", "1"));
        assertThat(settings.secret("PASSWORD", null)).isEqualTo("hunter2");
        settings.integer("PORT", null, 1, 2);
        assertThat(settings.describe()).isEqualTo("PASSWORD=***\nPORT=1\n");
    }

    /** A URL is a setting, and where people put passwords. */
    @Test
    void masksThePasswordsInUrls() {
        String jdbc = "jdbc:postgresql://db:5432/ow?user=ow&password=hunter2&sslPassword=hunter2";
        String proxied = "https://ann:hunter2@prometheus.example.org/p?api_token=hunter2#x";
        Settings settings =
                new Settings(Map.of("DATABASE_URL", jdbc, "PROMETHEUS", proxied, "KEYS", proxied));
        assertThat(settings.text("DATABASE_URL", null)).isEqualTo(jdbc);
        settings.text("PROMETHEUS", null);
        settings.parsed(
                "KEYS",
                "",
                text -> {
                    throw new IllegalArgumentException("not " + text);
                },
                "a URL");
        assertThat(settings.describe())
                .doesNotContain("hunter2")
                .contains(
                        "DATABASE_URL=jdbc:postgresql://db:5432/ow?user=ow&password=***&sslPassword=***\n",
                        "PROMETHEUS=https://***@prometheus.example.org/p?api_token=***");
        assertThatThrownBy(settings::check)
                .hasMessageContaining("prometheus.example.org")
                .message()
                .doesNotContain("hunter2");
    }
}
