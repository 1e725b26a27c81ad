package otherworld.operator.plan;

import java.time.Duration;

/**
 * The part of a World's spec that decides how many instances run.
 *
 * @param name of the World, for messages
 * @param capacity players per instance
 * @param min instances that always run
 * @param max most instances that run
 * @param replicas a floor set from outside, if above 1; see {@link #floor}
 * @param spareSeats free seats to keep ready
 * @param idleAfter how long an instance must have been empty before it may go
 * @param maxParallel most instances that change pods at a time
 * @param revision hash of the user's template
 */
public record Policy(
        String name,
        int capacity,
        int min,
        int max,
        int replicas,
        int spareSeats,
        Duration idleAfter,
        int maxParallel,
        String revision) {

    /**
     * Instances that run whatever the demand. An autoscaler cannot say less than 1, and one that
     * finds 0 is switched off: whether the last instance stays is for {@code min} to say.
     */
    public int floor() {
        return Math.min(max, Math.max(min, replicas > 1 ? replicas : 0));
    }
}
