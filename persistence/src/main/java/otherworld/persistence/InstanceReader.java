package otherworld.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;

/** Reads of what an instance keeps, inside one SERIALIZABLE transaction of the caller. */
final class InstanceReader {
    private static final int FETCH_ROWS = 500;

    /** Groups are up to 1 MiB each. */
    private static final int FETCH_GROUPS = 64;

    private final Connection connection;
    private final InstanceId instance;

    InstanceReader(Connection connection, InstanceId instance) {
        this.connection = connection;
        this.instance = instance;
    }

    /**
     * @param foldedSeq groups up to here are in the rows of entities and results
     */
    record Position(long epoch, long seq, long foldedSeq) {}

    /** A row of the journal. */
    record Group(long seq, List<Edit> edits, int bytes, OffsetDateTime committedAt) {}

    @FunctionalInterface
    interface GroupHandler {
        /** False to stop reading. */
        boolean take(Group group) throws SQLException;
    }

    /** Empty if the instance has never run. */
    Optional<Position> position() throws SQLException {
        try (PreparedStatement read = prepare(Sql.POSITION);
                ResultSet row = read.executeQuery()) {
            return row.next()
                    ? Optional.of(new Position(row.getLong(1), row.getLong(2), row.getLong(3)))
                    : Optional.empty();
        }
    }

    /** Entities and results as of group {@code position.seq()}. */
    Fold fold(Position position) throws SQLException {
        Fold fold = new Fold();
        try (PreparedStatement read = prepare(Sql.READ_ENTITIES);
                ResultSet row = read.executeQuery()) {
            while (row.next()) {
                fold.entity(
                        row.getLong(2), new EntityPatch(row.getLong(1), false, row.getBytes(3)));
            }
        }
        try (PreparedStatement read = prepare(Sql.READ_RESULTS);
                ResultSet row = read.executeQuery()) {
            while (row.next()) {
                fold.result(new PlayerId(row.getString(1)), row.getLong(2), row.getBytes(3));
            }
        }
        journal(
                position.foldedSeq(),
                position.seq(),
                Integer.MAX_VALUE,
                group -> {
                    fold.group(group.seq(), group.edits());
                    return true;
                });
        return fold;
    }

    /**
     * Groups {@code after} + 1 to {@code upTo}, in order.
     *
     * @throws IllegalStateException if one is missing: the database has lost committed rows
     */
    void journal(long after, long upTo, int most, GroupHandler handler) throws SQLException {
        try (PreparedStatement read = prepare(Sql.READ_JOURNAL)) {
            read.setFetchSize(FETCH_GROUPS);
            read.setLong(3, after);
            read.setLong(4, upTo);
            read.setInt(5, most);
            long expected = after + 1;
            boolean more = true;
            try (ResultSet row = read.executeQuery()) {
                while (more && row.next()) {
                    if (row.getLong(1) != expected) {
                        throw missing(expected);
                    }
                    byte[] bytes = row.getBytes(2);
                    more =
                            handler.take(
                                    new Group(
                                            expected,
                                            GroupCodec.decode(bytes),
                                            bytes.length,
                                            row.getObject(3, OffsetDateTime.class)));
                    expected++;
                }
            }
            if (more && expected <= upTo && expected - after <= most) {
                throw missing(expected);
            }
        }
    }

    private IllegalStateException missing(long seq) {
        return new IllegalStateException(
                "%s: group %d is not in the journal although it was committed: restore a backup"
                        .formatted(instance, seq));
    }

    private PreparedStatement prepare(Sql sql) throws SQLException {
        PreparedStatement read = connection.prepareStatement(sql.text());
        read.setFetchSize(FETCH_ROWS);
        read.setString(1, instance.world().value());
        read.setLong(2, instance.ordinal());
        return read;
    }
}
