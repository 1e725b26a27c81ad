package otherworld.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import otherworld.local.database.DatabaseServer;

class MigrateIT {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    private int run(Map<String, String> environment) {
        PrintStream stream = new PrintStream(out, true, StandardCharsets.UTF_8);
        return Migrate.run(environment, stream, stream);
    }

    private static Map<String, String> environment(String url, String user) {
        return Map.of(
                "DATABASE_URL",
                url,
                "DATABASE_USER",
                user,
                "DATABASE_PASSWORD",
                DatabaseServer.shared().password());
    }

    @Test
    void theFirstRunMakesTheSchemaTheSecondChangesNothing() {
        DatabaseServer server = DatabaseServer.shared();
        String url = server.createDatabase("m" + UUID.randomUUID().toString().replace("-", ""));
        assertThat(run(environment(url, server.user()))).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("3 migration(s) applied");
        out.reset();
        assertThat(run(environment(url, server.user()))).isZero();
        assertThat(out.toString(StandardCharsets.UTF_8)).contains("The schema is up to date.");
    }

    @Test
    void anUnreachableDatabaseSaysWhatToCheck() {
        String url = "jdbc:postgresql://127.0.0.1:1/otherworld";
        assertThat(run(environment(url, "ow"))).isEqualTo(1);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("Check that the database runs at DATABASE_URL=" + url);
    }

    @Test
    void wrongSettingsAreAllNamed() {
        assertThat(run(Map.of("DATABASE_URL", "postgres://x"))).isEqualTo(2);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains("DATABASE_URL='postgres://x' must be jdbc:postgresql://HOST:PORT/NAME")
                .contains("DATABASE_USER is not set");
    }
}
