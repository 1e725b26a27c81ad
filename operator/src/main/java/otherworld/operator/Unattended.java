package otherworld.operator;

import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.crds.WorldCondition.Status;
import otherworld.crds.WorldStatus;
import otherworld.operator.config.OperatorSettings;

/**
 * Says on the Worlds themselves that nobody reconciles them, when this operator could not start and
 * no other leads: a World that says Ready without anybody behind it would hide that. Each is
 * written once, however often the operator fails; the next one that starts says what is true again.
 */
final class Unattended {
    static final String REASON = "NotReconciled";

    private static final Logger log = LoggerFactory.getLogger(Unattended.class);
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final long PAGE = 500;
    private static final int LONGEST_CAUSE = 300;

    private final KubernetesClient client;
    private final OperatorSettings settings;
    private final InstantSource clock;

    Unattended(KubernetesClient client, OperatorSettings settings, InstantSource clock) {
        this.client = client;
        this.settings = settings;
        this.clock = clock;
    }

    /** As far as the API server lets it, and for 30 s at most. */
    void say(String cause) {
        Instant until = clock.instant().plus(LIMIT);
        String message =
                "The operator does not start, so nothing of this World is started, replaced or scaled; pods that run go on. kubectl logs of the operator says more: "
                        + (cause.length() <= LONGEST_CAUSE
                                ? cause
                                : cause.substring(0, LONGEST_CAUSE) + "…");
        try {
            if (anotherLeads()) {
                return;
            }
            if (settings.watchNamespaces().isEmpty()) {
                say("", message, until);
            } else {
                settings.watchNamespaces().forEach(namespace -> say(namespace, message, until));
            }
        } catch (KubernetesClientException e) {
            log.warn("The Worlds do not say that nobody reconciles them: {}", e.getMessage());
        }
    }

    private void say(String namespace, String message, Instant until) {
        String next = null;
        do {
            ListOptions page = new ListOptionsBuilder().withLimit(PAGE).withContinue(next).build();
            var all = client.resources(World.class);
            var worlds =
                    namespace.isEmpty()
                            ? all.inAnyNamespace().list(page)
                            : all.inNamespace(namespace).list(page);
            for (World world : worlds.getItems()) {
                if (clock.instant().isAfter(until)) {
                    return;
                }
                say(world, message);
            }
            next = worlds.getMetadata().getContinue();
        } while (next != null && !next.isEmpty());
    }

    private void say(World world, String message) {
        WorldStatus status = world.getStatus();
        if (status == null
                || status.condition(WorldCondition.READY)
                        .filter(ready -> ready.status() == Status.True)
                        .isEmpty()) {
            return; // it does not claim to be Ready
        }
        String now = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        List<WorldCondition> conditions =
                status.conditions().stream()
                        .map(it ->
                                it.type().equals(WorldCondition.READY)
                                        ? new WorldCondition(
                                                it.type(),
                                                Status.Unknown,
                                                REASON,
                                                message,
                                                now,
                                                it.observedGeneration())
                                        : it)
                        .toList();
        client.resources(World.class)
                .inNamespace(world.getMetadata().getNamespace())
                .withName(world.getMetadata().getName())
                .subresource("status")
                .patch(
                        PatchContext.of(PatchType.JSON_MERGE),
                        Serialization.asJson(Map.of("status", Map.of("conditions", conditions))));
    }

    private boolean anotherLeads() {
        if (!settings.election().enabled()) {
            return false;
        }
        Lease lease =
                client.leases()
                        .inNamespace(settings.election().namespace())
                        .withName(Leadership.LEASE)
                        .get();
        return lease != null
                && lease.getSpec().getRenewTime() != null
                && lease.getSpec()
                        .getRenewTime()
                        .toInstant()
                        .plus(settings.election().lease())
                        .isAfter(clock.instant());
    }
}
