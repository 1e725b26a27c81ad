package otherworld.operator.plan;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that a decision about one World rests on.
 *
 * @param pods the World's own pods, in any order
 * @param lastAttempts by ordinal, the highest attempt that is remembered; pods may be gone already
 * @param setback why pods were refused lately, and until when none is tried again
 * @param lastReady by ordinal, when it had a Ready pod last, as far back as is remembered
 * @param now the time of the observation
 */
public record Observation(
        Policy policy,
        List<PodView> pods,
        Map<Integer, Integer> lastAttempts,
        Demand demand,
        Optional<Setback> setback,
        Map<Integer, Instant> lastReady,
        Instant now) {}
