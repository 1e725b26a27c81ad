package otherworld.ledger;

import java.util.List;
import java.util.Optional;

/**
 * A World as the ledger sees it at one moment.
 *
 * @param incarnation the ledger's random name since its last wipe
 * @param sequence grows with every change
 * @param policy empty until the operator has told it
 * @param wanted stopped ordinals that seat requests name
 * @param waitingParties how many parties are in the queue
 * @param oldestParties sizes of the oldest, at most 512, oldest first
 * @param instances those that have a pod or report, in no order
 */
public record WorldState(
        String incarnation,
        long sequence,
        Optional<WorldPolicy> policy,
        List<Integer> wanted,
        int waitingParties,
        List<Integer> oldestParties,
        List<InstanceState> instances) {

    /**
     * @param closed why nobody may be seated there, as common.lua says it (silent, unknown, no
     *     host, not ready, stopping, paused and so on); empty if it is open
     * @param podUid the host that reported last
     * @param capacity what the instance enforces
     * @param podName of the reporting host, else of any
     * @param starting one of its hosts has not been Ready yet
     * @param storage why nothing of it becomes durable; empty if it does
     */
    public record InstanceState(
            int ordinal,
            String closed,
            long epoch,
            String podUid,
            int occupied,
            int held,
            int reserved,
            int free,
            long idleMs,
            Cordon cordon,
            String cordonToken,
            int capacity,
            String podName,
            List<String> endpoints,
            boolean starting,
            String storage) {

        /**
         * It has reported under this incarnation and within the last 3 s, so its counts are right.
         */
        public boolean known() {
            return switch (closed) {
                case "silent", "unknown", "not running" -> false;
                default -> true;
            };
        }

        public int players() {
            return occupied + held;
        }
    }

    /** Whether the instance admits nobody any more. */
    public enum Cordon {
        OPEN,
        /** In the ledger; the instance has not answered. */
        REQUESTED,
        /** The instance answered that it admits nobody. */
        CONFIRMED
    }
}
