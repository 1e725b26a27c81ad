package otherworld.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * A pod that hosts, or is starting to host, one instance.
 *
 * @param endpoints URLs in the order clients should try them, without line breaks
 * @param address where the gateway reaches its players' port, host:port; empty if players come to
 *     it themselves, or it has none yet
 */
public record InstanceHost(
        int ordinal,
        String podName,
        String podUid,
        List<String> endpoints,
        String address,
        Phase phase) {
    /** As Kubernetes sees the pod. */
    public enum Phase {
        STARTING,
        READY,
        STOPPING
    }

    /** One to which players come themselves. */
    public InstanceHost(
            int ordinal, String podName, String podUid, List<String> endpoints, Phase phase) {
        this(ordinal, podName, podUid, endpoints, "", phase);
    }

    /** As the scripts keep it: phase; pod name and perhaps address; endpoints, a line each. */
    String encode() {
        List<String> lines = new ArrayList<>();
        lines.add(phase.name());
        lines.add(address.isEmpty() ? podName : podName + " " + address);
        lines.addAll(endpoints);
        return String.join("\n", lines);
    }

    /** The endpoints in what {@link #encode} wrote; none if {@code host} is empty. */
    static List<String> endpoints(String host) {
        return host.isEmpty() ? List.of() : host.lines().skip(2).toList();
    }

    static String podName(String host) {
        return nameAndAddress(host)[0];
    }

    /** Empty if there is none. */
    static String address(String host) {
        String[] both = nameAndAddress(host);
        return both.length == 2 ? both[1] : "";
    }

    private static String[] nameAndAddress(String host) {
        return host.lines().skip(1).findFirst().orElse("").split(" ", 2);
    }
}
