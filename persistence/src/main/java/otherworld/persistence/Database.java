package otherworld.persistence;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * Connections with time-outs, so that a database that hangs is noticed as surely as one that is
 * gone. The lease and the writer have a connection of their own; everything else shares a small
 * pool.
 */
final class Database implements AutoCloseable {
    /** A renewal that takes longer is given up: it leaves time for another before the freeze. */
    static final Duration LEASE_TIMEOUT = Duration.ofMillis(700);

    /** A group is at most about 1 MiB; an answer that takes longer is not coming. */
    static final Duration WRITER_TIMEOUT = Duration.ofSeconds(5);

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration POOL_TIMEOUT = Duration.ofSeconds(30);
    private static final int POOL_SIZE = 3;

    /** Should this process be paused inside a transaction, its locks go after this long. */
    private static final Duration IDLE_IN_TRANSACTION = Duration.ofSeconds(2);

    private final PGSimpleDataSource direct;
    private final HikariDataSource pool;

    /**
     * Connects to nothing yet.
     *
     * @throws IllegalArgumentException if {@code url} is no JDBC URL of PostgreSQL
     */
    Database(String url, String user, String password) {
        direct = source(url, user, password, CONNECT_TIMEOUT);
        pool = new HikariDataSource(poolConfig(source(url, user, password, POOL_TIMEOUT)));
    }

    private static PGSimpleDataSource source(
            String url, String user, String password, Duration socketTimeout) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        try {
            source.setUrl(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "Database URL '%s' must look like jdbc:postgresql://HOST:PORT/DATABASE"
                            .formatted(url),
                    e);
        }
        source.setUser(user);
        source.setPassword(password);
        source.setApplicationName("otherworld");
        source.setTcpKeepAlive(true);
        source.setReWriteBatchedInserts(true);
        source.setConnectTimeout((int) CONNECT_TIMEOUT.toSeconds());
        source.setSocketTimeout((int) socketTimeout.toSeconds());
        return source;
    }

    private static HikariConfig poolConfig(PGSimpleDataSource source) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("otherworld");
        config.setDataSource(source);
        config.setMaximumPoolSize(POOL_SIZE);
        config.setMinimumIdle(0);
        config.setConnectionTimeout(3_000);
        config.setValidationTimeout(1_000);
        config.setIdleTimeout(30_000);
        config.setInitializationFailTimeout(-1); // no I/O until the first use
        config.setAutoCommit(false);
        config.setTransactionIsolation("TRANSACTION_SERIALIZABLE");
        config.setConnectionInitSql(
                statementTimeout(POOL_TIMEOUT)
                        + "; SET idle_in_transaction_session_timeout = "
                        + IDLE_IN_TRANSACTION.toMillis());
        return config;
    }

    /**
     * For the lease: each statement is a transaction of its own, at the database's default
     * isolation. Single statements on one row need no more, and at PostgreSQL's default they never
     * fail because a group committed meanwhile.
     */
    Connection openForLease() throws SQLException {
        return limited(direct.getConnection(), LEASE_TIMEOUT);
    }

    /** For groups: each statement is a SERIALIZABLE transaction of its own. */
    Connection openForWriter() throws SQLException {
        Connection connection = limited(direct.getConnection(), WRITER_TIMEOUT);
        connection.setTransactionIsolation(Connection.TRANSACTION_SERIALIZABLE);
        return connection;
    }

    /** From the pool: SERIALIZABLE, to be committed by the caller. */
    Connection pooled() throws SQLException {
        return pool.getConnection();
    }

    private static Connection limited(Connection connection, Duration timeout) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(statementTimeout(timeout));
            connection.setNetworkTimeout(Runnable::run, (int) timeout.toMillis());
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * The socket's time-out notices a database that hangs; the statement's, a little shorter, ends
     * a statement that is only slow, so that its outcome is known.
     */
    private static String statementTimeout(Duration socketTimeout) {
        return "SET statement_timeout = " + socketTimeout.toMillis() * 9 / 10;
    }

    @Override
    public void close() {
        pool.close();
    }
}
