package otherworld.matchmaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import otherworld.base.Settings;
import otherworld.tickets.SigningKeys;

class MatchmakerSettingsTest {
    @TempDir Path folder = Path.of("");

    @Test
    void readsAndDefaults() throws Exception {
        MatchmakerSettings settings = MatchmakerSettings.read(new Settings(good()));
        assertThat(settings.httpPort()).isEqualTo(8080);
        assertThat(settings.oidcJwksUrl()).hasToString("http://issuer/jwks");
        assertThat(settings.grpcToken()).isEqualTo("0123456789abcdef");
        assertThat(settings.management().port()).isEqualTo(8081);
        assertThat(settings.cors().origins()).containsExactly("*");
        assertThat(settings.httpLimits().connectionsPerAddress())
                .isEqualTo(settings.httpLimits().connections() / 2);
    }

    @Test
    void readsOriginsAndLimits() throws Exception {
        Map<String, String> environment = good();
        environment.put("OTHERWORLD_CORS_ORIGINS", "https://a.example, http://localhost:8000");
        environment.put("OTHERWORLD_HTTP_MAX_CONNECTIONS", "100");
        environment.put("OTHERWORLD_HTTP_MAX_CONNECTIONS_PER_ADDRESS", "0");
        MatchmakerSettings settings = MatchmakerSettings.read(new Settings(environment));
        assertThat(settings.cors().origins())
                .containsExactlyInAnyOrder("https://a.example", "http://localhost:8000");
        assertThat(settings.httpLimits().connections()).isEqualTo(100);
        assertThat(settings.httpLimits().connectionsPerAddress()).isZero();
        environment.put("OTHERWORLD_CORS_ORIGINS", "https://a.example/path");
        assertThatThrownBy(() -> MatchmakerSettings.read(new Settings(environment)))
                .hasMessageContaining("'https://a.example/path' is not an origin");
    }

    @Test
    void saysEverythingThatIsWrongAndNoSecret() throws Exception {
        Settings nothing = new Settings(Map.of());
        assertThatThrownBy(() -> MatchmakerSettings.read(nothing))
                .isInstanceOf(Settings.InvalidSettings.class)
                .hasMessageContainingAll(
                        "REDIS_URL is not set",
                        "OTHERWORLD_SIGNING_KEY_FILE is not set",
                        "OTHERWORLD_OIDC_ISSUER is not set",
                        "OTHERWORLD_GRPC_TOKEN_FILE is not set");
        Map<String, String> bad = good();
        bad.put("REDIS_URL", "127.0.0.1:6379");
        bad.put("OTHERWORLD_HTTP_PORT", "70000");
        bad.put(
                "OTHERWORLD_GRPC_TOKEN_FILE",
                Files.writeString(folder.resolve("short"), "tiny-secret").toString());
        bad.put("OTHERWORLD_SIGNING_KEY_FILE", folder.resolve("missing").toString());
        assertThatThrownBy(() -> MatchmakerSettings.read(new Settings(bad)))
                .hasMessageContainingAll(
                        "REDIS_URL must be redis://",
                        "OTHERWORLD_HTTP_PORT='70000'",
                        "at least 16 characters",
                        "cannot be read")
                .message()
                .doesNotContain("tiny-secret");
    }

    private Map<String, String> good() throws Exception {
        Map<String, String> environment = new HashMap<>();
        environment.put("REDIS_URL", "redis://:p@127.0.0.1:6379");
        environment.put("OTHERWORLD_OIDC_ISSUER", "http://issuer/");
        environment.put(
                "OTHERWORLD_SIGNING_KEY_FILE",
                Files.writeString(folder.resolve("keys"), SigningKeys.generate()).toString());
        environment.put(
                "OTHERWORLD_GRPC_TOKEN_FILE",
                Files.writeString(folder.resolve("secret"), "0123456789abcdef\n").toString());
        return environment;
    }
}
