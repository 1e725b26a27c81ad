package otherworld.persistence;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What a database error means for the one who met it. */
final class SqlErrors {
    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK = "40P01";
    private static final String UNDEFINED_TABLE = "42P01";
    private static final String BAD_PASSWORD = "28P01";
    private static final String NO_DATABASE = "3D000";

    private SqlErrors() {}

    /** The transaction did nothing, and executing it again is what the database asks for. */
    static boolean isConflict(SQLException e) {
        return SERIALIZATION_FAILURE.equals(e.getSQLState()) || DEADLOCK.equals(e.getSQLState());
    }

    /** One line for a person: what happened and, where it is known, the way out. */
    static String reason(SQLException e) {
        String state = e.getSQLState();
        String message = firstLine(e.getMessage());
        String cause = firstLine(rootCause(e).getMessage());
        if (!message.contains(cause)) {
            message += " (" + cause + ")";
        }
        String wayOut =
                switch (state == null ? "" : state) {
                    case UNDEFINED_TABLE ->
                            ": the schema is missing, run otherworld.persistence.Migrate";
                    case BAD_PASSWORD -> ": check DATABASE_USER and DATABASE_PASSWORD";
                    case NO_DATABASE -> ": create it, or check DATABASE_URL";
                    default -> "";
                };
        return "%s [SQLSTATE %s]%s".formatted(message, state, wayOut);
    }

    private static Throwable rootCause(Throwable e) {
        Throwable root = e;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root;
    }

    private static String firstLine(@Nullable String text) {
        return text == null ? "no message" : text.lines().findFirst().orElse("no message");
    }
}
