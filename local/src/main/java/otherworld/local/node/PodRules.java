package otherworld.local.node;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.ObjectFieldSelector;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a pod may ask of the local node. The list says what is supported; every other field refuses
 * the pod, so that nothing a pod relies on is silently missing.
 */
final class PodRules {
    /**
     * Pods are processes without a container around them; these fields need one, or a kubelet's
     * rest.
     */
    static final String REASON = "UnsupportedByLocalNode";

    /** At most this many refusals are listed: a status message has room for no more. */
    static final int MAX_LISTED = 16;

    /** Volumes the API server adds for the service account; nothing is mounted from them. */
    static final String SERVICE_ACCOUNT_VOLUME = "kube-api-access-";

    /**
     * Fields with all below them: done here, another part's business, or a default without effect.
     */
    private static final Set<String> SUPPORTED =
            Set.of(
                    // The scheduler's and the API server's.
                    "spec.affinity",
                    "spec.nodeName",
                    "spec.nodeSelector",
                    "spec.preemptionPolicy",
                    "spec.priority",
                    "spec.priorityClassName",
                    "spec.schedulerName",
                    "spec.schedulingGates",
                    "spec.tolerations",
                    "spec.topologySpreadConstraints",
                    "spec.automountServiceAccountToken",
                    "spec.serviceAccount",
                    "spec.serviceAccountName",
                    // True of a local process anyway: it uses the machine's network, names and
                    // files.
                    "spec.dnsPolicy",
                    "spec.enableServiceLinks",
                    "spec.hostNetwork",
                    "spec.imagePullSecrets",
                    "spec.containers[].imagePullPolicy",
                    "spec.containers[].terminationMessagePath",
                    // Hardening that takes rights away; not enforced here, and nothing works less
                    // without.
                    "spec.securityContext.runAsNonRoot",
                    "spec.securityContext.seccompProfile",
                    "spec.containers[].securityContext.allowPrivilegeEscalation",
                    "spec.containers[].securityContext.capabilities.drop",
                    "spec.containers[].securityContext.readOnlyRootFilesystem",
                    "spec.containers[].securityContext.runAsNonRoot",
                    "spec.containers[].securityContext.seccompProfile",
                    // Checked by value below.
                    "spec.restartPolicy",
                    "spec.volumes",
                    "spec.containers[].volumeMounts",
                    // Done here.
                    "spec.terminationGracePeriodSeconds",
                    "spec.containers[].name",
                    "spec.containers[].image",
                    "spec.containers[].args",
                    "spec.containers[].env[].name",
                    "spec.containers[].env[].value",
                    "spec.containers[].env[].valueFrom.configMapKeyRef",
                    "spec.containers[].env[].valueFrom.fieldRef",
                    "spec.containers[].env[].valueFrom.secretKeyRef",
                    "spec.containers[].envFrom",
                    "spec.containers[].ports[].containerPort",
                    "spec.containers[].ports[].hostPort",
                    "spec.containers[].ports[].name",
                    "spec.containers[].ports[].protocol",
                    "spec.containers[].resources.limits",
                    "spec.containers[].resources.requests",
                    "spec.containers[].terminationMessagePolicy",
                    "spec.containers[].lifecycle.preStop.httpGet",
                    "spec.containers[].livenessProbe.failureThreshold",
                    "spec.containers[].livenessProbe.httpGet",
                    "spec.containers[].livenessProbe.initialDelaySeconds",
                    "spec.containers[].livenessProbe.periodSeconds",
                    "spec.containers[].livenessProbe.successThreshold",
                    "spec.containers[].livenessProbe.timeoutSeconds",
                    "spec.containers[].readinessProbe.failureThreshold",
                    "spec.containers[].readinessProbe.httpGet",
                    "spec.containers[].readinessProbe.initialDelaySeconds",
                    "spec.containers[].readinessProbe.periodSeconds",
                    "spec.containers[].readinessProbe.successThreshold",
                    "spec.containers[].readinessProbe.timeoutSeconds",
                    "spec.containers[].startupProbe.failureThreshold",
                    "spec.containers[].startupProbe.httpGet",
                    "spec.containers[].startupProbe.initialDelaySeconds",
                    "spec.containers[].startupProbe.periodSeconds",
                    "spec.containers[].startupProbe.successThreshold",
                    "spec.containers[].startupProbe.timeoutSeconds");

    private static final ObjectMapper JSON = new ObjectMapper();

    private PodRules() {}

    /** Why this node does not run the pod, one line for each field; empty if it does. */
    static List<String> refusals(Pod pod, ImageCommands images) {
        List<String> refusals = new ArrayList<>();
        walk("spec", "spec", JSON.valueToTree(pod.getSpec()), refusals);
        PodSpec spec = pod.getSpec();
        if (!"Never".equals(spec.getRestartPolicy())) {
            refusals.add(
                    "spec.restartPolicy: %s; set Never, the owner replaces a pod that ended"
                            .formatted(spec.getRestartPolicy()));
        }
        for (Volume volume : spec.getVolumes()) {
            if (volume.getProjected() == null
                    || !volume.getName().startsWith(SERVICE_ACCOUNT_VOLUME)) {
                refusals.add(
                        "spec.volumes: '%s'; local processes have no volumes"
                                .formatted(volume.getName()));
            }
        }
        for (int i = 0; i < spec.getContainers().size(); i++) {
            container(
                    "spec.containers[%d]".formatted(i),
                    spec.getContainers().get(i),
                    images,
                    refusals);
        }
        return refusals.size() <= MAX_LISTED ? refusals : refusals.subList(0, MAX_LISTED);
    }

    private static void container(
            String path, Container container, ImageCommands images, List<String> refusals) {
        if (images.of(container.getImage()).isEmpty()) {
            refusals.add(
                    "%s.image: no local command stands for '%s'; known: %s"
                            .formatted(
                                    path,
                                    container.getImage(),
                                    images.commands().keySet().stream().sorted().toList()));
        }
        for (var mount : container.getVolumeMounts()) {
            if (!mount.getName().startsWith(SERVICE_ACCOUNT_VOLUME)) {
                refusals.add(
                        "%s.volumeMounts: '%s'; local processes have no volumes"
                                .formatted(path, mount.getName()));
            }
        }
        for (ContainerPort port : container.getPorts()) {
            if (port.getHostPort() != null && !port.getHostPort().equals(port.getContainerPort())) {
                refusals.add(
                        "%s.ports: hostPort %d is not containerPort %d; a local process has one network"
                                .formatted(path, port.getHostPort(), port.getContainerPort()));
            }
        }
        for (EnvVar variable : container.getEnv()) {
            ObjectFieldSelector field =
                    variable.getValueFrom() == null ? null : variable.getValueFrom().getFieldRef();
            if (field != null && !PodFields.supported(field.getFieldPath())) {
                refusals.add(
                        "%s.env[%s].valueFrom.fieldRef: '%s' is not one of %s"
                                .formatted(
                                        path,
                                        variable.getName(),
                                        field.getFieldPath(),
                                        PodFields.SUPPORTED));
            }
        }
        probe(path + ".startupProbe", container.getStartupProbe(), container, refusals);
        probe(path + ".readinessProbe", container.getReadinessProbe(), container, refusals);
        probe(path + ".livenessProbe", container.getLivenessProbe(), container, refusals);
        probe(path + ".lifecycle.preStop", ProbeSettings.preStop(container), container, refusals);
    }

    private static void probe(
            String path,
            @org.jspecify.annotations.Nullable Probe probe,
            Container container,
            List<String> refusals) {
        if (probe == null || probe.getHttpGet() == null) {
            return; // another handler is already refused by name
        }
        String scheme = probe.getHttpGet().getScheme();
        if (scheme != null && !scheme.equals("HTTP")) {
            refusals.add("%s.httpGet.scheme: %s; probes here speak HTTP".formatted(path, scheme));
        }
        String host = probe.getHttpGet().getHost();
        if (host != null && !host.isEmpty() && !host.equals(PodFields.ADDRESS)) {
            refusals.add(
                    "%s.httpGet.host: %s; probes here go to the pod's own address"
                            .formatted(path, host));
        }
        if (ProbeSettings.port(probe.getHttpGet().getPort(), container).isEmpty()) {
            refusals.add(
                    "%s.httpGet.port: '%s' is no port of the container"
                            .formatted(path, probe.getHttpGet().getPort().getValue()));
        }
    }

    /**
     * Adds every set field that the table does not name; {@code shown} has indexes, {@code path}
     * has not.
     */
    private static void walk(String path, String shown, JsonNode node, List<String> refusals) {
        if (SUPPORTED.contains(path) || blank(node)) {
            return;
        }
        if (node.isObject()) {
            node.properties()
                    .forEach(field ->
                            walk(
                                    path + "." + field.getKey(),
                                    shown + "." + field.getKey(),
                                    field.getValue(),
                                    refusals));
        } else if (node.isArray() && path.startsWith("spec.containers")) {
            for (int i = 0; i < node.size(); i++) {
                walk(path + "[]", shown + "[" + i + "]", node.get(i), refusals);
            }
        } else {
            refusals.add(shown + " is not supported by the local node");
        }
    }

    private static boolean blank(JsonNode node) {
        return node.isNull()
                || (node.isContainerNode() && node.isEmpty())
                || (node.isTextual() && node.textValue().isEmpty())
                || (node.isBoolean() && !node.booleanValue());
    }
}
