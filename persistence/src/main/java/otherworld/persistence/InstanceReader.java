package otherworld.persistence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;

/** Reads of what an instance keeps, inside one SERIALIZABLE transaction of the caller. */
final class InstanceReader {
    private static final int FETCH_ROWS = 500;

    /** Some hundred bytes each. */
    private static final int FETCH_ENTITIES = 5_000;

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

    /**
     * Everything as of group {@code position.seq()}: entities go to {@code sink}, one by one,
     * results and what is told of the whole are in the answer. What is kept on the way is as much
     * as the journal has.
     */
    Fold read(Position position, EntitySink sink) throws SQLException {
        Fold fold = new Fold();
        try (PreparedStatement read = prepare(Sql.READ_RESULTS);
                ResultSet row = read.executeQuery()) {
            while (row.next()) {
                result(fold, row);
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
        sink.begin();
        try (PreparedStatement read = prepare(Sql.READ_ENTITIES)) {
            read.setFetchSize(FETCH_ENTITIES);
            try (ResultSet row = read.executeQuery()) {
                while (row.next()) {
                    entity(fold, row, sink);
                }
            }
        }
        for (Fold.Versioned entity : fold.touched()) {
            if (!entity.patch().removed()) {
                sink.entity(entity.patch());
            }
        }
        return fold;
    }

    /**
     * One row that cannot be read must not lock everybody out: it stays where it is, and is told.
     */
    private static void entity(Fold fold, ResultSet row, EntitySink sink) throws SQLException {
        long id = row.getLong(1);
        long seq = row.getLong(2);
        try {
            EntityPatch patch = new EntityPatch(id, false, row.getBytes(3));
            if (fold.isNewest(seq, id)) {
                sink.entity(patch);
            }
        } catch (IllegalArgumentException e) {
            fold.unreadable(
                    new InstanceStore.Unreadable("entity " + id, String.valueOf(e.getMessage())));
        }
    }

    private static void result(Fold fold, ResultSet row) throws SQLException {
        String player = row.getString(1);
        long clientSequence = row.getLong(2);
        try {
            fold.result(new PlayerId(player), clientSequence, row.getBytes(3));
        } catch (IllegalArgumentException e) {
            fold.unreadable(
                    new InstanceStore.Unreadable(
                            "answer %d of player '%s'".formatted(clientSequence, player),
                            String.valueOf(e.getMessage())));
        }
    }

    /**
     * Where the journal ends, as its own rows say.
     *
     * @param seq 0 if it is empty
     * @param epoch the highest that wrote one of its rows
     */
    record End(long seq, long epoch) {}

    End journalEnd() throws SQLException {
        try (PreparedStatement read = prepare(Sql.JOURNAL_END);
                ResultSet row = read.executeQuery()) {
            row.next();
            return new End(row.getLong(1), row.getLong(2));
        }
    }

    /** Makes the instance's row say what is committed; false if another epoch has it. */
    boolean raiseSeq(Position from, long seq) throws SQLException {
        try (PreparedStatement raise = connection.prepareStatement(Sql.RAISE_SEQ.text())) {
            raise.setLong(1, seq);
            raise.setString(2, instance.world().value());
            raise.setLong(3, instance.ordinal());
            raise.setLong(4, from.epoch());
            raise.setLong(5, from.seq());
            return raise.executeUpdate() == 1;
        }
    }

    /**
     * Groups {@code after} + 1 to {@code upTo}, in order, but for those that somebody has decided
     * to go on without.
     *
     * @return the last group that was read or is gone without
     * @throws StoreDamaged if another is missing or unreadable
     */
    long journal(long after, long upTo, int most, GroupHandler handler) throws SQLException {
        try (PreparedStatement read = prepare(Sql.READ_JOURNAL)) {
            read.setFetchSize(FETCH_GROUPS);
            read.setLong(3, after);
            read.setLong(4, upTo);
            read.setInt(5, most);
            JournalGaps gaps = new JournalGaps(instance, after, accepted(after, upTo));
            boolean more = true;
            int rows = 0;
            try (ResultSet row = read.executeQuery()) {
                while (more && row.next()) {
                    rows++;
                    long seq = row.getLong(1);
                    byte[] bytes = row.getBytes(2);
                    OffsetDateTime committedAt = row.getObject(3, OffsetDateTime.class);
                    Optional<List<Edit>> edits = gaps.read(seq, committedAt, bytes);
                    if (edits.isPresent()) {
                        more = handler.take(new Group(seq, edits.get(), bytes.length, committedAt));
                    }
                }
            }
            if (more && rows < most) {
                gaps.end(upTo);
                return upTo;
            }
            return gaps.last();
        }
    }

    /** The groups that somebody has decided to go on without. */
    NavigableSet<Long> accepted(long after, long upTo) throws SQLException {
        NavigableSet<Long> accepted = new TreeSet<>();
        try (PreparedStatement read = prepare(Sql.READ_GAPS)) {
            read.setLong(3, after);
            read.setLong(4, upTo);
            try (ResultSet row = read.executeQuery()) {
                while (row.next()) {
                    accepted.add(row.getLong(1));
                }
            }
        }
        return accepted;
    }

    private PreparedStatement prepare(Sql sql) throws SQLException {
        PreparedStatement read = connection.prepareStatement(sql.text());
        read.setFetchSize(FETCH_ROWS);
        read.setString(1, instance.world().value());
        read.setLong(2, instance.ordinal());
        return read;
    }
}
