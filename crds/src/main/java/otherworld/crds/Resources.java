package otherworld.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Compute resources of one instance. */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "!has(self.requests) || self.requests.all(key, " + Resources.NAME_RULE + ")",
        message = "template.resources.requests" + Resources.NAMES)
@ValidationRule(
        value = "!has(self.limits) || self.limits.all(key, " + Resources.NAME_RULE + ")",
        message = "template.resources.limits" + Resources.NAMES)
@ValidationRule(
        value =
                "!has(self.requests) || self.requests.all(key, string(self.requests[key]).matches('"
                        + Syntax.QUANTITY
                        + "'))",
        message = "template.resources.requests" + Resources.QUANTITIES)
@ValidationRule(
        value =
                "!has(self.limits) || self.limits.all(key, string(self.limits[key]).matches('"
                        + Syntax.QUANTITY
                        + "'))",
        message = "template.resources.limits" + Resources.QUANTITIES)
@ValidationRule(
        value =
                "!has(self.requests) || !has(self.limits) || self.requests.all(key, !(key in self.limits)"
                        + " || !isQuantity(string(self.requests[key])) || !isQuantity(string(self.limits[key]))"
                        + " || quantity(string(self.requests[key])).compareTo(quantity(string(self.limits[key]))) <= 0)",
        message =
                "template.resources.requests must not be above template.resources.limits: lower the request or raise the limit")
@ValidationRule(
        value =
                "!has(self.requests) || self.requests.all(key, !key.contains('/') && !key.startsWith('hugepages-')"
                        + " || (has(self.limits) && key in self.limits && string(self.limits[key]) == string(self.requests[key])))",
        message =
                "template.resources: of hugepages and of devices such as nvidia.com/gpu nothing can be lent: set the same in requests and limits, or limits alone")
@ValidationRule(
        value =
                "!has(self.limits) || self.limits.all(key, !key.contains('/') || string(self.limits[key]).matches('^[0-9]+$'))",
        message =
                "template.resources.limits of devices such as nvidia.com/gpu must be whole numbers")
public record Resources(
        @JsonPropertyDescription("What is reserved, such as cpu: 500m and memory: 512Mi.")
                @Size(max = 16)
                Map<String, Quantity> requests,
        @JsonPropertyDescription("What is allowed at most.") @Size(max = 16)
                Map<String, Quantity> limits) {

    static final long QUANTITY_LENGTH = 32;

    static final String NAME_RULE =
            "key in ['cpu', 'memory', 'ephemeral-storage'] || key.matches('^hugepages-[0-9]{1,6}[KMG]i$')"
                    + " || key.contains('/') && key.size() <= 317 && key.matches('"
                    + Syntax.QUALIFIED_NAME
                    + "')";
    static final String NAMES =
            " must be of cpu, memory, ephemeral-storage, hugepages-2Mi and the like, or a device such as nvidia.com/gpu";
    static final String QUANTITIES =
            " must be quantities that are not negative, such as cpu: 500m, cpu: 2, memory: 512Mi or memory: 1.5Gi";

    private static final Pattern QUANTITY = Pattern.compile(Syntax.QUANTITY);

    // Absent in JSON is null here. What is no quantity is an error here and now, not for whoever
    // adds it up later.
    public Resources(
            @Nullable Map<String, Quantity> requests, @Nullable Map<String, Quantity> limits) {
        this.requests = checked("requests", requireNonNullElse(requests, Map.of()));
        this.limits = checked("limits", requireNonNullElse(limits, Map.of()));
    }

    private static Map<String, Quantity> checked(String what, Map<String, Quantity> given) {
        given.forEach((name, quantity) -> {
            if (quantity == null || !QUANTITY.matcher(quantity.toString()).matches()) {
                throw new IllegalArgumentException(
                        "%s.%s '%s' is no quantity such as 500m, 2 or 512Mi"
                                .formatted(what, name, quantity));
            }
        });
        return given;
    }
}
