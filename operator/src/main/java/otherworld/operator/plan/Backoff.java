package otherworld.operator.plan;

import java.time.Duration;
import java.time.Instant;

/**
 * How soon a pod that failed is replaced: at once the first time, then 1 s, 2 s, … 60 s. One that
 * the cluster itself ended did not fail: its successor starts at once, wherever there is room. So
 * does that of one whose port was taken, on another port, up to {@link #MAX_PORTS} in a row: then
 * it is no coincidence.
 */
final class Backoff {
    static final Duration FIRST = Duration.ofSeconds(1);
    static final Duration CAP = Duration.ofSeconds(60);

    /** A pod that ran for this long before it failed starts the count anew. */
    static final Duration STABLE = Duration.ofSeconds(60);

    /** Pods in a row that may find their port taken before that counts as a failure. */
    static final int MAX_PORTS = 8;

    private static final int SHIFTS_TO_CAP = 6;

    private Backoff() {}

    /** Failures in a row, with that of {@code last}, a successor of which would count. */
    static int failures(PodView last, Policy policy) {
        return failures(last, policy.revision());
    }

    static int failures(PodView last, String revision) {
        boolean ended = last.phase() == PodView.Phase.ENDED;
        if (!ended || last.end() == PodView.End.DISRUPTED || !last.revision().equals(revision)) {
            return 0;
        }
        if (isPortTaken(last) && portsTaken(last) <= MAX_PORTS) {
            return last.failures();
        }
        Instant end = last.endedAt().orElse(Instant.MAX);
        boolean stable =
                last.startedAt().map(start -> !start.plus(STABLE).isAfter(end)).orElse(false);
        return stable ? 1 : last.failures() + 1;
    }

    /** Pods in a row, with {@code last}, that found their port taken. */
    static int portsTaken(PodView last) {
        return isPortTaken(last) ? last.portsTaken() + 1 : 0;
    }

    private static boolean isPortTaken(PodView last) {
        return last.phase() == PodView.Phase.ENDED && last.end() == PodView.End.PORT_TAKEN;
    }

    static Duration delay(int failures) {
        if (failures <= 1) {
            return Duration.ZERO;
        }
        Duration delay = FIRST.multipliedBy(1L << Math.min(failures - 2, SHIFTS_TO_CAP));
        return delay.compareTo(CAP) > 0 ? CAP : delay;
    }

    /** How long to wait still before {@code last} gets a successor; zero or less: do it now. */
    static Duration remaining(PodView last, Policy policy, Instant now) {
        if (isPortTaken(last) && portsTaken(last) <= MAX_PORTS) {
            return Duration.ZERO;
        }
        Instant ended = last.endedAt().orElse(now);
        return Duration.between(now, ended.plus(delay(failures(last, policy))));
    }
}
