package otherworld.persistence;

import java.io.PrintStream;
import java.util.Map;
import otherworld.base.Settings;

/**
 * Brings the SQL schema up to date: an explicit step of a deployment, before any instance runs.
 * Reads DATABASE_URL, DATABASE_USER and DATABASE_PASSWORD. Exit codes: 0 the schema is up to date,
 * 1 it is not (and why), 2 a setting is wrong.
 */
public final class Migrate {
    private Migrate() {}

    public static void main(String[] args) {
        System.exit(run(System.getenv(), System.out, System.err));
    }

    static int run(Map<String, String> environment, PrintStream out, PrintStream err) {
        Settings settings = new Settings(environment);
        String url =
                settings.parsed(
                        "DATABASE_URL", null, Migrate::jdbcUrl, "jdbc:postgresql://HOST:PORT/NAME");
        String connect = DatabaseTls.url(settings, url);
        String user = settings.text("DATABASE_USER", null);
        String password = settings.secret("DATABASE_PASSWORD", "");
        try {
            settings.check();
        } catch (Settings.InvalidSettings e) {
            err.println("Migrate cannot start:\n" + e.getMessage());
            return 2;
        }
        try {
            int applied = Migrations.apply(connect, user, password);
            out.println(
                    applied == 0
                            ? "The schema is up to date."
                            : "The schema is up to date: %d migration(s) applied."
                                    .formatted(applied));
            return 0;
        } catch (StoreUnavailable e) {
            err.println(e.getMessage());
            err.println(
                    "Check that the database runs at DATABASE_URL=%s, that the database exists, and that DATABASE_USER=%s may log in and create tables. Nothing is lost: run this again."
                            .formatted(url, user));
            return 1;
        }
    }

    private static String jdbcUrl(String text) {
        if (!text.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("");
        }
        return text;
    }
}
