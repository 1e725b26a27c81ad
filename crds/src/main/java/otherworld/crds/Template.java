package otherworld.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
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
        value = "!has(self.image) || self.image.matches('" + Syntax.IMAGE + "')",
        message =
                "template.image must be an image reference such as registry.example.org/games/plaza:1.2 or plaza@sha256:…; paths are in lower case")
@ValidationRule(
        value =
                "!has(self.imagePullSecrets) || self.imagePullSecrets.all(name, name.matches('"
                        + Syntax.OBJECT_NAME
                        + "'))",
        message = "template.imagePullSecrets must be names of Secrets, such as registry-login")
@ValidationRule(
        value =
                "!has(self.priorityClassName) || self.priorityClassName.matches('"
                        + Syntax.OBJECT_NAME
                        + "')",
        message = "template.priorityClassName must be the name of a PriorityClass, such as games")
@ValidationRule(
        value =
                "!has(self.serviceAccountName) || self.serviceAccountName.matches('"
                        + Syntax.OBJECT_NAME
                        + "')",
        message =
                "template.serviceAccountName must be the name of a ServiceAccount, such as default")
@ValidationRule(
        value =
                "!has(self.env) || self.env.all(each, !has(each.name) || self.env.exists_one(other, has(other.name) && other.name == each.name))",
        message = "template.env names a variable twice: keep one of the entries")
@ValidationRule(
        value =
                "!has(self.nodeSelector) || self.nodeSelector.all(key, key.size() <= 317 && key.matches('"
                        + Syntax.QUALIFIED_NAME
                        + "') && self.nodeSelector[key].matches('"
                        + Syntax.LABEL_VALUE
                        + "'))",
        message =
                "template.nodeSelector must be of node labels and their values, such as disk: ssd or topology.kubernetes.io/zone: north")
@ValidationRule(
        value =
                "!has(self.labels) || self.labels.all(key, key.size() <= 317 && key.matches('"
                        + Syntax.QUALIFIED_NAME
                        + "') && self.labels[key].matches('"
                        + Syntax.LABEL_VALUE
                        + "'))",
        message =
                "template.labels must be of label keys and values, such as team: games or example.org/team: games: letters, digits, '-', '_' and '.', at most 63, starting and ending with a letter or digit")
@ValidationRule(
        value =
                "!has(self.annotations) || self.annotations.all(key, key.size() <= 317 && key.matches('"
                        + Syntax.QUALIFIED_NAME
                        + "'))",
        message =
                "template.annotations must have keys such as example.org/owner: letters, digits, '-', '_' and '.', at most 63 after the slash")
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
                @Size(max = 512)
                @Nullable String image,
        @JsonPropertyDescription("When to pull the image. Default: Kubernetes' own.")
                @Nullable PullPolicy imagePullPolicy,
        @JsonPropertyDescription("Names of Secrets to pull the image with.") @Size(max = 8)
                List<@Size(max = 253) String> imagePullSecrets,
        @JsonPropertyDescription("Compute resources of an instance.") @Nullable Resources resources,
        @JsonPropertyDescription("Further environment of the instance server.") @Size(max = 64)
                List<EnvVar> env,
        @JsonPropertyDescription("Labels of nodes that instances may run on.") @Size(max = 32)
                Map<String, @Size(max = 63) String> nodeSelector,
        @JsonPropertyDescription("Taints that instances tolerate.") @Size(max = 16)
                List<Toleration> tolerations,
        @JsonPropertyDescription("Affinity as in a pod (core/v1 Affinity).")
                @Nullable Affinity affinity,
        @JsonPropertyDescription("Name of a PriorityClass.") @Size(max = 253)
                @Nullable String priorityClassName,
        @JsonPropertyDescription("Name of a ServiceAccount; its token is not mounted.")
                @Size(max = 253)
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
            @Nullable Affinity affinity,
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
