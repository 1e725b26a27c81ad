package otherworld.persistence;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import otherworld.base.InstanceId;
import otherworld.base.Settings;
import otherworld.base.WorldId;

/**
 * Says what is wrong with the journal of an instance, and on demand notes that it is to go on
 * without the groups that are missing or unreadable: {@code Repair WORLD ORDINAL [--accept]}. Reads
 * DATABASE_URL, DATABASE_USER and DATABASE_PASSWORD. A pod that waits for it loads the instance
 * within seconds. Exit codes: 0 nothing is wrong any more, 1 something is, 2 a setting is wrong.
 */
public final class Repair {
    private static final int MAX_GAPS = 100_000;

    private Repair() {}

    public static void main(String[] args) {
        System.exit(run(args, System.getenv(), System.out, System.err));
    }

    static int run(
            String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
        boolean accept = args.length == 3 && args[2].equals("--accept");
        if (args.length != 2 && !accept) {
            err.println("Usage: Repair WORLD ORDINAL [--accept], such as Repair default.plaza 0");
            return 2;
        }
        Settings settings = new Settings(environment);
        String url = DatabaseTls.url(settings, settings.text("DATABASE_URL", null));
        String user = settings.text("DATABASE_USER", null);
        String password = settings.secret("DATABASE_PASSWORD", "");
        InstanceId instance;
        try {
            settings.check();
            instance = new InstanceId(new WorldId(args[0]), Integer.parseInt(args[1]));
        } catch (Settings.InvalidSettings | IllegalArgumentException e) {
            err.println("Repair cannot start: " + e.getMessage());
            return 2;
        }
        try (Database database = new Database(url, user, password);
                Connection connection = database.pooled()) {
            List<JournalGaps.Gap> gaps = gaps(connection, instance);
            gaps.forEach(gap -> out.println(gap.what()));
            if (gaps.isEmpty()) {
                out.printf("The journal of %s is whole.%n", instance);
                return 0;
            }
            if (!accept) {
                out.println(
                        "Restore the rows of table journal from a back-up, or say --accept: what those groups alone changed stands as before them.");
                return 1;
            }
            int accepted = accept(connection, instance, gaps);
            connection.commit();
            out.printf(
                    "%d group(s) of %s are gone without from now on. A pod that waits loads it; one that runs must be replaced.%n",
                    accepted, instance);
            return 0;
        } catch (SQLException e) {
            err.println("The database: " + SqlErrors.reason(e));
            return 1;
        }
    }

    private static List<JournalGaps.Gap> gaps(Connection connection, InstanceId instance)
            throws SQLException {
        InstanceReader reader = new InstanceReader(connection, instance);
        var position = reader.position();
        if (position.isEmpty()) {
            return List.of();
        }
        long after = position.get().foldedSeq();
        long upTo = Math.max(position.get().seq(), reader.journalEnd().seq());
        JournalGaps gaps =
                new JournalGaps(instance, after, new TreeSet<>(reader.accepted(after, upTo)), true);
        try (PreparedStatement read = connection.prepareStatement(Sql.READ_JOURNAL.text())) {
            read.setString(1, instance.world().value());
            read.setLong(2, instance.ordinal());
            read.setLong(3, after);
            read.setLong(4, upTo);
            read.setInt(5, Integer.MAX_VALUE);
            read.setFetchSize(64);
            try (ResultSet row = read.executeQuery()) {
                while (row.next()) {
                    gaps.read(
                            row.getLong(1),
                            row.getObject(3, OffsetDateTime.class),
                            row.getBytes(2));
                }
            }
        }
        gaps.end(upTo);
        return gaps.found();
    }

    private static int accept(
            Connection connection, InstanceId instance, List<JournalGaps.Gap> gaps)
            throws SQLException {
        int accepted = 0;
        try (PreparedStatement insert = connection.prepareStatement(Sql.ACCEPT_GAP.text())) {
            for (JournalGaps.Gap gap : gaps) {
                for (long seq = gap.first(); seq <= gap.last(); seq++) {
                    if (++accepted > MAX_GAPS) {
                        throw new SQLException(
                                "more than %d groups are missing: restore a back-up"
                                        .formatted(MAX_GAPS));
                    }
                    insert.setString(1, instance.world().value());
                    insert.setLong(2, instance.ordinal());
                    insert.setLong(3, seq);
                    insert.setString(4, gap.what());
                    insert.addBatch();
                }
            }
            insert.executeBatch();
        }
        return accepted;
    }
}
