package otherworld.persistence;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/**
 * The schema, from the files in {@code migration/}. In a class of its own so that a process that
 * only uses the schema never loads Flyway.
 */
public final class Migrations {
    private static final String LOCATION = "classpath:otherworld/persistence/migration";

    private Migrations() {}

    /**
     * Brings the schema up to date. Idempotent, and safe to run twice at once; meant to be run once
     * per deployment, not by racing servers.
     *
     * @return the number of migrations applied now
     * @throws StoreUnavailable if the database does not answer or refuses a migration
     */
    public static int apply(String url, String user, String password) {
        try {
            return Flyway.configure()
                    .dataSource(url, user, password)
                    .locations(LOCATION)
                    .failOnMissingLocations(true)
                    .validateMigrationNaming(true)
                    .cleanDisabled(true)
                    .load()
                    .migrate()
                    .migrationsExecuted;
        } catch (FlywayException e) {
            throw new StoreUnavailable("Migration of %s: %s".formatted(url, e.getMessage()), e);
        }
    }
}
