package otherworld.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import otherworld.local.controlplane.ControlPlane;

/**
 * A metrics API as autoscalers ask it (external.metrics.k8s.io), behind the API server's
 * aggregation layer: one metric, {@code visitors}, with the value that the test sets.
 */
final class ExternalMetrics implements AutoCloseable {
    private static final String GROUP = "/apis/external.metrics.k8s.io/v1beta1";

    private final KubernetesClient admin;
    private final HttpsServer server;
    private final List<HasMetadata> objects;

    volatile int visitors;

    ExternalMetrics(ControlPlane plane, KubernetesClient admin, String namespace)
            throws IOException {
        this.admin = admin;
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(plane.kubeletTls().context()));
        server.createContext("/", this::answer);
        server.start();
        objects =
                Serialization.unmarshal(
                                """
                                apiVersion: v1
                                kind: List
                                items:
                                  - apiVersion: v1
                                    kind: Service
                                    metadata: {name: metrics, namespace: %1$s}
                                    spec: {type: ExternalName, externalName: localhost}
                                  - apiVersion: apiregistration.k8s.io/v1
                                    kind: APIService
                                    metadata: {name: v1beta1.external.metrics.k8s.io}
                                    spec:
                                      group: external.metrics.k8s.io
                                      version: v1beta1
                                      groupPriorityMinimum: 100
                                      versionPriority: 100
                                      insecureSkipTLSVerify: true
                                      service: {name: metrics, namespace: %1$s, port: %2$d}
                                """
                                        .formatted(namespace, server.getAddress().getPort()),
                                io.fabric8.kubernetes.api.model.KubernetesList.class)
                        .getItems();
        objects.forEach(object -> admin.resource(object).create());
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String body =
                path.equals(GROUP)
                        ? """
                        {"kind": "APIResourceList", "apiVersion": "v1",
                         "groupVersion": "external.metrics.k8s.io/v1beta1",
                         "resources": [{"name": "visitors", "singularName": "", "namespaced": true,
                           "kind": "ExternalMetricValueList", "verbs": ["get"]}]}
                        """
                        : """
                        {"kind": "ExternalMetricValueList",
                         "apiVersion": "external.metrics.k8s.io/v1beta1", "metadata": {},
                         "items": [{"metricName": "visitors", "metricLabels": {},
                           "timestamp": "%s", "value": "%d"}]}
                        """
                                .formatted(Instant.now().truncatedTo(ChronoUnit.SECONDS), visitors);
        boolean known = path.equals(GROUP) || path.endsWith("/visitors");
        byte[] bytes = (known ? body : "{}").getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(known ? 200 : 404, bytes.length);
        try (exchange) {
            exchange.getResponseBody().write(bytes);
        }
    }

    @Override
    public void close() {
        objects.forEach(object -> admin.resource(object).delete());
        server.stop(0);
    }
}
