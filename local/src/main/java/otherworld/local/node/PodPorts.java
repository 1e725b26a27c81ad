package otherworld.local.node;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.List;
import java.util.stream.Collectors;

/**
 * The TCP ports that a pod declares. All pods share the machine's loopback with all that runs
 * there, so that only these are a pod's own.
 */
record PodPorts(List<ContainerPort> declared) {
    static PodPorts of(Pod pod) {
        return new PodPorts(
                pod.getSpec().getContainers().stream()
                        .flatMap(container -> container.getPorts().stream())
                        .filter(port -> !"UDP".equals(port.getProtocol()))
                        .toList());
    }

    boolean contains(int port) {
        return declared.stream().anyMatch(one -> one.getContainerPort() == port);
    }

    /** Such as {@code 20000 (play), 20100 (management)}. */
    String describe() {
        if (declared.isEmpty()) {
            return "no ports";
        }
        return declared.stream()
                .map(port ->
                        port.getName() == null
                                ? String.valueOf(port.getContainerPort())
                                : "%d (%s)".formatted(port.getContainerPort(), port.getName()))
                .collect(Collectors.joining(", "));
    }
}
