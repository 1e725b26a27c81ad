package otherworld.world;

import java.util.Optional;
import otherworld.protocol.Pose;
import otherworld.protocol.RefusalReason;
import otherworld.world.WorldLimits.Bound;

/** What an edit would do to a {@link World}, which is as it was until the plan is applied. */
public sealed interface EditPlan {
    /** A plan that changes one entity. */
    sealed interface Change extends EditPlan {
        long entity();
    }

    /** Another prop. */
    record Place(long entity, String model, Pose pose, String owner) implements Change {}

    /** The same prop elsewhere. */
    record Move(long entity, String model, Pose pose, String owner) implements Change {}

    record Remove(long entity) implements Change {}

    /**
     * Nothing is to be done.
     *
     * @param bound the limit that was met, if it was one of the World's
     * @param detail for people
     */
    record Refused(RefusalReason reason, String detail, Optional<Bound> bound)
            implements EditPlan {}
}
