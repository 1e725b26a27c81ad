package otherworld.operator.act;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.crds.World;
import otherworld.operator.act.Refusal.Change;
import otherworld.operator.observe.Ownership;
import otherworld.operator.observe.Pods;
import otherworld.operator.plan.Action;
import otherworld.operator.plan.Plan;
import otherworld.operator.plan.Setback;

/**
 * Carries out a plan. Every action may be repeated; what has changed under it (409, 404) is left to
 * the next observation. Pods are created in batches of 1, 2, 4, …, so that a template that the API
 * server refuses costs one request, not thousands; what was refused rests, see {@link Setbacks}.
 */
public final class Actuator {
    private static final Logger log = LoggerFactory.getLogger(Actuator.class);

    /** Hears of pods as the API server answers, before the watch tells. */
    public interface Cache {
        void created(Pod pod);

        void updated(Pod pod, Pod before);

        Optional<Pod> get(String namespace, String name);
    }

    /** Hears of names that somebody else's pods have. */
    @FunctionalInterface
    public interface TakenNames {
        void taken(World world, int ordinal, int attempt);
    }

    private final PodWriter pods;
    private final TakenNames names;
    private final Prerequisites prerequisites;
    private final EventRecorder events;
    private final Setbacks setbacks;
    private final OperatorMetrics metrics;

    public Actuator(
            KubernetesClient client,
            PodFactory factory,
            Ports ports,
            Cache cache,
            TakenNames names,
            EventRecorder events,
            Setbacks setbacks,
            Prerequisites prerequisites,
            OperatorMetrics metrics) {
        this.pods = new PodWriter(client, factory, ports, cache);
        this.prerequisites = prerequisites;
        this.names = names;
        this.events = events;
        this.setbacks = setbacks;
        this.metrics = metrics;
    }

    /** Blocks until every action is carried out or refused. */
    public List<Refusal> carryOut(World world, Plan plan) {
        List<Refusal> refusals = new ArrayList<>();
        List<Action.Create> creates = new ArrayList<>();
        for (Action action : plan.actions()) {
            if (action instanceof Action.Create create) {
                creates.add(create);
            } else {
                attempt(world, action).ifPresent(refusals::add);
            }
        }
        refusals.addAll(createAll(world, creates));
        return List.copyOf(refusals);
    }

    /** Puts back what somebody took from the World's pods: labels, the owner. */
    public Optional<Refusal> repair(World world, List<Pod> all) {
        List<Pod> broken =
                all.stream()
                        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                        .filter(pod ->
                                !Pods.drift(world, pod).isEmpty()
                                        || !Ownership.hasReference(world, pod))
                        .toList();
        if (broken.isEmpty()) {
            return Optional.empty();
        }
        String what =
                "Repairing labels and owners of "
                        + broken.stream()
                                .map(pod -> pod.getMetadata().getName())
                                .sorted()
                                .collect(Collectors.joining(", "));
        return attempt(
                world,
                Change.REPAIR,
                what,
                () -> {
                    broken.forEach(pod -> pods.repair(world, pod));
                    say(world, "Repaired", what);
                });
    }

    /** Deletes every pod of a World that goes. */
    public void deleteAll(World world, List<Pod> all) {
        for (Pod pod : all) {
            if (pod.getMetadata().getDeletionTimestamp() == null) {
                try {
                    pods.delete(world, pod.getMetadata().getName(), pod.getMetadata().getUid());
                } catch (KubernetesClientException e) {
                    if (!isGoneOrChanged(e)) {
                        throw e;
                    }
                }
            }
        }
    }

    private List<Refusal> createAll(World world, List<Action.Create> creates) {
        List<Refusal> refusals = new ArrayList<>();
        int batch = 1;
        for (int from = 0; from < creates.size() && refusals.isEmpty(); ) {
            int to = Math.min(creates.size(), from + batch);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Optional<Refusal>>> results = new ArrayList<>();
                for (Action.Create create : creates.subList(from, to)) {
                    results.add(threads.submit(() -> attempt(world, create)));
                }
                for (Future<Optional<Refusal>> result : results) {
                    result.get().ifPresent(refusals::add);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return refusals;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
            from = to;
            batch *= 2;
        }
        return refusals;
    }

    private Optional<Refusal> attempt(World world, Action action) {
        String what = "%s instance %d".formatted(verb(action), action.ordinal());
        return attempt(
                world,
                change(action),
                what,
                () -> {
                    act(world, action);
                    metrics.acted(world, action);
                });
    }

    /** Does it, unless it was refused a moment ago. What it is refused for rests for a while. */
    Optional<Refusal> attempt(World world, Change change, String what, Runnable how) {
        Optional<Setback> rests = setbacks.of(world, change);
        // What a plan creates was not resting when it was made: its batch goes on.
        if (rests.isPresent() && change != Change.CREATE) {
            // Nothing was refused if it is a repair that was made a moment ago.
            return rests.filter(it -> !it.reason().isEmpty())
                    .map(it -> new Refusal(change, it.reason(), it.message(), false));
        }
        Refusal refusal;
        try {
            how.run();
            setbacks.succeeded(world, change);
            return Optional.empty();
        } catch (KubernetesClientException e) {
            if (isGoneOrChanged(e)) {
                log.debug("{} of {} was overtaken: {}", what, world.id(), e.getMessage());
                return Optional.empty();
            }
            refusal = ApiErrors.refusal(change, what, e);
            tell(world, refusal, refusal.passing() ? refusal.reason() : "Refused");
        } catch (PodWriter.NameTaken e) {
            refusal =
                    new Refusal(
                            change,
                            "NameTaken",
                            what + " under another name: " + e.getMessage(),
                            true);
            tell(world, refusal, refusal.reason());
        } catch (Prerequisites.Unmet e) {
            refusal = new Refusal(change, e.reason(), what + ": " + e.getMessage(), e.soon());
            tell(world, refusal, refusal.reason());
        } catch (RuntimeException e) {
            // A bug: of the operator, and not of the World; the rest of the plan goes on.
            log.error("{} of World {} failed", what, world.id(), e);
            refusal =
                    new Refusal(
                            change,
                            "OperatorError",
                            "%s failed in the operator itself, whose log says more: %s"
                                    .formatted(what, e),
                            false);
            tell(world, refusal, refusal.reason());
        }
        setbacks.refused(world, refusal);
        return Optional.of(refusal);
    }

    private void tell(World world, Refusal refusal, String eventReason) {
        log.warn("World {}: {}", world.id(), refusal.message());
        events.record(world, EventRecorder.Type.Warning, eventReason, shorten(refusal.message()));
    }

    private void act(World world, Action action) {
        switch (action) {
            case Action.Create create -> create(world, create);
            case Action.Cordon(int ordinal, String pod, String uid, String token, String why) -> {
                pods.setCordon(world, pod, uid, token);
                say(world, "Cordoned", "Closing instance %d: %s".formatted(ordinal, why));
            }
            case Action.Uncordon(int ordinal, String pod, String uid, String token, String why) -> {
                pods.setCordon(world, pod, uid, null);
                say(world, "Uncordoned", "Instance %d stays: %s".formatted(ordinal, why));
            }
            case Action.Remove(int ordinal, String pod, String uid, String why) -> {
                pods.delete(world, pod, uid);
                say(world, "Removed", "Removed instance %d: %s".formatted(ordinal, why));
            }
            case Action.Replace(int ordinal, String pod, String uid, String why) -> {
                prerequisites.check(world); // else nothing would come after it
                pods.delete(world, pod, uid);
                say(world, "Replacing", "Replacing %s: %s".formatted(pod, why));
            }
            case Action.CleanUp(int ordinal, String pod, String uid, String why) ->
                    pods.delete(world, pod, uid);
        }
    }

    private void create(World world, Action.Create create) {
        prerequisites.check(world);
        try {
            String name = pods.create(world, create);
            say(
                    world,
                    "Created",
                    "Started instance %d as %s: %s"
                            .formatted(create.ordinal(), name, create.why()));
        } catch (PodWriter.NameTaken e) {
            names.taken(world, create.ordinal(), create.attempt());
            throw e;
        }
    }

    private void say(World world, String reason, String message) {
        log.info("World {}: {}", world.id(), message);
        events.record(world, EventRecorder.Type.Normal, reason, shorten(message));
    }

    private static boolean isGoneOrChanged(KubernetesClientException e) {
        return ApiErrors.isNotFound(e) || ApiErrors.isConflict(e);
    }

    private static String verb(Action action) {
        return switch (action) {
            case Action.Create it -> "Starting";
            case Action.Cordon it -> "Closing";
            case Action.Uncordon it -> "Keeping";
            case Action.Remove it -> "Removing";
            case Action.Replace it -> "Replacing";
            case Action.CleanUp it -> "Cleaning up";
        };
    }

    private static Change change(Action action) {
        return switch (action) {
            case Action.Create it -> Change.CREATE;
            case Action.Cordon it -> Change.CORDON;
            case Action.Uncordon it -> Change.UNCORDON;
            case Action.Remove it -> Change.REMOVE;
            case Action.Replace it -> Change.REPLACE;
            case Action.CleanUp it -> Change.CLEAN_UP;
        };
    }

    // The API server takes messages of at most 1,024 characters.
    private static String shorten(String text) {
        return text.length() <= 1000 ? text : text.substring(0, 1000) + "…";
    }
}
