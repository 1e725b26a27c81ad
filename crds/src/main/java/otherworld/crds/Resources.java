package otherworld.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Compute resources of one instance. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Resources(
        @JsonPropertyDescription("What is reserved, such as cpu: 500m and memory: 512Mi.")
                @Size(max = 16)
                Map<String, Quantity> requests,
        @JsonPropertyDescription("What is allowed at most.") @Size(max = 16)
                Map<String, Quantity> limits) {

    public Resources(
            @Nullable Map<String, Quantity> requests, @Nullable Map<String, Quantity> limits) {
        this.requests = requireNonNullElse(requests, Map.of());
        this.limits = requireNonNullElse(limits, Map.of());
    }
}
