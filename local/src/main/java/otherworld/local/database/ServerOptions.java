package otherworld.local.database;

import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Where and how a database server of ours runs.
 *
 * @param folder for small files
 * @param log for what it prints
 * @param data for the database itself; another account's when root starts PostgreSQL
 * @param password of the user {@value #USER}
 * @param durable false for tests that never cut the machine's power: no fsync
 * @param tell takes sentences for people
 */
public record ServerOptions(
        Path folder,
        Path log,
        Path data,
        int port,
        String password,
        boolean durable,
        Consumer<String> tell) {
    static final String USER = "otherworld";

    /** That tell nobody. */
    public ServerOptions(
            Path folder, Path log, Path data, int port, String password, boolean durable) {
        this(folder, log, data, port, password, durable, _ -> {});
    }
}
