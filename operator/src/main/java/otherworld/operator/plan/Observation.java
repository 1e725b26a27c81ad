package otherworld.operator.plan;

import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * All that a decision about one World rests on.
 *
 * @param pods the World's own pods, in any order
 * @param lastAttempts by ordinal, the highest attempt that is remembered; pods may be gone already
 * @param now the time of the observation
 */
public record Observation(
        Policy policy,
        List<PodView> pods,
        Map<Integer, Integer> lastAttempts,
        Demand demand,
        Instant now) {}
