package otherworld.e2e.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import otherworld.e2e.Otherworld;

/**
 * A file that takes all there is of a disk, and so much write-ahead log that PostgreSQL has used up
 * what it had put by.
 */
final class FullDisk implements Fault.Held {
    private static final int MOST_MB = 1_024;

    private final Path ballast;

    private FullDisk(Path ballast) {
        this.ballast = ballast;
    }

    static FullDisk fill(Path disk, Otherworld.Connections database) throws Exception {
        Path ballast = disk.resolve("ballast");
        FullDisk full = new FullDisk(ballast);
        full.grow();
        try (Connection connection =
                        DriverManager.getConnection(
                                database.databaseUrl(),
                                database.databaseUser(),
                                database.databasePassword());
                Statement statement = connection.createStatement()) {
            for (int megabyte = 0; megabyte < MOST_MB; megabyte++) {
                statement.execute(
                        "SELECT pg_logical_emit_message(false, 'full', repeat('x', 1000000), true)");
            }
            throw new AssertionError("PostgreSQL wrote %d MB on a full disk".formatted(MOST_MB));
        } catch (SQLException e) {
            full.grow(); // what it gave back when it ended
        }
        return full;
    }

    private void grow() throws IOException {
        byte[] block = new byte[64 << 10];
        try (OutputStream out =
                Files.newOutputStream(
                        ballast,
                        java.nio.file.StandardOpenOption.CREATE,
                        java.nio.file.StandardOpenOption.APPEND)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("No space left")) {
                throw e;
            }
        }
    }

    @Override
    public void close() throws IOException {
        Files.delete(ballast);
    }
}
