package otherworld.local.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvFromSource;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarSource;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A container's environment and arguments, resolved as a kubelet does. */
final class PodEnvironment {
    /** Everything in the local cluster listens on loopback, whatever the pod says. */
    static final String BIND = "OTHERWORLD_BIND";

    static final String MANAGEMENT_BIND = "OTHERWORLD_MANAGEMENT_BIND";

    private PodEnvironment() {}

    /** Where ConfigMaps and Secrets come from. */
    interface Objects {
        /** The data of a ConfigMap, empty if there is none. */
        Optional<Map<String, String>> configMap(String namespace, String name);

        /** The decoded data of a Secret, empty if there is none. */
        Optional<Map<String, String>> secret(String namespace, String name);
    }

    /** What resolving came to. */
    sealed interface Resolution {
        /**
         * All references resolved: the variables in order, and the arguments with them filled in.
         */
        record Resolved(Map<String, String> variables, List<String> arguments)
                implements Resolution {}

        /** A ConfigMap, Secret or key is missing; the container waits until it exists. */
        record Missing(String message) implements Resolution {}
    }

    static Resolution resolve(Pod pod, Container container, Objects objects) {
        Map<String, String> variables = new LinkedHashMap<>();
        try {
            for (EnvFromSource source : container.getEnvFrom()) {
                addAll(pod, source, objects, variables);
            }
            for (EnvVar variable : container.getEnv()) {
                String value =
                        variable.getValueFrom() == null
                                ? expand(
                                        variable.getValue() == null ? "" : variable.getValue(),
                                        variables)
                                : fromSource(pod, variable.getValueFrom(), objects);
                if (value != null) {
                    variables.put(variable.getName(), value);
                }
            }
        } catch (MissingReference e) {
            return new Resolution.Missing(String.valueOf(e.getMessage()));
        }
        variables.put(BIND, PodFields.ADDRESS);
        variables.put(MANAGEMENT_BIND, PodFields.ADDRESS);
        List<String> arguments =
                container.getArgs().stream().map(text -> expand(text, variables)).toList();
        return new Resolution.Resolved(variables, arguments);
    }

    private static void addAll(
            Pod pod, EnvFromSource source, Objects objects, Map<String, String> variables) {
        String prefix = source.getPrefix() == null ? "" : source.getPrefix();
        String namespace = pod.getMetadata().getNamespace();
        Map<String, String> data;
        if (source.getConfigMapRef() != null) {
            var reference = source.getConfigMapRef();
            data =
                    whole(
                            "configmap",
                            reference.getName(),
                            objects.configMap(namespace, reference.getName()),
                            reference.getOptional());
        } else if (source.getSecretRef() != null) {
            var reference = source.getSecretRef();
            data =
                    whole(
                            "secret",
                            reference.getName(),
                            objects.secret(namespace, reference.getName()),
                            reference.getOptional());
        } else {
            return;
        }
        data.forEach((key, value) -> variables.put(prefix + key, value));
    }

    private static @Nullable String fromSource(Pod pod, EnvVarSource source, Objects objects) {
        String namespace = pod.getMetadata().getNamespace();
        if (source.getFieldRef() != null) {
            return PodFields.value(pod, source.getFieldRef().getFieldPath());
        }
        if (source.getConfigMapKeyRef() != null) {
            var reference = source.getConfigMapKeyRef();
            return key(
                    "configmap",
                    namespace,
                    reference.getName(),
                    reference.getKey(),
                    objects.configMap(namespace, reference.getName()),
                    reference.getOptional());
        }
        if (source.getSecretKeyRef() != null) {
            var reference = source.getSecretKeyRef();
            return key(
                    "secret",
                    namespace,
                    reference.getName(),
                    reference.getKey(),
                    objects.secret(namespace, reference.getName()),
                    reference.getOptional());
        }
        return null; // refused before by PodRules
    }

    private static Map<String, String> whole(
            String kind,
            String name,
            Optional<Map<String, String>> data,
            @Nullable Boolean optional) {
        if (data.isEmpty() && !Boolean.TRUE.equals(optional)) {
            throw new MissingReference("%s \"%s\" not found".formatted(kind, name));
        }
        return data.orElse(Map.of());
    }

    private static @Nullable String key(
            String kind,
            String namespace,
            String name,
            String key,
            Optional<Map<String, String>> data,
            @Nullable Boolean optional) {
        String value = whole(kind, name, data, optional).get(key);
        if (value == null && !Boolean.TRUE.equals(optional)) {
            throw new MissingReference(
                    "couldn't find key %s in %s %s/%s".formatted(key, kind, namespace, name));
        }
        return value;
    }

    /**
     * Fills in {@code $(NAME)}; {@code $$} stands for one dollar sign, and an unknown name stays as
     * it is written. The rule is Kubernetes': third_party/forked/golang/expansion.
     */
    static String expand(String text, Map<String, String> variables) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c != '$' || at + 1 == text.length()) {
                out.append(c);
                at++;
            } else if (text.charAt(at + 1) == '$') {
                out.append('$');
                at += 2;
            } else if (text.charAt(at + 1) == '(' && text.indexOf(')', at) > 0) {
                int end = text.indexOf(')', at);
                String written = text.substring(at, end + 1);
                out.append(variables.getOrDefault(text.substring(at + 2, end), written));
                at = end + 1;
            } else {
                out.append(c);
                at++;
            }
        }
        return out.toString();
    }

    private static final class MissingReference extends RuntimeException {
        private static final long serialVersionUID = 1;

        MissingReference(String message) {
            super(message, null, false, false);
        }
    }
}
