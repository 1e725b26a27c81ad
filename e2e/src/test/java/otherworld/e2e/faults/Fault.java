package otherworld.e2e.faults;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import otherworld.e2e.Otherworld;

/**
 * Something that is taken away for a while.
 *
 * @param name for {@code --only}
 * @param title what is away, and how, for people
 * @param hold how long; longer than a minute where an alert rightly waits longer before it fires
 * @param scene what the cluster is started in
 * @param cause takes it away
 * @param due alerts that have to fire, and no others may
 */
record Fault(String name, String title, Duration hold, Scene scene, Cause cause, List<Due> due) {

    /** Takes something away; what it returns gives it back. */
    interface Cause {
        Held begin(Otherworld cluster) throws Exception;
    }

    interface Held extends AutoCloseable {
        @Override
        void close() throws Exception;

        /** What is worth telling of how it went, such as how often something was ended. */
        default String note() {
            return "";
        }
    }

    /** What a cluster of its own needs around it. */
    interface Scene extends AutoCloseable {
        Otherworld.Surroundings surroundings();

        /** Why this cannot be had here. */
        default Optional<String> missing() {
            return Optional.empty();
        }

        @Override
        void close() throws Exception;
    }

    /**
     * An alert that is right to fire.
     *
     * @param within from the beginning; one that is due later than the fault is held may fire and
     *     need not
     */
    record Due(String alert, Duration within) {}

    /** The first pod of World plaza. */
    static JsonNode firstPod(Otherworld cluster) throws Exception {
        return cluster.pods("plaza").getFirst();
    }
}
