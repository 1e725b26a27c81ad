package otherworld.crds;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where instances may run, in the shape of a pod's affinity (core/v1 Affinity), so that the API
 * server knows every field of it. Components are in alphabetical order, as the API server stores
 * them, and absent ones stay absent: the revision of a World's pods is a hash of this as JSON.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Affinity(
        @JsonPropertyDescription("Which nodes.") @Nullable NodeAffinity nodeAffinity,
        @JsonPropertyDescription("Near which pods.") @Nullable PodAffinity podAffinity,
        @JsonPropertyDescription("Away from which pods.") @Nullable PodAffinity podAntiAffinity) {

    private static final String PREFERRED = "Sought, the sum of weights decides.";
    private static final String REQUIRED = "Must hold, or the pod waits.";

    /** Nodes that instances may run on, or had better run on. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record NodeAffinity(
            @JsonPropertyDescription(PREFERRED) @Size(max = 16)
                    @Nullable List<PreferredNodes> preferredDuringSchedulingIgnoredDuringExecution,
            @JsonPropertyDescription(REQUIRED)
                    @Nullable RequiredNodes requiredDuringSchedulingIgnoredDuringExecution) {}

    /** Nodes of which one term must hold. */
    public record RequiredNodes(
            @JsonPropertyDescription("Of these, one must hold.") @Required @Size(min = 1, max = 16)
                    List<NodeTerm> nodeSelectorTerms) {}

    /** Nodes that are better by some weight. */
    public record PreferredNodes(
            @JsonPropertyDescription("Which nodes.") @Required NodeTerm preference,
            @JsonPropertyDescription("How much better, 1 to 100.") @Required @Min(1) @Max(100)
                    Integer weight) {}

    /** Expressions that all must hold of a node. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record NodeTerm(
            @JsonPropertyDescription("Of the node's labels.") @Size(max = 16)
                    @Nullable List<NodeExpression> matchExpressions,
            @JsonPropertyDescription("Of the node's fields, of which metadata.name is the one.")
                    @Size(max = 4)
                    @Nullable List<NodeField> matchFields) {}

    /** What must hold of one label of a node. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "!has(self.key) || self.key.matches('" + Syntax.QUALIFIED_NAME + "')",
            message =
                    "affinity's keys must be label keys such as disk or topology.kubernetes.io/zone")
    @ValidationRule(
            value =
                    "!has(self.operator) || (self.operator in ['In', 'NotIn'] ? has(self.values) && self.values.size() > 0 : self.operator in ['Gt', 'Lt'] ? has(self.values) && self.values.size() == 1 && self.values[0].matches('^-?[0-9]{1,18}$') : !has(self.values) || self.values.size() == 0)",
            message =
                    "affinity: In and NotIn need values, Gt and Lt one whole number, such as [\"8\"], Exists and DoesNotExist none")
    public record NodeExpression(
            @JsonPropertyDescription("Key of the label.") @Required @Size(max = 317) String key,
            @JsonPropertyDescription("How it is compared.") @Required NodeOperator operator,
            @JsonPropertyDescription("With what.") @Size(max = 64)
                    @Nullable List<@Size(max = 63) String> values) {}

    /** What must hold of one field of a node. */
    @ValidationRule(
            value =
                    "!has(self.key) || !has(self.operator) || !has(self.values) || self.key == 'metadata.name' && self.operator in ['In', 'NotIn'] && self.values.size() == 1",
            message =
                    "affinity: matchFields takes key metadata.name, operator In or NotIn and one value, the node's name")
    public record NodeField(
            @JsonPropertyDescription("metadata.name.") @Required @Size(max = 64) String key,
            @JsonPropertyDescription("In or NotIn.") @Required NodeOperator operator,
            @JsonPropertyDescription("The node's name.") @Required @Size(min = 1, max = 1)
                    List<@Size(max = 253) String> values) {}

    /** How a node's label is compared. */
    public enum NodeOperator {
        In,
        NotIn,
        Exists,
        DoesNotExist,
        Gt,
        Lt
    }

    /** Pods to be near, or away from. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record PodAffinity(
            @JsonPropertyDescription(PREFERRED) @Size(max = 16)
                    @Nullable List<PreferredPods> preferredDuringSchedulingIgnoredDuringExecution,
            @JsonPropertyDescription(REQUIRED) @Size(max = 16)
                    @Nullable List<PodTerm> requiredDuringSchedulingIgnoredDuringExecution) {}

    /** Pods to be near, or away from, by some weight. */
    public record PreferredPods(
            @JsonPropertyDescription("Which pods.") @Required PodTerm podAffinityTerm,
            @JsonPropertyDescription("How much better, 1 to 100.") @Required @Min(1) @Max(100)
                    Integer weight) {}

    /** Pods, and how near is near. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value =
                    "!has(self.topologyKey) || self.topologyKey.matches('"
                            + Syntax.QUALIFIED_NAME
                            + "')",
            message =
                    "affinity: topologyKey must be a label key of nodes, such as kubernetes.io/hostname or topology.kubernetes.io/zone")
    @ValidationRule(
            value =
                    "!has(self.namespaces) || self.namespaces.all(name, name.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$'))",
            message = "affinity: namespaces must be names of namespaces, such as default")
    @ValidationRule(
            value =
                    "has(self.labelSelector) || (!has(self.matchLabelKeys) && !has(self.mismatchLabelKeys))",
            message = "affinity: matchLabelKeys and mismatchLabelKeys need a labelSelector")
    public record PodTerm(
            @JsonPropertyDescription("Pods of these labels.") @Nullable Selector labelSelector,
            @JsonPropertyDescription("Label keys whose values are the pod's own.") @Size(max = 8)
                    @Nullable List<@Size(max = 317) String> matchLabelKeys,
            @JsonPropertyDescription("Label keys whose values are not the pod's own.")
                    @Size(max = 8)
                    @Nullable List<@Size(max = 317) String> mismatchLabelKeys,
            @JsonPropertyDescription("Namespaces of these labels.")
                    @Nullable Selector namespaceSelector,
            @JsonPropertyDescription("These namespaces; the World's own if absent.") @Size(max = 16)
                    @Nullable List<@Size(max = 63) String> namespaces,
            @JsonPropertyDescription("Near is: the same value of this label of nodes.")
                    @Required
                    @Size(max = 317)
                    String topologyKey) {}

    /** Objects by their labels. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value =
                    "!has(self.matchLabels) || self.matchLabels.all(key, key.matches('"
                            + Syntax.QUALIFIED_NAME
                            + "') && self.matchLabels[key].matches('"
                            + Syntax.LABEL_VALUE
                            + "'))",
            message =
                    "affinity: matchLabels must be of label keys and values, such as app: plaza or example.org/team: games")
    public record Selector(
            @JsonPropertyDescription("All must hold.") @Size(max = 16)
                    @Nullable List<SelectorExpression> matchExpressions,
            @JsonPropertyDescription("Labels with these values.") @Size(max = 32)
                    @Nullable Map<String, @Size(max = 63) String> matchLabels) {}

    /** What must hold of one label. */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @ValidationRule(
            value = "!has(self.key) || self.key.matches('" + Syntax.QUALIFIED_NAME + "')",
            message = "affinity's keys must be label keys such as app or app.kubernetes.io/name")
    @ValidationRule(
            value =
                    "!has(self.operator) || (self.operator in ['In', 'NotIn'] ? has(self.values) && self.values.size() > 0 : !has(self.values) || self.values.size() == 0)",
            message = "affinity: In and NotIn need values, Exists and DoesNotExist none")
    @ValidationRule(
            value =
                    "!has(self.values) || self.values.all(value, value.matches('"
                            + Syntax.LABEL_VALUE
                            + "'))",
            message =
                    "affinity: values must be label values: letters, digits, '-', '_' and '.', starting and ending with a letter or digit")
    public record SelectorExpression(
            @JsonPropertyDescription("Key of the label.") @Required @Size(max = 317) String key,
            @JsonPropertyDescription("How it is compared.") @Required SelectorOperator operator,
            @JsonPropertyDescription("With what.") @Size(max = 16)
                    @Nullable List<@Size(max = 63) String> values) {}

    /** How a label is compared. */
    public enum SelectorOperator {
        In,
        NotIn,
        Exists,
        DoesNotExist
    }
}
