package otherworld.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import otherworld.base.InstanceId;

/** The writer's statements, each a transaction of its own. Not thread-safe, as its connection. */
final class GroupQueries {
    private final Connection connection;
    private final InstanceId instance;
    private final long epoch;

    GroupQueries(Connection connection, InstanceId instance, long epoch) {
        this.connection = connection;
        this.instance = instance;
        this.epoch = epoch;
    }

    /** Why a group's fence matched nothing. */
    sealed interface Settled {
        /** An earlier execution of this very group committed. */
        record Own() implements Settled {}

        /** The fence would match now: execute again. */
        record Open() implements Settled {}

        record Foreign(String reason) implements Settled {}
    }

    /** True if the group is committed now; false if the fence matched nothing. */
    boolean commit(long seq, byte[] edits) throws SQLException {
        try (PreparedStatement commit = connection.prepareStatement(Sql.COMMIT_GROUP.text())) {
            commit.setLong(1, seq);
            commit.setString(2, instance.world().value());
            commit.setLong(3, instance.ordinal());
            commit.setLong(4, epoch);
            commit.setLong(5, seq - 1);
            commit.setBytes(6, edits);
            try (ResultSet row = commit.executeQuery()) {
                row.next();
                return row.getLong(1) == 1;
            }
        }
    }

    Settled settle(long seq, byte[] edits) throws SQLException {
        try (PreparedStatement settle = connection.prepareStatement(Sql.SETTLE_GROUP.text())) {
            settle.setLong(1, epoch);
            settle.setBytes(2, edits);
            settle.setLong(3, seq);
            settle.setString(4, instance.world().value());
            settle.setLong(5, instance.ordinal());
            try (ResultSet row = settle.executeQuery()) {
                if (!row.next()) {
                    return new Settled.Foreign("the instance's row is gone");
                }
                long seenEpoch = row.getLong(1);
                long seenSeq = row.getLong(2);
                boolean own = row.getBoolean(3); // false for SQL's NULL: no such journal row
                if (own) {
                    return new Settled.Own();
                }
                if (seenEpoch == epoch && seenSeq == seq - 1) {
                    return new Settled.Open();
                }
                return new Settled.Foreign(
                        "epoch %d at group %d writes; this writer has epoch %d and group %d"
                                .formatted(seenEpoch, seenSeq, epoch, seq));
            }
        }
    }
}
