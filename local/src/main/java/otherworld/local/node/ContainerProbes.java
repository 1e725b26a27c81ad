package otherworld.local.node;

import io.fabric8.kubernetes.api.model.Container;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Which probes of a running container are due, and what their results mean, with a kubelet's rules:
 * until the startup probe has succeeded the others wait, then run at once; readiness starts as
 * failed; consecutive results count towards the thresholds; a startup or liveness probe that fails
 * too often ends the container.
 *
 * <p>Not thread-safe: owned by the pod's thread. Times are of one monotonic clock, in nanoseconds.
 */
final class ContainerProbes {
    enum Kind {
        STARTUP,
        READINESS,
        LIVENESS
    }

    /** What a result changes. */
    sealed interface Verdict {
        record Nothing() implements Verdict {}

        /** {@link #ready} or {@link #started} is different from before. */
        record Changed() implements Verdict {}

        /** The container must end. */
        record Kill(Kind kind) implements Verdict {}
    }

    private static final class State {
        final ProbeSettings settings;
        long dueNs;
        boolean running;
        boolean lastSuccess;
        int streak;

        State(ProbeSettings settings, long startNs) {
            this.settings = settings;
            this.dueNs = startNs + settings.initialDelay().toNanos();
        }
    }

    private final Map<Kind, State> states = new EnumMap<>(Kind.class);
    private boolean started;
    private boolean ready;
    private boolean terminating;

    /**
     * @param startNs when the container started
     */
    ContainerProbes(Container container, long startNs) {
        add(Kind.STARTUP, ProbeSettings.of(container.getStartupProbe(), container), startNs);
        add(Kind.READINESS, ProbeSettings.of(container.getReadinessProbe(), container), startNs);
        add(Kind.LIVENESS, ProbeSettings.of(container.getLivenessProbe(), container), startNs);
        started = !states.containsKey(Kind.STARTUP);
        ready = started && !states.containsKey(Kind.READINESS);
    }

    boolean started() {
        return started;
    }

    boolean ready() {
        return ready;
    }

    ProbeSettings settings(Kind kind) {
        return state(kind).settings;
    }

    /** From now on only readiness is probed: the container is being ended. */
    void terminating() {
        terminating = true;
    }

    /** The probes to run now; each counts as running until its {@link #result}. */
    List<Kind> due(long nowNs) {
        List<Kind> due = new ArrayList<>();
        states.forEach((kind, state) -> {
            if (waits(kind, state) && state.dueNs <= nowNs) {
                state.running = true;
                state.dueNs = nowNs + state.settings.period().toNanos();
                due.add(kind);
            }
        });
        return due;
    }

    /** When the next probe is due; empty while none will be without another result. */
    OptionalLong nextDueNs() {
        return states.entrySet().stream()
                .filter(entry -> waits(entry.getKey(), entry.getValue()))
                .mapToLong(entry -> entry.getValue().dueNs)
                .min();
    }

    Verdict result(Kind kind, boolean success, long nowNs) {
        State state = state(kind);
        state.running = false;
        state.streak = state.streak > 0 && state.lastSuccess == success ? state.streak + 1 : 1;
        state.lastSuccess = success;
        int threshold =
                success ? state.settings.successThreshold() : state.settings.failureThreshold();
        if (state.streak < threshold) {
            return new Verdict.Nothing();
        }
        return switch (kind) {
            case READINESS -> readiness(success);
            case LIVENESS ->
                    success || terminating ? new Verdict.Nothing() : new Verdict.Kill(kind);
            case STARTUP -> {
                if (!success) {
                    yield terminating ? new Verdict.Nothing() : new Verdict.Kill(kind);
                }
                if (started) {
                    yield new Verdict.Nothing();
                }
                started = true;
                ready = !states.containsKey(Kind.READINESS);
                yield new Verdict.Changed();
            }
        };
    }

    private Verdict readiness(boolean success) {
        if (ready == success) {
            return new Verdict.Nothing();
        }
        ready = success;
        return new Verdict.Changed();
    }

    private boolean waits(Kind kind, State state) {
        return !state.running
                && switch (kind) {
                    case STARTUP -> !started && !terminating;
                    case READINESS -> started;
                    case LIVENESS -> started && !terminating;
                };
    }

    private void add(Kind kind, Optional<ProbeSettings> settings, long startNs) {
        settings.ifPresent(present -> states.put(kind, new State(present, startNs)));
    }

    private State state(Kind kind) {
        State state = states.get(kind);
        if (state == null) {
            throw new IllegalStateException("No " + kind + " probe");
        }
        return state;
    }
}
