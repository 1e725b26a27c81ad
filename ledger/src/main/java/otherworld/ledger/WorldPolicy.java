package otherworld.ledger;

import java.time.Duration;
import otherworld.base.WorldId;

/**
 * What the operator says of a World.
 *
 * @param capacity players per instance
 * @param namespace of the World object, for people; so is {@code name}
 */
public record WorldPolicy(
        WorldId world,
        int capacity,
        int spareSeats,
        int maxInstances,
        Placement placement,
        Duration reconnectWindow,
        String namespace,
        String name) {
    /** How instances are filled. */
    public enum Placement {
        /** The fullest instance that has room. */
        PACKED,
        /** The emptiest. */
        SPREAD
    }
}
