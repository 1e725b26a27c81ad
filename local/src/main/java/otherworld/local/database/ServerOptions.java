package otherworld.local.database;

import java.nio.file.Path;

/**
 * Where and how a database server of ours runs.
 *
 * @param folder for small files
 * @param log for what it prints
 * @param data for the database itself; another account's when root starts PostgreSQL
 * @param password of the user {@value #USER}
 * @param durable false for tests that never cut the machine's power: no fsync
 */
public record ServerOptions(
        Path folder, Path log, Path data, int port, String password, boolean durable) {
    static final String USER = "otherworld";
}
