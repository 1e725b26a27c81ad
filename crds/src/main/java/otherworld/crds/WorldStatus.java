package otherworld.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.model.annotation.LabelSelector;
import io.fabric8.kubernetes.model.annotation.StatusReplicas;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a World is. Counters lag by up to ten seconds; instances are never listed here. */
@JsonClassDescription("What the World is; written by the operator.")
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorldStatus(
        @JsonPropertyDescription("Ready, Progressing, ScalingLimited and Degraded, with reasons.")
                @Size(max = 8)
                List<WorldCondition> conditions,
        @JsonPropertyDescription("Generation of the spec that this status speaks of.")
                @Nullable Long observedGeneration,
        @JsonPropertyDescription("Instances that run or start.") @StatusReplicas
                @Nullable Integer instances,
        @JsonPropertyDescription("Instances whose pod is Ready.") @Nullable Integer readyInstances,
        @JsonPropertyDescription("Players with a taken seat; held ones count.")
                @Nullable Integer players,
        @JsonPropertyDescription("Seats of all running instances.") @Nullable Integer seats,
        @JsonPropertyDescription("Seats that a player can have now.") @Nullable Integer freeSeats,
        @JsonPropertyDescription("Selects the World's pods, for the scale subresource.")
                @LabelSelector
                @Nullable String selector,
        @JsonPropertyDescription(
                        "The identity that the World has in the database, the ledger, tickets and URLs; absent while it gets none.")
                @Nullable String id) {

    public WorldStatus(
            @Nullable List<WorldCondition> conditions,
            @Nullable Long observedGeneration,
            @Nullable Integer instances,
            @Nullable Integer readyInstances,
            @Nullable Integer players,
            @Nullable Integer seats,
            @Nullable Integer freeSeats,
            @Nullable String selector,
            @Nullable String id) {
        this.conditions = requireNonNullElse(conditions, List.of());
        this.observedGeneration = observedGeneration;
        this.instances = instances;
        this.readyInstances = readyInstances;
        this.players = players;
        this.seats = seats;
        this.freeSeats = freeSeats;
        this.selector = selector;
        this.id = id;
    }

    public Optional<WorldCondition> condition(String type) {
        return conditions.stream().filter(each -> each.type().equals(type)).findFirst();
    }
}
