package otherworld.local.observe;

import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;

/**
 * What the Prometheus of a local cluster looks at.
 *
 * @param rules a folder; all {@code .yaml} in it are loaded, none if it is not there
 * @param targets what {@link PodTargets} writes
 * @param prometheusPort its own
 * @param operatorPort management, as the following
 * @param gatewayPort empty if there is none
 */
public record LocalTargets(
        Path rules,
        Path targets,
        int prometheusPort,
        int alertmanagerPort,
        int operatorPort,
        int matchmakerPort,
        OptionalInt gatewayPort) {

    /** The configuration file of Prometheus. */
    public String configuration() {
        return Configuration.of(
                "prometheus.yml",
                Map.of(
                        "rules", rules + "/*.yaml",
                        "targets", targets,
                        "prometheusPort", prometheusPort,
                        "alertmanagerPort", alertmanagerPort,
                        "operatorPort", operatorPort,
                        "matchmakerPort", matchmakerPort,
                        "gateway",
                                gatewayPort.stream()
                                        .mapToObj(port -> "127.0.0.1:" + port)
                                        .toList()));
    }
}
