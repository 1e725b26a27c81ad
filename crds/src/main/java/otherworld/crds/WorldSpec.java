package otherworld.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import org.jspecify.annotations.Nullable;
import otherworld.base.Seat;

/** What a World should be. Only {@code capacity} must be given. */
@JsonClassDescription("What the World should be. Only capacity must be given.")
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value =
                "!has(self.capacity) || self.instances.spareSeats <= self.capacity * self.instances.max",
        message =
                "instances.spareSeats asks for more seats than the World may have: lower it to at most capacity * instances.max, or raise instances.max")
public record WorldSpec(
        @JsonPropertyDescription(
                        "Hard cap of players per instance, 1 to 4096. Applies live: nobody is evicted.")
                @Required
                @Min(1)
                @Max(Seat.MAX_CAPACITY)
                Integer capacity,
        @JsonPropertyDescription("The 3D scene. Without one a World is an empty plane.")
                @Nullable Scene scene,
        @JsonPropertyDescription("How many instances run, and when.")
                @Default("{\"min\": 1, \"max\": 10, \"spareSeats\": 1, \"idleAfter\": \"5m\"}")
                Instances instances,
        @JsonPropertyDescription(
                        "A floor for running instances, never above instances.max, that an autoscaler (HPA, KEDA) may set through the scale subresource. 1 is the least that an HPA says and holds nothing: whether the last instance stays is for instances.min to say. 0 does the same and switches an HPA off.")
                @Default("1")
                @Min(0)
                @Max(Instances.MOST)
                @SpecReplicas
                Integer replicas,
        @JsonPropertyDescription(
                        "Packed fills the fullest instance that fits; Spread fills the emptiest.")
                @Default("Packed")
                Placement placement,
        @JsonPropertyDescription("Rates and sizes of the simulation.")
                @Default(
                        "{\"tickRate\": 30, \"presenceRate\": 15, \"reconnectWindow\": \"30s\", \"zoneSize\": 64}")
                Simulation simulation,
        @JsonPropertyDescription("Who may build, and change what others built.")
                @Default("{\"build\": \"Everyone\", \"changeOthers\": \"Everyone\"}")
                Permissions permissions,
        @JsonPropertyDescription("Where the World's state is kept.")
                @Default(
                        "{\"mode\": \"Durable\", \"deletionPolicy\": \"Retain\", \"connectionSecretRef\": {\"name\": \"otherworld-connections\"}}")
                Persistence persistence,
        @JsonPropertyDescription("How players reach instances.")
                @Default("{\"mode\": \"HostPort\"}")
                Network network,
        @JsonPropertyDescription("How a changed template reaches running instances.")
                @Default(
                        "{\"strategy\": \"HandOver\", \"maxParallel\": 1, \"handOverTimeout\": \"30s\", \"progressDeadline\": \"10m\"}")
                Rollout rollout,
        @JsonPropertyDescription("What instance pods are made of, beside what the operator sets.")
                @Default("{}")
                Template template) {

    public static final int DEFAULT_MAX_INSTANCES = 10;

    // Absent in JSON is null here; everywhere else the components are set, except scene.
    public WorldSpec(
            Integer capacity,
            @Nullable Scene scene,
            @Nullable Instances instances,
            @Nullable Integer replicas,
            @Nullable Placement placement,
            @Nullable Simulation simulation,
            @Nullable Permissions permissions,
            @Nullable Persistence persistence,
            @Nullable Network network,
            @Nullable Rollout rollout,
            @Nullable Template template) {
        this.capacity =
                Bounds.within("capacity", Bounds.given("capacity", capacity), 1, Seat.MAX_CAPACITY);
        this.scene = scene;
        this.instances = requireNonNullElse(instances, new Instances(null, null, null, null));
        this.replicas =
                Bounds.within("replicas", requireNonNullElse(replicas, 1), 0, Instances.MOST);
        this.placement = requireNonNullElse(placement, Placement.Packed);
        this.simulation =
                requireNonNullElse(simulation, new Simulation(null, null, null, null, null));
        this.permissions = requireNonNullElse(permissions, new Permissions(null, null, null));
        this.persistence = requireNonNullElse(persistence, new Persistence(null, null, null, null));
        this.network = requireNonNullElse(network, new Network(null, null, null));
        this.rollout = requireNonNullElse(rollout, new Rollout(null, null, null, null));
        this.template = requireNonNullElse(template, Template.EMPTY);
    }

    /** A World of this capacity with every default. */
    public static WorldSpec ofCapacity(int capacity) {
        return new WorldSpec(capacity, null, null, null, null, null, null, null, null, null, null);
    }
}
