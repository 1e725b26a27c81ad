package otherworld.bots;

import java.net.URI;
import java.util.List;
import java.util.UUID;
import otherworld.base.InstanceId;

/** Where bots get their seats. Blocking; thread-safe. */
public interface Seats {
    /** A seat for {@code player}; the same answer for the same request. */
    Answer ask(String player, UUID request) throws InterruptedException;

    /** Where the instance of a session is now. */
    Answer resume(String player, String session) throws InterruptedException;

    sealed interface Answer {
        /**
         * @param ticket to connect with once
         * @param session to come back with
         * @param endpoints in the order to try them
         */
        record Seated(InstanceId instance, String ticket, String session, List<URI> endpoints)
                implements Answer {}

        record Moved(List<URI> endpoints) implements Answer {}

        /** Nothing yet, or nobody answers now: ask again. */
        record Later(long retryAfterMs, String why) implements Answer {}

        record SessionEnded() implements Answer {}

        /** Asking again would not help. */
        record Refused(String why) implements Answer {}
    }
}
