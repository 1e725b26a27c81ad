package otherworld.local.node;

import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The downward API: fields of a pod that its environment may refer to. */
final class PodFields {
    /** Address of the node and of every pod on it: processes share the machine's loopback. */
    static final String ADDRESS = "127.0.0.1";

    static final String SUPPORTED =
            "metadata.name, metadata.namespace, metadata.uid, metadata.labels['…'],"
                    + " metadata.annotations['…'], spec.nodeName, spec.serviceAccountName,"
                    + " status.hostIP, status.hostIPs, status.podIP, status.podIPs";

    private static final Pattern ENTRY =
            Pattern.compile("metadata\\.(labels|annotations)\\['(.+)']");

    private PodFields() {}

    static boolean supported(String path) {
        return switch (path) {
            case "metadata.name",
                    "metadata.namespace",
                    "metadata.uid",
                    "spec.nodeName",
                    "spec.serviceAccountName",
                    "status.hostIP",
                    "status.hostIPs",
                    "status.podIP",
                    "status.podIPs" ->
                    true;
            default -> ENTRY.matcher(path).matches();
        };
    }

    /**
     * The value, empty text for an absent label or annotation as in a kubelet.
     *
     * @throws IllegalArgumentException if the path is not {@link #supported}
     */
    static String value(Pod pod, String path) {
        Matcher entry = ENTRY.matcher(path);
        if (entry.matches()) {
            Map<String, String> entries =
                    entry.group(1).equals("labels")
                            ? pod.getMetadata().getLabels()
                            : pod.getMetadata().getAnnotations();
            return entries == null ? "" : entries.getOrDefault(entry.group(2), "");
        }
        return switch (path) {
            case "metadata.name" -> pod.getMetadata().getName();
            case "metadata.namespace" -> pod.getMetadata().getNamespace();
            case "metadata.uid" -> pod.getMetadata().getUid();
            case "spec.nodeName" -> orEmpty(pod.getSpec().getNodeName());
            case "spec.serviceAccountName" -> orEmpty(pod.getSpec().getServiceAccountName());
            case "status.hostIP", "status.hostIPs", "status.podIP", "status.podIPs" -> ADDRESS;
            default -> throw new IllegalArgumentException("Field path '" + path + "'");
        };
    }

    private static String orEmpty(@org.jspecify.annotations.Nullable String text) {
        return Optional.ofNullable(text).orElse("");
    }
}
