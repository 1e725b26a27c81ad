package otherworld.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** One environment variable of the instance server. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!has(self.name) || self.name.matches('^[A-Za-z_][A-Za-z0-9_]*$')",
        message =
                "template.env names must be of letters, digits and '_', such as JAVA_TOOL_OPTIONS")
@ValidationRule(
        value =
                "!has(self.name) || !self.name.startsWith('OTHERWORLD_') && !(self.name in ['DATABASE_URL', 'DATABASE_USER', 'DATABASE_PASSWORD', 'REDIS_URL'])",
        message =
                "template.env must not set OTHERWORLD_*, DATABASE_* or REDIS_URL: the operator sets them from the World and persistence.connectionSecretRef")
@ValidationRule(
        value = "!has(self.value) || self.value.matches('^[^\\\\x00]*$')",
        message = "template.env values must not hold NUL characters: leave them out")
@ValidationRule(
        value =
                "(has(self.value) ? 1 : 0) + (has(self.secretKeyRef) ? 1 : 0) + (has(self.configMapKeyRef) ? 1 : 0) == 1",
        message =
                "template.env entries need exactly one of value, secretKeyRef and configMapKeyRef")
public record EnvVar(
        @JsonPropertyDescription("Name of the variable.") @Required @Size(max = 128) String name,
        @JsonPropertyDescription("Its value.") @Size(max = 4096) @Nullable String value,
        @JsonPropertyDescription("Takes the value from a Secret in the World's namespace.")
                @Nullable KeyRef secretKeyRef,
        @JsonPropertyDescription("Takes the value from a ConfigMap in the World's namespace.")
                @Nullable KeyRef configMapKeyRef) {
    public EnvVar {
        Bounds.given("template.env.name", name);
    }

    /** One key of a Secret or ConfigMap. */
    @ValidationRule(
            value = "!has(self.name) || self.name.matches('" + Syntax.OBJECT_NAME + "')",
            message =
                    "template.env: name must be the name of a Secret or ConfigMap: a-z, 0-9, '-' and '.', such as plaza-settings")
    @ValidationRule(
            value = "!has(self.key) || self.key.matches('" + Syntax.DATA_KEY + "')",
            message =
                    "template.env: key must be a key of a Secret or ConfigMap: letters, digits, '-', '_' and '.', such as api-key")
    public record KeyRef(
            @JsonPropertyDescription("Name of the object.") @Required @Size(max = 253) String name,
            @JsonPropertyDescription("Key in it.") @Required @Size(max = 253) String key) {
        public KeyRef {
            Bounds.given("template.env: name", name);
            Bounds.given("template.env: key", key);
        }
    }
}
