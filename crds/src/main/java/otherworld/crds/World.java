package otherworld.crds;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;
import otherworld.base.WorldId;

/** Template and policy of a fleet of game-server pods that together are one virtual world. */
@JsonClassDescription(
        "Template and policy of a fleet of game-server pods that together are one virtual world.")
@Group(World.GROUP)
@Version(World.VERSION)
@ShortNames("wld")
@ValidationRule(
        value = "has(self.spec) || oldSelf.hasValue() && !has(oldSelf.value().spec)",
        optionalOldSelf = true,
        message = "spec must be given, with at least spec.capacity, such as spec: {capacity: 100}")
@ValidationRule(
        value =
                "oldSelf.hasValue() || self.metadata.name.size() <= 40 && self.metadata.name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')",
        optionalOldSelf = true,
        message =
                "metadata.name must be a DNS label of at most 40 characters: a-z, 0-9 and '-', such as plaza; pods are named after it")
@AdditionalPrinterColumn(
        name = "Ready",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].status",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Players",
        jsonPath = ".status.players",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Seats",
        jsonPath = ".status.seats",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Free",
        jsonPath = ".status.freeSeats",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Instances",
        jsonPath = ".status.instances",
        type = AdditionalPrinterColumn.Type.INTEGER)
@AdditionalPrinterColumn(
        name = "Up",
        jsonPath = ".status.readyInstances",
        type = AdditionalPrinterColumn.Type.INTEGER,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Reason",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason",
        type = AdditionalPrinterColumn.Type.STRING)
@AdditionalPrinterColumn(
        name = "Message",
        jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
        type = AdditionalPrinterColumn.Type.STRING,
        priority = 1)
@AdditionalPrinterColumn(
        name = "Age",
        jsonPath = ".metadata.creationTimestamp",
        type = AdditionalPrinterColumn.Type.DATE)
public class World extends CustomResource<WorldSpec, WorldStatus> implements Namespaced {
    private static final long serialVersionUID = 1;

    public static final String GROUP = "otherworld.dev";
    public static final String VERSION = "v1alpha1";

    /** Identity everywhere outside Kubernetes: {@code persistence.id}, or namespace and name. */
    public WorldId id() {
        String id = getSpec().persistence().id();
        return new WorldId(
                id != null ? id : getMetadata().getNamespace() + "." + getMetadata().getName());
    }
}
