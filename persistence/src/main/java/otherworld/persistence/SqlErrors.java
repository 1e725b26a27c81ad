package otherworld.persistence;

import java.sql.BatchUpdateException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What a database error means for the one who met it. */
final class SqlErrors {
    private static final String SERIALIZATION_FAILURE = "40001";
    private static final String DEADLOCK = "40P01";
    private static final String UNDEFINED_TABLE = "42P01";
    private static final String BAD_PASSWORD = "28P01";
    private static final String NO_DATABASE = "3D000";

    private static final int MAX_CHARACTERS = 300;

    private SqlErrors() {}

    /** The transaction did nothing, and executing it again is what the database asks for. */
    static boolean isConflict(SQLException e) {
        return SERIALIZATION_FAILURE.equals(e.getSQLState()) || DEADLOCK.equals(e.getSQLState());
    }

    /** One line for a person: what happened and, where it is known, the way out. */
    static String reason(SQLException e) {
        String state = e.getSQLState();
        // A batch's own message quotes its whole text; the next in the chain says what was wrong.
        SQLException next = e.getNextException();
        SQLException shown = e instanceof BatchUpdateException && next != null ? next : e;
        String message = firstLine(shown.getMessage());
        String cause = firstLine(rootCause(shown).getMessage());
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
        String line = text == null ? "" : text.lines().findFirst().orElse("");
        if (line.isEmpty()) {
            return "no message";
        }
        return line.length() <= MAX_CHARACTERS ? line : line.substring(0, MAX_CHARACTERS) + "…";
    }
}
