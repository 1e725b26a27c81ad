package otherworld.operator.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** When an instance that runs but is not Ready is more than just starting. */
public final class Lateness {
    /** An instance is Ready about a second after its process started. */
    public static final Duration ALLOWED = Duration.ofSeconds(15);

    /**
     * A pod that nothing is wrong with may take this long before it is removed as not needed: on a
     * busy node, or while its image is fetched, players may want it again before it is Ready.
     */
    static final Duration PATIENCE = Duration.ofSeconds(60);

    private Lateness() {}

    /** True if the pod runs for so long that it should be Ready: it cannot, or is Ready no more. */
    public static boolean isLate(PodView pod, Instant now) {
        return pod.phase() == PodView.Phase.STARTING
                && pod.startedAt().filter(start -> !start.plus(ALLOWED).isAfter(now)).isPresent();
    }

    /**
     * True if a pod that is not Ready is nothing to keep warm: something is wrong with it, or it
     * takes longer than anybody has patience for, wherever it is stuck.
     */
    static boolean isStuck(PodView pod, Instant now) {
        return pod.problem().isPresent()
                || pod.failures() > 0
                || !pod.createdAt().plus(PATIENCE).isAfter(now);
    }

    /** How long until the next of the pods is late, if it stays as it is. */
    static Optional<Duration> next(List<PodView> pods, Instant now) {
        return pods.stream()
                .filter(pod -> pod.phase() == PodView.Phase.STARTING)
                .flatMap(pod -> pod.startedAt().stream())
                .map(start -> Duration.between(now, start.plus(ALLOWED)))
                .filter(Duration::isPositive)
                .min(Duration::compareTo);
    }
}
