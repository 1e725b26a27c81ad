package otherworld.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * A pod that hosts, or is starting to host, one instance.
 *
 * @param endpoints URLs in the order clients should try them, without line breaks
 */
public record InstanceHost(
        int ordinal, String podName, String podUid, List<String> endpoints, Phase phase) {
    /** As Kubernetes sees the pod. */
    public enum Phase {
        STARTING,
        READY,
        STOPPING
    }

    /** As the scripts keep it: phase, pod name, endpoints, a line each. */
    String encode() {
        List<String> lines = new ArrayList<>();
        lines.add(phase.name());
        lines.add(podName);
        lines.addAll(endpoints);
        return String.join("\n", lines);
    }

    /** The endpoints in what {@link #encode} wrote; none if {@code host} is empty. */
    static List<String> endpoints(String host) {
        return host.isEmpty() ? List.of() : host.lines().skip(2).toList();
    }

    static String podName(String host) {
        return host.isEmpty() ? "" : host.lines().skip(1).findFirst().orElse("");
    }
}
