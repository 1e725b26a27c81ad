package otherworld.operator.plan;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the seat ledger says about a World. */
public sealed interface Demand {
    /**
     * The ledger, or the way to it, does not answer.
     *
     * @param reason one CamelCase word for conditions
     * @param message what is wrong and what to do
     */
    record Unreachable(String reason, String message) implements Demand {}

    /**
     * @param instances by ordinal; also of stopped ones that the ledger remembers
     * @param wanted stopped ordinals that a seat request named
     * @param oldestUnseatedParty size of the first waiting party that fits in nothing that is open
     *     or starting; 0 if all fit, which says nothing of what they would fit in without those
     *     that start
     * @param waitingPlayers players without a seat
     */
    record Known(
            Map<Integer, Instance> instances,
            Set<Integer> wanted,
            int oldestUnseatedParty,
            int waitingPlayers)
            implements Demand {}

    /**
     * @param reported false while the ledger has not heard from it since it was wiped
     * @param podUid the pod that reported last
     * @param idle how long it has been empty; zero while it is not
     * @param confirmedCordon the token that the instance itself has answered
     * @param storage why nothing of it becomes durable; empty if it does
     */
    record Instance(
            boolean reported,
            String podUid,
            int occupied,
            int held,
            int reserved,
            int free,
            Duration idle,
            Optional<String> confirmedCordon,
            String storage) {

        /** One whose storage works. */
        public Instance(
                boolean reported,
                String podUid,
                int occupied,
                int held,
                int reserved,
                int free,
                Duration idle,
                Optional<String> confirmedCordon) {
            this(reported, podUid, occupied, held, reserved, free, idle, confirmedCordon, "");
        }

        /** Seats that somebody has or is promised. */
        public int taken() {
            return occupied + held + reserved;
        }
    }
}
