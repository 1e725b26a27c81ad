package otherworld.local.node;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Lifecycle;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.ProbeBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP probe of a container, with Kubernetes' defaults filled in.
 *
 * @param initialDelay from the container's start to the first probe
 * @param period from one probe to the next, ≥ 1 s
 * @param timeout of one probe, ≥ 1 s
 * @param headers name, value pairs in the order written
 */
record ProbeSettings(
        int port,
        String path,
        List<Header> headers,
        Duration initialDelay,
        Duration period,
        Duration timeout,
        int successThreshold,
        int failureThreshold) {

    /** A kubelet gives it all of the pod's grace; here the pod's thread waits for it. */
    private static final int PRE_STOP_SECONDS = 2;

    record Header(String name, String value) {}

    /** Empty if the container has no such probe. */
    static Optional<ProbeSettings> of(@Nullable Probe probe, Container container) {
        if (probe == null || probe.getHttpGet() == null) {
            return Optional.empty();
        }
        var get = probe.getHttpGet();
        String path = get.getPath() == null || get.getPath().isEmpty() ? "/" : get.getPath();
        List<Header> headers = new ArrayList<>();
        for (HTTPHeader header : get.getHttpHeaders()) {
            headers.add(
                    new Header(
                            header.getName(), header.getValue() == null ? "" : header.getValue()));
        }
        return Optional.of(
                new ProbeSettings(
                        port(get.getPort(), container).orElseThrow(),
                        path.startsWith("/") ? path : "/" + path,
                        List.copyOf(headers),
                        Duration.ofSeconds(positive(probe.getInitialDelaySeconds(), 0)),
                        Duration.ofSeconds(positive(probe.getPeriodSeconds(), 10)),
                        Duration.ofSeconds(positive(probe.getTimeoutSeconds(), 1)),
                        positive(probe.getSuccessThreshold(), 1),
                        positive(probe.getFailureThreshold(), 3)));
    }

    /** What tells the container's process before it is asked to end, as a probe; null: nothing. */
    static @Nullable Probe preStop(Container container) {
        Lifecycle lifecycle = container.getLifecycle();
        return lifecycle == null || lifecycle.getPreStop() == null
                ? null
                : new ProbeBuilder()
                        .withHttpGet(lifecycle.getPreStop().getHttpGet())
                        .withTimeoutSeconds(PRE_STOP_SECONDS)
                        .build();
    }

    /**
     * A port's number, looked up among the container's ports if it is a name; empty if there is
     * none.
     */
    static OptionalInt port(@Nullable IntOrString port, Container container) {
        if (port == null) {
            return OptionalInt.empty();
        }
        if (port.getIntVal() != null) {
            return OptionalInt.of(port.getIntVal());
        }
        return container.getPorts().stream()
                .filter(candidate -> Objects.equals(candidate.getName(), port.getStrVal()))
                .mapToInt(ContainerPort::getContainerPort)
                .findFirst();
    }

    private static int positive(@Nullable Integer value, int fallback) {
        return value == null || value <= 0 ? fallback : value;
    }
}
