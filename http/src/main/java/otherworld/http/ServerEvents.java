package otherworld.http;

import java.util.Locale;
import java.util.function.IntSupplier;
import otherworld.ops.Problem;

/** What a server tells of itself, for metrics. Any thread. */
public interface ServerEvents {
    /** Why the server ended a connection that its client would have kept. */
    enum Ended {
        /** Refused or displaced: there were as many as may be. */
        LIMIT_IN_ALL,
        /** The same, of one address. */
        LIMIT_PER_ADDRESS,
        /** A request did not arrive in time. */
        SLOW_REQUEST,
        /** Nothing was asked for long. */
        IDLE,
        /** An answer was not taken in time. */
        SLOW_READER,
        /** It was not HTTP, or not as RFC 9112 has it. */
        MALFORMED;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** It begins. */
    void serving(IntSupplier openConnections, int limit);

    void ended(Ended reason);

    /** What no handler saw, or what it threw, is answered with this. */
    void refused(Problem problem);
}
