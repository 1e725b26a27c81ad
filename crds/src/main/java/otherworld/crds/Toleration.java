package otherworld.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A taint that instances tolerate, as in a pod. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Toleration(
        @JsonPropertyDescription("Key of the taint; every key if absent.") @Size(min = 1, max = 317)
                @Nullable String key,
        @JsonPropertyDescription("Equal (the default) compares the value; Exists does not.")
                @Nullable Operator operator,
        @JsonPropertyDescription("Value of the taint, for Equal.") @Size(max = 63)
                @Nullable String value,
        @JsonPropertyDescription("Effect of the taint; every effect if absent.")
                @Nullable Effect effect,
        @JsonPropertyDescription("How long NoExecute is tolerated, in seconds; for ever if absent.")
                @Nullable Long tolerationSeconds) {

    /** How a taint's value is compared. */
    public enum Operator {
        Equal,
        Exists
    }

    /** What a taint does to pods. */
    public enum Effect {
        NoSchedule,
        PreferNoSchedule,
        NoExecute
    }
}
