package otherworld.operator;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.lang.reflect.RecordComponent;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.crds.World;
import otherworld.crds.WorldStatus;
import otherworld.operator.act.EventRecorder;
import otherworld.operator.status.StatusReport;
import otherworld.operator.stored.UnreadableWorld;

/**
 * A World whose spec cannot be read, most likely because it was stored under an earlier schema. Its
 * fleet stays as it is, nothing of it is started, removed or replaced, and players go on getting
 * seats as long as what the ledger needs can be read; the World says which field is wrong. It can
 * be deleted like any other.
 */
final class UnreadableWorlds {
    static final String REASON = "Unreadable";

    private static final Logger log = LoggerFactory.getLogger(UnreadableWorlds.class);

    private final KubernetesClient client;
    private final OperatorParts parts;

    UnreadableWorlds(KubernetesClient client, OperatorParts parts) {
        this.client = client;
        this.parts = parts;
    }

    void reconcile(UnreadableWorld world) {
        List<Pod> pods = parts.pods().of(world);
        if (world.isKnownToLedger() && Identity.refusal(world, parts).isEmpty()) {
            parts.fleet().publish(parts.fleetParts().of(world, pods));
        }
        String message =
                "%s. The operator cannot read that, so the fleet stays as it is: apply the World again with a value that kubectl explain world.spec allows, or delete it"
                        .formatted(world.problem());
        parts.events().record(world, EventRecorder.Type.Warning, REASON, message);
        StatusReport.Outcome outcome =
                parts.status().unreadable(world, pods, REASON, message, parts.clock().instant());
        if (outcome instanceof StatusReport.Outcome.Write(WorldStatus status)) {
            write(world, status);
        }
    }

    private void write(UnreadableWorld world, WorldStatus status) {
        try {
            // A merge patch: a server-side apply fails where a value is of a wrong type.
            client.resources(World.class)
                    .inNamespace(world.getMetadata().getNamespace())
                    .withName(world.getMetadata().getName())
                    .subresource("status")
                    .patch(PatchContext.of(PatchType.JSON_MERGE), patch(status));
        } catch (KubernetesClientException e) {
            if (e.getCode() != Finalizers.HTTP_UNPROCESSABLE) {
                throw e;
            }
            // So wrong that it takes no status: its events and the metric tell of it.
            log.warn(
                    "World {}/{} cannot be read and takes no status: {}",
                    world.getMetadata().getNamespace(),
                    world.getMetadata().getName(),
                    e.getMessage());
        }
    }

    /** Leaves nothing of the status before, which may be of any content, too. */
    private static String patch(WorldStatus status) {
        Map<String, @Nullable Object> fields = new HashMap<>();
        for (RecordComponent field : WorldStatus.class.getRecordComponents()) {
            fields.put(field.getName(), null);
        }
        Map<?, ?> set = Serialization.unmarshal(Serialization.asJson(status), Map.class);
        set.forEach((field, value) -> fields.put((String) field, value));
        return Serialization.asJson(Map.of("status", fields));
    }
}
