package otherworld.persistence;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection that a thread keeps to itself: opened when it is first needed, and again after it
 * was dropped. One thread gets it; any may drop it, which ends a statement that still waits.
 */
final class KeptConnection {
    private static final Logger log = LoggerFactory.getLogger(KeptConnection.class);

    private final Opener opener;
    private volatile @Nullable Connection connection;

    @FunctionalInterface
    interface Opener {
        Connection open() throws SQLException;
    }

    KeptConnection(Opener opener) {
        this.opener = opener;
    }

    Connection get() throws SQLException {
        Connection open = connection;
        if (open == null) {
            open = opener.open();
            connection = open;
        }
        return open;
    }

    /** Without a word to the server: it may be the one that hangs. */
    void drop() {
        Connection open = connection;
        connection = null;
        if (open != null) {
            try {
                open.abort(Runnable::run);
            } catch (SQLException e) {
                log.debug("Dropping a connection", e);
            }
        }
    }
}
