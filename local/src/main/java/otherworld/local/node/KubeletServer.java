package otherworld.local.node;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.helidon.common.buffers.BufferData;
import io.helidon.common.tls.Tls;
import io.helidon.common.tls.TlsClientAuth;
import io.helidon.http.HeaderNames;
import io.helidon.http.HttpPrologue;
import io.helidon.http.Status;
import io.helidon.http.WritableHeaders;
import io.helidon.webserver.ConnectionContext;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import io.helidon.webserver.http1.Http1Config;
import io.helidon.webserver.http1.Http1ConnectionSelector;
import io.helidon.webserver.http1.spi.Http1Upgrader;
import io.helidon.webserver.spi.ServerConnection;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The kubelet's HTTPS endpoint on loopback, which the API server dials for {@code kubectl logs} and
 * {@code port-forward}. Only a client with a trusted certificate gets past the handshake. Blocking,
 * a virtual thread for each request.
 */
final class KubeletServer implements AutoCloseable {
    /** A follower may last as long as its pod. */
    static final int MAX_REQUESTS = 128;

    static final String REFUSAL =
            "the local node has no containers to enter: its pods are processes of this machine, which"
                    + " ps, lsof and jcmd show; kubectl logs and port-forward work (exec, attach and cp"
                    + " do not)";

    private static final String SPDY = "SPDY/3.1";
    private static final Pattern SEPARATOR = Pattern.compile("/");

    private final WebServer server;
    private final Semaphore requests = new Semaphore(MAX_REQUESTS);
    private final Pods pods;
    private final InstantSource clock;

    /** What runs here. */
    interface Pods {
        Lookup log(String namespace, String pod, String container);

        Optional<Pod> running(String namespace, String pod);
    }

    sealed interface Lookup {
        record Found(ContainerLog log) implements Lookup {}

        /** There is no log to read, for a reason that a person understands. */
        record Absent(String reason) implements Lookup {}
    }

    KubeletServer(KubeletTls tls, Pods pods, InstantSource clock) {
        this.pods = pods;
        this.clock = clock;
        server =
                WebServer.builder()
                        .address(InetAddress.getLoopbackAddress())
                        .port(0)
                        .shutdownHook(false)
                        .tls(
                                Tls.builder()
                                        .sslContext(tls.context())
                                        .clientAuth(TlsClientAuth.REQUIRED)
                                        .build())
                        .addConnectionSelector(
                                Http1ConnectionSelector.builder()
                                        .config(Http1Config.create())
                                        .putUpgrader(SPDY, new Upgrader())
                                        .build())
                        .routing(routing -> routing.register(this::routes))
                        .build()
                        .start();
    }

    int port() {
        return server.port();
    }

    /** Ends running requests at once. */
    @Override
    public void close() {
        server.stop();
    }

    private void routes(HttpRules rules) {
        rules.get("/healthz", (_, response) -> response.send("ok\n"))
                .get("/containerLogs/{namespace}/{pod}/{container}", this::containerLogs)
                .any("/portForward/{namespace}/{pod}", this::notForwarded)
                .any((_, response) -> refuse(response));
    }

    /** As a Status, of which the API server passes the message on to kubectl. */
    private static void refuse(ServerResponse response) {
        byte[] status =
                Serialization.asJson(
                                new StatusBuilder()
                                        .withStatus("Failure")
                                        .withReason("MethodNotAllowed")
                                        .withCode(405)
                                        .withMessage(REFUSAL)
                                        .build())
                        .getBytes(StandardCharsets.UTF_8);
        response.status(Status.METHOD_NOT_ALLOWED_405)
                .header(HeaderNames.CONTENT_TYPE, "application/json")
                .send(status);
    }

    private void containerLogs(ServerRequest request, ServerResponse response) throws IOException {
        LogQuery query;
        try {
            query = LogQuery.of(parameters(request), clock.instant());
        } catch (IllegalArgumentException e) {
            answer(response, 400, e.getMessage() + "\n");
            return;
        }
        if (!requests.tryAcquire()) {
            answer(response, 429, "%d log requests run already\n".formatted(MAX_REQUESTS));
            return;
        }
        try {
            var path = request.path().pathParameters();
            switch (pods.log(path.get("namespace"), path.get("pod"), path.get("container"))) {
                case Lookup.Absent(String reason) -> answer(response, 400, reason + "\n");
                case Lookup.Found(ContainerLog log) -> stream(response, log, query);
            }
        } finally {
            requests.release();
        }
    }

    private static void stream(ServerResponse response, ContainerLog log, LogQuery query)
            throws IOException {
        response.header(HeaderNames.CONTENT_TYPE, "text/plain");
        try (OutputStream out = response.outputStream()) {
            LogReader.copy(log, query, out);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the node stops
        }
    }

    /** A request for a pod that does not run here, or of a protocol that is not spoken. */
    private void notForwarded(ServerRequest request, ServerResponse response) {
        var path = request.path().pathParameters();
        answer(
                response,
                400,
                pods.running(path.get("namespace"), path.get("pod")).isPresent()
                        ? "port forwarding needs an upgrade to %s\n".formatted(SPDY)
                        : "pod %s/%s does not run\n"
                                .formatted(path.get("namespace"), path.get("pod")));
    }

    private static void answer(ServerResponse response, int status, String text) {
        response.status(Status.create(status))
                .header(HeaderNames.CONTENT_TYPE, "text/plain; charset=utf-8")
                .send(text.getBytes(StandardCharsets.UTF_8));
    }

    private static Map<String, String> parameters(ServerRequest request) {
        return request.query().names().stream()
                .collect(
                        java.util.stream.Collectors.toMap(
                                name -> name, name -> request.query().first(name).orElse("")));
    }

    /** Takes over the connections of requests for {@code /portForward/NAMESPACE/POD}. */
    private final class Upgrader implements Http1Upgrader {
        @Override
        public String supportedProtocol() {
            return SPDY;
        }

        /** Null leaves the request to the routes, which say why. */
        @Override
        public @Nullable ServerConnection upgrade(
                ConnectionContext context, HttpPrologue prologue, WritableHeaders<?> headers) {
            List<String> path = SEPARATOR.splitAsStream(prologue.uriPath().path()).skip(1).toList();
            if (path.size() != 3 || !path.getFirst().equals("portForward")) {
                return null;
            }
            Optional<Pod> pod = pods.running(path.get(1), path.get(2));
            if (pod.isEmpty()) {
                return null;
            }
            context.dataWriter()
                    .writeNow(
                            BufferData.create(
                                    ("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: "
                                                    + SPDY
                                                    + "\r\nX-Stream-Protocol-Version: "
                                                    + PortForwarding.PROTOCOL
                                                    + "\r\n\r\n")
                                            .getBytes(StandardCharsets.US_ASCII)));
            return new PortForwarding(
                    path.get(2),
                    PodPorts.of(pod.get()),
                    new SpdyFrames(context.dataReader(), context.dataWriter()),
                    () -> context.serverSocket().close());
        }
    }
}
