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
import java.util.function.Function;
import java.util.function.Predicate;
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
 * the next observation. Batches are of 1, 2, 4, … actions, so that a template that the API server
 * refuses costs one request, not thousands; what was refused rests, see {@link Setbacks}. A World
 * of thousands of instances takes turns with the others.
 */
public final class Actuator {
    private static final Logger log = LoggerFactory.getLogger(Actuator.class);

    /**
     * Requests of one World under way at a time. Times the reconciler's threads it is well below
     * the 100 streams that the API server, or a proxy in front of it, allows a connection.
     */
    static final int MOST_AT_ONCE = 8;

    /** What is done for one World before others have their turn. */
    public static final int MOST_IN_A_TURN = 32;

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

    /** Hears of what was done to a World's pods. */
    @FunctionalInterface
    public interface Acted {
        void acted(World world, Action action);
    }

    private final PodWriter pods;
    private final TakenNames names;
    private final Prerequisites prerequisites;
    private final EventRecorder events;
    private final Setbacks setbacks;
    private final Acted acted;

    public Actuator(
            KubernetesClient client,
            PodFactory factory,
            Ports ports,
            Cache cache,
            TakenNames names,
            EventRecorder events,
            Setbacks setbacks,
            Prerequisites prerequisites,
            Acted acted) {
        this.pods = new PodWriter(client, factory, ports, cache);
        this.prerequisites = prerequisites;
        this.names = names;
        this.events = events;
        this.setbacks = setbacks;
        this.acted = acted;
    }

    /**
     * Blocks until the actions are carried out or refused: first those on pods that are there, then
     * those that make new ones, {@link #MOST_IN_A_TURN} of each at most.
     */
    public List<Refusal> carryOut(World world, Plan plan) {
        // After a refusal the others of its kind rest, which costs no request.
        List<Refusal> refusals =
                inBatches(
                        turn(plan, it -> !(it instanceof Action.Create)),
                        it -> attempt(world, it),
                        _ -> true);
        refusals.addAll(
                inBatches(
                        turn(plan, Action.Create.class::isInstance),
                        it -> attempt(world, it),
                        List::isEmpty));
        return List.copyOf(refusals);
    }

    private static List<Action> turn(Plan plan, Predicate<Action> kind) {
        return plan.actions().stream().filter(kind).limit(MOST_IN_A_TURN).toList();
    }

    /** Puts back what somebody took from the World's pods: labels, the owner. */
    public Optional<Refusal> repair(World world, List<Pod> all) {
        List<Pod> broken =
                all.stream()
                        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                        .filter(pod ->
                                !Pods.drift(world, pod).isEmpty()
                                        || !Ownership.hasReference(world, pod))
                        .limit(MOST_IN_A_TURN)
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
                    say(world, "Repaired", Subject.WORLD, what);
                });
    }

    /** Deletes pods of a World that goes, {@link #MOST_IN_A_TURN} at most: call it again. */
    public void deleteAll(World world, List<Pod> all) {
        List<Pod> turn =
                all.stream()
                        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
                        .limit(MOST_IN_A_TURN)
                        .toList();
        List<KubernetesClientException> failures =
                inBatches(turn, pod -> delete(world, pod), List::isEmpty);
        if (!failures.isEmpty()) {
            throw failures.getFirst();
        }
    }

    private Optional<KubernetesClientException> delete(World world, Pod pod) {
        try {
            pods.delete(world, pod.getMetadata().getName(), pod.getMetadata().getUid());
            return Optional.empty();
        } catch (KubernetesClientException e) {
            return isGoneOrChanged(e) ? Optional.empty() : Optional.of(e);
        }
    }

    /** In batches of 1, 2, 4, … at once, as long as what failed lets it go on; returns that. */
    private static <T, F> List<F> inBatches(
            List<T> all, Function<T, Optional<F>> each, Predicate<List<F>> goOn) {
        List<F> failed = new ArrayList<>();
        int batch = 1;
        for (int from = 0; from < all.size() && goOn.test(failed); ) {
            int to = Math.min(all.size(), from + batch);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Optional<F>>> results = new ArrayList<>();
                for (T one : all.subList(from, to)) {
                    results.add(threads.submit(() -> each.apply(one)));
                }
                for (Future<Optional<F>> result : results) {
                    result.get().ifPresent(failed::add);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return failed;
            } catch (ExecutionException e) {
                throw new IllegalStateException(e.getCause());
            }
            from = to;
            batch = Math.min(2 * batch, MOST_AT_ONCE);
        }
        return failed;
    }

    private Optional<Refusal> attempt(World world, Action action) {
        String what = "%s instance %d".formatted(verb(action), action.ordinal());
        return attempt(
                world,
                change(action),
                Subject.of(action),
                what,
                () -> {
                    act(world, action);
                    acted.acted(world, action);
                });
    }

    /** Does it, unless it was refused a moment ago. What it is refused for rests for a while. */
    Optional<Refusal> attempt(World world, Change change, String what, Runnable how) {
        return attempt(world, change, Subject.WORLD, what, how);
    }

    private Optional<Refusal> attempt(
            World world, Change change, Subject subject, String what, Runnable how) {
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
            tell(world, subject, refusal, refusal.passing() ? refusal.reason() : "Refused");
        } catch (PodWriter.NameTaken e) {
            refusal =
                    new Refusal(
                            change,
                            "NameTaken",
                            what + " under another name: " + e.getMessage(),
                            true);
            tell(world, subject, refusal, refusal.reason());
        } catch (Prerequisites.Unmet e) {
            refusal = new Refusal(change, e.reason(), what + ": " + e.getMessage(), e.soon());
            tell(world, subject, refusal, refusal.reason());
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
            tell(world, subject, refusal, refusal.reason());
        }
        setbacks.refused(world, refusal);
        return Optional.of(refusal);
    }

    private void tell(World world, Subject subject, Refusal refusal, String eventReason) {
        log.warn("World {}: {}", world.id(), refusal.message());
        events.record(
                world,
                EventRecorder.Type.Warning,
                eventReason,
                subject,
                shorten(refusal.message()));
    }

    private void act(World world, Action action) {
        switch (action) {
            case Action.Create create -> create(world, create);
            case Action.Cordon(int ordinal, String pod, String uid, String token, String why) -> {
                pods.setCordon(world, pod, uid, token);
                say(
                        world,
                        "Cordoned",
                        Subject.of(action),
                        "Closing instance %d: %s".formatted(ordinal, why));
            }
            case Action.Uncordon(int ordinal, String pod, String uid, String token, String why) -> {
                pods.setCordon(world, pod, uid, null);
                say(
                        world,
                        "Uncordoned",
                        Subject.of(action),
                        "Instance %d stays: %s".formatted(ordinal, why));
            }
            case Action.Remove(int ordinal, String pod, String uid, String why) -> {
                pods.delete(world, pod, uid);
                say(
                        world,
                        "Removed",
                        Subject.of(action),
                        "Removed instance %d: %s".formatted(ordinal, why));
            }
            case Action.Replace(int ordinal, String pod, String uid, String why) -> {
                prerequisites.check(world); // else nothing would come after it
                pods.delete(world, pod, uid);
                say(world, "Replacing", Subject.of(action), "Replacing %s: %s".formatted(pod, why));
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
                    Subject.of(create.ordinal(), name),
                    "Started instance %d as %s: %s"
                            .formatted(create.ordinal(), name, create.why()));
        } catch (PodWriter.NameTaken e) {
            names.taken(world, create.ordinal(), create.attempt());
            throw e;
        }
    }

    private void say(World world, String reason, Subject subject, String message) {
        log.info("World {}: {}", world.id(), message);
        events.record(world, EventRecorder.Type.Normal, reason, subject, shorten(message));
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
