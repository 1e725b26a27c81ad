package otherworld.ledger;

import java.util.Locale;

/**
 * Something about a Redis server that endangers what is in it.
 *
 * @param text says which server, what is wrong, and what to set
 */
public record RedisWarning(Kind kind, String text) {
    public enum Kind {
        /** {@code maxmemory-policy} lets it drop keys to make room. */
        EVICTS,
        /** It has dropped keys. */
        EVICTED,
        /** More than nine tenths of {@code maxmemory} are used. */
        NEARLY_FULL,
        /** Neither append-only file nor replica: a restart forgets all. */
        FORGETS,
        /** It answers before what it acknowledged is on disk. */
        ACKNOWLEDGES_EARLY,
        /** The last write of its files failed. */
        CANNOT_PERSIST,
        /** It does not let us see. */
        CANNOT_LOOK;

        /** As metrics name it. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
