package otherworld.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.OptionalLong;
import otherworld.base.InstanceId;

/** The lease's statements, each a transaction of its own. Not thread-safe, as its connection. */
final class LeaseQueries {
    private final Connection connection;
    private final InstanceId instance;
    private final String podUid;

    LeaseQueries(Connection connection, InstanceId instance, String podUid) {
        this.connection = connection;
        this.instance = instance;
        this.podUid = podUid;
    }

    /**
     * @param holder pod UID, empty once released
     * @param idle nobody is inside, and the holder lets nobody in before it has cleared this
     * @param left until the lease passes, on the database's clock; negative since it has
     */
    record Seen(long epoch, String holder, String candidate, boolean idle, Duration left) {
        boolean freeFor(String podUid) {
            return holder.isEmpty() || holder.equals(podUid) || idle || !left.isPositive();
        }
    }

    /** Empty if the instance has never run. */
    Optional<Seen> look() throws SQLException {
        try (PreparedStatement look = connection.prepareStatement(Sql.LOOK.text())) {
            look.setString(1, instance.world().value());
            look.setLong(2, instance.ordinal());
            try (ResultSet row = look.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                OffsetDateTime until = row.getObject(5, OffsetDateTime.class);
                OffsetDateTime now = row.getObject(6, OffsetDateTime.class);
                return Optional.of(
                        new Seen(
                                row.getLong(1),
                                row.getString(2),
                                row.getString(3),
                                row.getBoolean(4),
                                Duration.between(now, until)));
            }
        }
    }

    /** The new epoch; empty if another pod holds the lease. */
    OptionalLong acquire() throws SQLException {
        try (PreparedStatement acquire = connection.prepareStatement(Sql.ACQUIRE.text())) {
            acquire.setString(1, instance.world().value());
            acquire.setLong(2, instance.ordinal());
            acquire.setString(3, podUid);
            acquire.setLong(4, LeaseTerm.SHORT.ttl().toMillis());
            try (ResultSet row = acquire.executeQuery()) {
                return row.next() ? OptionalLong.of(row.getLong(1)) : OptionalLong.empty();
            }
        }
    }

    /** The candidate ({@code ""} if none); empty if the lease is not ours any more. */
    Optional<String> renew(long epoch, LeaseTerm term) throws SQLException {
        try (PreparedStatement renew = connection.prepareStatement(Sql.RENEW.text())) {
            renew.setLong(1, term.ttl().toMillis());
            renew.setBoolean(2, term == LeaseTerm.IDLE);
            renew.setString(3, instance.world().value());
            renew.setLong(4, instance.ordinal());
            renew.setLong(5, epoch);
            renew.setString(6, podUid);
            try (ResultSet row = renew.executeQuery()) {
                return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
            }
        }
    }

    /** False if the lease is not ours any more. */
    boolean raise(long epoch, long to) throws SQLException {
        try (PreparedStatement raise = connection.prepareStatement(Sql.RAISE_EPOCH.text())) {
            raise.setLong(1, to);
            raise.setString(2, instance.world().value());
            raise.setLong(3, instance.ordinal());
            raise.setLong(4, epoch);
            raise.setString(5, podUid);
            try (ResultSet row = raise.executeQuery()) {
                return row.next();
            }
        }
    }

    void release(long epoch) throws SQLException {
        try (PreparedStatement release = connection.prepareStatement(Sql.RELEASE.text())) {
            release.setString(1, instance.world().value());
            release.setLong(2, instance.ordinal());
            release.setLong(3, epoch);
            release.setString(4, podUid);
            release.executeUpdate();
        }
    }

    void registerCandidate() throws SQLException {
        updateCandidate(Sql.REGISTER_CANDIDATE, 1, 2, 3);
    }

    void withdrawCandidate() throws SQLException {
        updateCandidate(Sql.WITHDRAW_CANDIDATE, 3, 1, 2);
    }

    private void updateCandidate(Sql sql, int podAt, int worldAt, int ordinalAt)
            throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(sql.text())) {
            update.setString(podAt, podUid);
            update.setString(worldAt, instance.world().value());
            update.setLong(ordinalAt, instance.ordinal());
            update.executeUpdate();
        }
    }
}
