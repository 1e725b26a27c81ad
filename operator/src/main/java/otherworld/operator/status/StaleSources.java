package otherworld.operator.status;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import otherworld.crds.World;
import otherworld.operator.observe.Sources.Source;
import otherworld.operator.plan.PodView;

/**
 * Instances that run with what a Secret or ConfigMap held before it was changed: a process keeps
 * the environment that it started with. Pure.
 */
public final class StaleSources {
    static final String REASON = "SecretChanged";

    private StaleSources() {}

    /**
     * @param changed when each source was changed last
     * @return for a condition; empty if every instance that runs has started since
     */
    public static Optional<String> message(
            World world, List<PodView> pods, Map<Source, Instant> changed) {
        List<PodView> running =
                pods.stream().filter(pod -> pod.live() && pod.startedAt().isPresent()).toList();
        String sources =
                changed.entrySet().stream()
                        .filter(source ->
                                running.stream().anyMatch(pod -> isBefore(pod, source.getValue())))
                        .map(source -> "%s (%s)".formatted(source.getKey(), source.getValue()))
                        .sorted()
                        .collect(Collectors.joining(", "));
        if (sources.isEmpty()) {
            return Optional.empty();
        }
        Instant last = changed.values().stream().max(Instant::compareTo).orElseThrow();
        long old = running.stream().filter(pod -> isBefore(pod, last)).count();
        return Optional.of(
                "%d of %d instances started before the last change of %s and run with what it held then. To have them take it up, change an annotation of the template, which replaces them one by one: kubectl patch world -n %s %s --type merge -p '{\"spec\": {\"template\": {\"annotations\": {\"restarted-at\": \"%s\"}}}}'"
                        .formatted(
                                old,
                                running.size(),
                                sources,
                                world.getMetadata().getNamespace(),
                                world.getMetadata().getName(),
                                last));
    }

    private static boolean isBefore(PodView pod, Instant change) {
        return pod.startedAt().filter(started -> started.isBefore(change)).isPresent();
    }
}
