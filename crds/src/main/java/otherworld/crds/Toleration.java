package otherworld.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** A taint that instances tolerate, as in a pod. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!has(self.key) || self.key.matches('" + Syntax.QUALIFIED_NAME + "')",
        message = "template.tolerations: key must be the key of a taint, such as dedicated")
@ValidationRule(
        value = "!has(self.value) || self.value.matches('" + Syntax.LABEL_VALUE + "')",
        message =
                "template.tolerations: value must be of letters, digits, '-', '_' and '.', starting and ending with a letter or digit")
@ValidationRule(
        value = "has(self.key) || (has(self.operator) && self.operator == 'Exists')",
        message =
                "template.tolerations: without a key the operator must be Exists, which tolerates every taint")
@ValidationRule(
        value =
                "!has(self.operator) || self.operator != 'Exists' || !has(self.value) || self.value == \'\'",
        message =
                "template.tolerations: Exists takes no value: leave it out, or use operator Equal")
@ValidationRule(
        value = "!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
        message = "template.tolerations: tolerationSeconds needs effect NoExecute")
public record Toleration(
        @JsonPropertyDescription("Key of the taint; every key if absent.") @Size(max = 317)
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
