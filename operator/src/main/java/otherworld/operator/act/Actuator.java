package otherworld.operator.act;

import io.fabric8.kubernetes.api.model.DeleteOptions;
import io.fabric8.kubernetes.api.model.DeleteOptionsBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.crds.World;
import otherworld.operator.observe.Names;
import otherworld.operator.observe.Pods;
import otherworld.operator.plan.Action;
import otherworld.operator.plan.Plan;

/**
 * Carries out a plan. Every action may be repeated; what has changed under it (409, 404) is left to
 * the next observation. Pods are created in batches of 1, 2, 4, …, so that a template that the API
 * server refuses costs one request, not thousands.
 */
public final class Actuator {
    private static final Logger log = LoggerFactory.getLogger(Actuator.class);

    /** Hears of pods as the API server answers, before the watch tells. */
    public interface Cache {
        void created(Pod pod);

        void updated(Pod pod, Pod before);

        Optional<Pod> get(String namespace, String name);
    }

    private final KubernetesClient client;
    private final PodFactory factory;
    private final Ports ports;
    private final Cache cache;
    private final EventRecorder events;
    private final OperatorMetrics metrics;

    public Actuator(
            KubernetesClient client,
            PodFactory factory,
            Ports ports,
            Cache cache,
            EventRecorder events,
            OperatorMetrics metrics) {
        this.client = client;
        this.factory = factory;
        this.ports = ports;
        this.cache = cache;
        this.events = events;
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

    /** Deletes every pod of a World that goes. */
    public void deleteAll(World world, List<Pod> pods) {
        for (Pod pod : pods) {
            if (pod.getMetadata().getDeletionTimestamp() == null) {
                try {
                    delete(world, pod.getMetadata().getName(), pod.getMetadata().getUid());
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
                    // attempt() catches what an API server can do; anything else is a bug.
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
        try {
            act(world, action);
            metrics.acted(world, action);
            return Optional.empty();
        } catch (KubernetesClientException e) {
            if (isGoneOrChanged(e)) {
                log.debug("{} of {} was overtaken: {}", action, world.id(), e.getMessage());
                return Optional.empty();
            }
            String message = e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage();
            String text =
                    "%s instance %d: the API server refused: %s"
                            .formatted(verb(action), action.ordinal(), message);
            log.warn("World {}: {}", world.id(), text);
            events.record(world, EventRecorder.Type.Warning, "Refused", shorten(text));
            return Optional.of(new Refusal("Refused", text));
        } catch (IllegalArgumentException e) {
            String text = "the World's template makes no pod: " + e.getMessage();
            events.record(world, EventRecorder.Type.Warning, "BadTemplate", shorten(text));
            return Optional.of(new Refusal("BadTemplate", text));
        }
    }

    private void act(World world, Action action) {
        switch (action) {
            case Action.Create create -> create(world, create);
            case Action.Cordon(int ordinal, String pod, String uid, String token, String why) -> {
                annotate(world, pod, uid, token);
                say(world, "Cordoned", "Closing instance %d: %s".formatted(ordinal, why));
            }
            case Action.Uncordon(int ordinal, String pod, String uid, String token, String why) -> {
                annotate(world, pod, uid, null);
                say(world, "Uncordoned", "Instance %d stays: %s".formatted(ordinal, why));
            }
            case Action.Remove(int ordinal, String pod, String uid, String why) -> {
                delete(world, pod, uid);
                say(world, "Removed", "Removed instance %d: %s".formatted(ordinal, why));
            }
            case Action.Replace(int ordinal, String pod, String uid, String why) -> {
                delete(world, pod, uid);
                say(world, "Replacing", "Replacing %s: %s".formatted(pod, why));
            }
            case Action.CleanUp(int ordinal, String pod, String uid, String why) ->
                    delete(world, pod, uid);
        }
    }

    private void create(World world, Action.Create create) {
        String name = PodFactory.name(world, create);
        try {
            Pod pod = factory.pod(world, create, ports.take(name, create.avoidPorts()));
            cache.created(client.pods().resource(pod).create());
            say(
                    world,
                    "Created",
                    "Started instance %d as %s: %s"
                            .formatted(create.ordinal(), name, create.why()));
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
            adopt(world, name, e);
        } finally {
            ports.settled(name);
        }
    }

    // 409: done before, by this operator or its predecessor, unless it is another World's.
    private void adopt(World world, String name, KubernetesClientException conflict) {
        Pod there =
                client.pods().inNamespace(world.getMetadata().getNamespace()).withName(name).get();
        if (there == null || !Pods.ownedBy(world, there)) {
            throw conflict.getStatus() == null ? conflict : new NameTaken(name, conflict);
        }
        cache.created(there);
    }

    private static final class NameTaken extends KubernetesClientException {
        private static final long serialVersionUID = 1;

        NameTaken(String name, KubernetesClientException cause) {
            super("a pod %s exists that this World did not make; delete it".formatted(name), cause);
        }
    }

    // A JSON merge patch with the uid as its precondition: never the pod of the same name after it.
    private void annotate(World world, String name, String uid, @Nullable String cordon) {
        Map<String, @Nullable Object> annotations = new HashMap<>();
        annotations.put(Names.CORDON, cordon);
        String patch =
                Serialization.asJson(
                        Map.of("metadata", Map.of("uid", uid, "annotations", annotations)));
        String namespace = world.getMetadata().getNamespace();
        Optional<Pod> before = cache.get(namespace, name);
        Pod after =
                client.pods()
                        .inNamespace(namespace)
                        .withName(name)
                        .patch(PatchContext.of(PatchType.JSON_MERGE), patch);
        if (after != null) {
            before.ifPresentOrElse(it -> cache.updated(after, it), () -> cache.created(after));
        }
    }

    // With the uid as precondition; fabric8's delete() has none.
    private void delete(World world, String name, String uid) {
        DeleteOptions options =
                new DeleteOptionsBuilder()
                        .withApiVersion("v1")
                        .withKind("DeleteOptions")
                        .withNewPreconditions()
                        .withUid(uid)
                        .endPreconditions()
                        .build();
        client.raw(
                "/api/v1/namespaces/%s/pods/%s".formatted(world.getMetadata().getNamespace(), name),
                "DELETE",
                options);
    }

    private void say(World world, String reason, String message) {
        log.info("World {}: {}", world.id(), message);
        events.record(world, EventRecorder.Type.Normal, reason, shorten(message));
    }

    private static boolean isGoneOrChanged(KubernetesClientException e) {
        return !(e instanceof NameTaken)
                && (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND
                        || e.getCode() == HttpURLConnection.HTTP_CONFLICT);
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

    // The API server takes messages of at most 1,024 characters.
    private static String shorten(String text) {
        return text.length() <= 1000 ? text : text.substring(0, 1000) + "…";
    }
}
