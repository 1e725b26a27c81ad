package otherworld.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** One aspect of a World's state, in the shape of Kubernetes' conditions. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record WorldCondition(
        @JsonPropertyDescription("Ready, Progressing, ScalingLimited or Degraded.")
                @Required
                @Size(min = 1, max = 64)
                String type,
        @JsonPropertyDescription("True, False or Unknown.") @Required Status status,
        @JsonPropertyDescription("Why, in one CamelCase word for programs.")
                @Required
                @Size(min = 1, max = 64)
                String reason,
        @JsonPropertyDescription("Why, and what to do about it, for people.")
                @Required
                @Size(max = 4096)
                String message,
        @JsonPropertyDescription("When the status last changed, RFC 3339.")
                @Required
                @Size(min = 20, max = 40)
                String lastTransitionTime,
        @JsonPropertyDescription("Generation of the spec that the condition speaks of.")
                @Nullable Long observedGeneration) {

    public static final String READY = "Ready";
    public static final String PROGRESSING = "Progressing";
    public static final String SCALING_LIMITED = "ScalingLimited";
    public static final String DEGRADED = "Degraded";

    /** Whether the condition holds. */
    public enum Status {
        True,
        False,
        Unknown
    }
}
