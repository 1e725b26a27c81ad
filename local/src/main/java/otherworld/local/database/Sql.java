package otherworld.local.database;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.regex.Pattern;
import otherworld.local.process.StartFailed;

/** The few statements that starting a database takes. */
final class Sql {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9_]{0,62}");

    private Sql() {}

    private static final String WRONG_PASSWORD = "28P01";

    /** Of the driver, not of a server. */
    private static final String NOT_REACHED = "08";

    /** How a server answers. */
    enum Answer {
        YES,
        NONE,
        WRONG_PASSWORD
    }

    static boolean answers(Backend backend) {
        return look(backend) == Answer.YES;
    }

    static Answer look(Backend backend) {
        try (Connection connection = connect(backend)) {
            return connection.isValid(2) ? Answer.YES : Answer.NONE;
        } catch (SQLException e) {
            return WRONG_PASSWORD.equals(e.getSQLState()) ? Answer.WRONG_PASSWORD : Answer.NONE;
        }
    }

    /** Whether it says anything, be it that it has no room or still starts. */
    static boolean responds(Backend backend) {
        try (Connection connection = connect(backend)) {
            return connection.isValid(2);
        } catch (SQLException e) {
            String state = e.getSQLState();
            return state != null && !state.startsWith(NOT_REACHED);
        }
    }

    /** What the server calls itself. */
    static String version(Backend backend) {
        try (Connection connection = connect(backend);
                Statement query = connection.createStatement();
                ResultSet rows = query.executeQuery("SELECT version()")) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new StartFailed(
                    "The database at %s does not answer as %s: %s; is CRDB_URL right?"
                            .formatted(
                                    backend.jdbcUrl(backend.maintenanceDatabase()),
                                    backend.user(),
                                    e.getMessage()),
                    e);
        }
    }

    static boolean exists(Backend backend, String database) {
        try (Connection connection = connect(backend);
                PreparedStatement query =
                        connection.prepareStatement(
                                "SELECT 1 FROM pg_database WHERE datname = ?")) {
            query.setString(1, database);
            try (ResultSet rows = query.executeQuery()) {
                return rows.next();
            }
        } catch (SQLException e) {
            throw new StartFailed("Could not look for database " + database, e);
        }
    }

    /** Names cannot be parameters: they are checked instead. */
    static void create(Backend backend, String database) {
        if (!NAME.matcher(database).matches()) {
            throw new IllegalArgumentException(
                    "Database name '%s' must match %s".formatted(database, NAME));
        }
        try (Connection connection = connect(backend);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + database);
        } catch (SQLException e) {
            throw new StartFailed("Could not create database " + database, e);
        }
    }

    private static Connection connect(Backend backend) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", backend.user());
        properties.setProperty("password", backend.password());
        properties.setProperty("connectTimeout", "2");
        properties.setProperty("socketTimeout", "30");
        properties.setProperty("loginTimeout", "5");
        return DriverManager.getConnection(
                backend.jdbcUrl(backend.maintenanceDatabase()), properties);
    }
}
