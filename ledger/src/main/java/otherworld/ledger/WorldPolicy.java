package otherworld.ledger;

import otherworld.base.LivePolicy;
import otherworld.base.WorldId;

/**
 * What the operator says of a World.
 *
 * @param live what its instances hold to
 * @param namespace of the World object, for people; so is {@code name}
 */
public record WorldPolicy(
        WorldId world,
        LivePolicy live,
        int spareSeats,
        int maxInstances,
        Placement placement,
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
