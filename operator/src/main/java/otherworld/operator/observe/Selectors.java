package otherworld.operator.observe;

import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Label selectors as Kubernetes reads them (apimachinery, meta/v1 LabelSelectorAsSelector). */
public final class Selectors {
    private Selectors() {}

    /** An absent selector matches nothing, an empty one everything. */
    public static boolean matches(
            @Nullable LabelSelector selector, @Nullable Map<String, String> labels) {
        if (selector == null) {
            return false;
        }
        Map<String, String> its = labels == null ? Map.of() : labels;
        Map<String, String> wanted = selector.getMatchLabels();
        return (wanted == null || its.entrySet().containsAll(wanted.entrySet()))
                && selector.getMatchExpressions().stream().allMatch(each -> matches(each, its));
    }

    private static boolean matches(LabelSelectorRequirement each, Map<String, String> labels) {
        String value = labels.get(each.getKey());
        return switch (each.getOperator()) {
            case "In" -> value != null && each.getValues().contains(value);
            case "NotIn" -> value == null || !each.getValues().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false; // the API server takes no other
        };
    }
}
