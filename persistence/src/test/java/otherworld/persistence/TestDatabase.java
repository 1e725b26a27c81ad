package otherworld.persistence;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.WorldId;
import otherworld.local.database.DatabaseServer;

/** A migrated database of its own on a real server, and what tests ask it directly. */
record TestDatabase(DatabaseServer server, String url) {
    static final InstanceId PLAZA = new InstanceId(new WorldId("default.plaza"), 0);

    static TestDatabase create(DatabaseServer server) {
        String name = "t" + UUID.randomUUID().toString().replace("-", "");
        TestDatabase database = new TestDatabase(server, server.createDatabase(name));
        Migrations.apply(database.url, server.user(), server.password());
        return database;
    }

    SqlInstanceStore store() {
        return store(url);
    }

    /** Through a proxy, say. */
    SqlInstanceStore store(String otherUrl) {
        return SqlInstanceStore.connect(otherUrl, server.user(), server.password());
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(url, server.user(), server.password());
    }

    int execute(String sql) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            return statement.executeUpdate();
        }
    }

    long number(String sql) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
        }
    }

    /** A row as a holder that crashed just now leaves it. */
    void heldByADeadPod(long epoch) throws SQLException {
        execute(
                "INSERT INTO instance (world, ordinal, epoch, holder, lease_until) VALUES ('%s', %d, %d, 'dead', now() + interval '2500 milliseconds')"
                        .formatted(PLAZA.world(), PLAZA.ordinal(), epoch));
    }

    /** Whether the one instance is idle, as its holder says. */
    boolean isIdle() throws SQLException {
        return number("SELECT count(*) FROM instance WHERE idle") == 1;
    }

    /** Another pod takes over, whatever the lease says. */
    void takenOver() throws SQLException {
        execute("UPDATE instance SET epoch = epoch + 1, holder = 'thief'");
    }

    /** Client sequences of all edits in the journal, in order; what was folded is not there. */
    List<Long> journal() throws SQLException {
        List<Long> sequences = new ArrayList<>();
        try (Connection connection = connect()) {
            new InstanceReader(connection, PLAZA)
                    .journal(
                            0,
                            number("SELECT seq FROM instance"),
                            Integer.MAX_VALUE,
                            group -> {
                                group.edits().forEach(e -> sequences.add(e.clientSequence()));
                                return true;
                            });
        }
        return sequences;
    }

    List<EntityPatch> entities() {
        return StoredEntities.read(url, server.user(), server.password(), PLAZA);
    }

    /** Places one entity, whose id is the client sequence. */
    static Edit edit(long clientSequence) {
        return edit(clientSequence, clientSequence, (byte) clientSequence);
    }

    static Edit edit(long clientSequence, long entity, byte... body) {
        return new Edit(
                new PlayerId("ann"),
                clientSequence,
                List.of(new EntityPatch(entity, false, body)),
                new byte[] {(byte) clientSequence});
    }
}
