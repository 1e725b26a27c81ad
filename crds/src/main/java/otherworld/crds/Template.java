package otherworld.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.crd.generator.annotation.PreserveUnknownFields;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What instance pods are made of, beside what the operator sets. A record of our own with bounded
 * lists, not a pod template: nothing in it makes a pod privileged.
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value =
                "!has(self.labels) || self.labels.all(key, !key.startsWith('otherworld.dev/') && !(key in ['app.kubernetes.io/name', 'app.kubernetes.io/managed-by']))",
        message =
                "template.labels must not begin with otherworld.dev/, nor be app.kubernetes.io/name or app.kubernetes.io/managed-by, by which the operator knows its pods: rename them")
@ValidationRule(
        value =
                "!has(self.annotations) || self.annotations.all(key, !key.startsWith('otherworld.dev/'))",
        message =
                "template.annotations must not begin with otherworld.dev/, which is the operator's: rename them")
public record Template(
        @JsonPropertyDescription("Image of the instance server. Default: the operator's.")
                @Size(min = 1, max = 512)
                @Nullable String image,
        @JsonPropertyDescription("When to pull the image. Default: Kubernetes' own.")
                @Nullable PullPolicy imagePullPolicy,
        @JsonPropertyDescription("Names of Secrets to pull the image with.") @Size(max = 8)
                List<@Size(min = 1, max = 253) String> imagePullSecrets,
        @JsonPropertyDescription("Compute resources of an instance.") @Nullable Resources resources,
        @JsonPropertyDescription("Further environment of the instance server.") @Size(max = 64)
                List<EnvVar> env,
        @JsonPropertyDescription("Labels of nodes that instances may run on.") @Size(max = 32)
                Map<String, @Size(max = 63) String> nodeSelector,
        @JsonPropertyDescription("Taints that instances tolerate.") @Size(max = 16)
                List<Toleration> tolerations,
        @JsonPropertyDescription(
                        "Affinity as in a pod (core/v1 Affinity); checked when pods are created.")
                @PreserveUnknownFields
                @Nullable JsonNode affinity,
        @JsonPropertyDescription("Name of a PriorityClass.") @Size(min = 1, max = 253)
                @Nullable String priorityClassName,
        @JsonPropertyDescription("Name of a ServiceAccount; its token is not mounted.")
                @Size(min = 1, max = 253)
                @Nullable String serviceAccountName,
        @JsonPropertyDescription("Further labels of pods.") @Size(max = 32)
                Map<String, @Size(max = 63) String> labels,
        @JsonPropertyDescription("Further annotations of pods.") @Size(max = 32)
                Map<String, @Size(max = 4096) String> annotations) {

    public static final Template EMPTY =
            new Template(null, null, null, null, null, null, null, null, null, null, null, null);

    /** When the image is pulled. */
    public enum PullPolicy {
        Always,
        IfNotPresent,
        Never
    }

    // Absent in JSON is null here; everywhere else lists and maps are set.
    public Template(
            @Nullable String image,
            @Nullable PullPolicy imagePullPolicy,
            @Nullable List<String> imagePullSecrets,
            @Nullable Resources resources,
            @Nullable List<EnvVar> env,
            @Nullable Map<String, String> nodeSelector,
            @Nullable List<Toleration> tolerations,
            @Nullable JsonNode affinity,
            @Nullable String priorityClassName,
            @Nullable String serviceAccountName,
            @Nullable Map<String, String> labels,
            @Nullable Map<String, String> annotations) {
        this.image = image;
        this.imagePullPolicy = imagePullPolicy;
        this.imagePullSecrets = requireNonNullElse(imagePullSecrets, List.of());
        this.resources = resources;
        this.env = requireNonNullElse(env, List.of());
        this.nodeSelector = requireNonNullElse(nodeSelector, Map.of());
        this.tolerations = requireNonNullElse(tolerations, List.of());
        this.affinity = affinity;
        this.priorityClassName = priorityClassName;
        this.serviceAccountName = serviceAccountName;
        this.labels = requireNonNullElse(labels, Map.of());
        this.annotations = requireNonNullElse(annotations, Map.of());
    }
}
