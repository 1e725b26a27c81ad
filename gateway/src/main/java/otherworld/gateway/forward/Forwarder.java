package otherworld.gateway.forward;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.InstanceId;
import otherworld.gateway.GatewayMetrics;
import otherworld.gateway.GatewayProblem;
import otherworld.gateway.InstancePaths;
import otherworld.gateway.InstanceTls;
import otherworld.gateway.Limits;
import otherworld.gateway.Places;
import otherworld.http.Request;
import otherworld.http.Response;
import otherworld.ops.Problem;

/**
 * Asks an instance what a player asked the gateway. A request is written anew: of the player's are
 * its body and the few fields that mean something there, so nothing that two readers could read in
 * two ways gets further than the gateway. Blocks; thread-safe.
 */
final class Forwarder implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Forwarder.class);

    private static final List<String> ASKED = List.of("Content-Type", "Authorization", "If-Match");
    private static final List<String> ANSWERED =
            List.of(
                    "Content-Type",
                    "ETag",
                    "Link",
                    "Accept-Patch",
                    "Accept-Post",
                    "Cache-Control",
                    "Retry-After",
                    "WWW-Authenticate");

    private final InstanceTls instances;
    private final GatewayMetrics metrics;
    private final HttpClient http;
    private final Semaphore underway = new Semaphore(Limits.CHECKS);

    Forwarder(InstanceTls instances, GatewayMetrics metrics) {
        this.instances = instances;
        this.metrics = metrics;
        HttpClient.Builder builder =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .connectTimeout(Limits.CONNECT)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .executor(Executors.newVirtualThreadPerTaskExecutor());
        instances.context().ifPresent(builder::sslContext);
        http = builder.build();
    }

    /**
     * @param path at the instance, its query included
     * @param client the player's address
     * @param most bytes of the answer
     * @throws Problem.Thrown if the instance does not answer
     */
    Response forward(
            Request request,
            InstanceId instance,
            Places.Place place,
            String path,
            String client,
            int most) {
        if (!underway.tryAcquire()) {
            throw new Problem.Thrown(
                    GatewayProblem.BUSY, "%d requests are under way".formatted(Limits.CHECKS));
        }
        try {
            instances.expect(instance, place);
            return answer(instance, ask(request, place, path, client, most));
        } catch (IOException | IllegalArgumentException e) {
            log.info("{} at {} for {}: {}", instance, place.authority(), client, e.toString());
            throw new Problem.Thrown(GatewayProblem.INSTANCE_AWAY, "its pod did not answer");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Problem.Thrown(GatewayProblem.INSTANCE_AWAY, "the gateway stops");
        } finally {
            underway.release();
        }
    }

    /** An instance of before an upgrade speaks no TLS: where that may be, it is asked again. */
    private HttpResponse<byte[]> ask(
            Request request, Places.Place place, String path, String client, int most)
            throws IOException, InterruptedException {
        String rest = place.authority() + path;
        if (instances.context().isEmpty()) {
            return ask(request, "http://" + rest, client, most);
        }
        try {
            return ask(request, "https://" + rest, client, most);
        } catch (SSLException e) {
            if (!instances.permissive()) {
                throw e;
            }
            metrics.plainDials.inc();
            return ask(request, "http://" + rest, client, most);
        }
    }

    private HttpResponse<byte[]> ask(Request request, String url, String client, int most)
            throws IOException, InterruptedException {
        String method = request.method().equals("HEAD") ? "GET" : request.method();
        HttpRequest.Builder asked =
                HttpRequest.newBuilder(URI.create(url))
                        .timeout(Limits.FORWARD)
                        .header("X-Forwarded-For", client)
                        .method(method, body(request));
        for (String name : ASKED) {
            request.header(name).ifPresent(value -> asked.header(name, value));
        }
        return http.send(asked.build(), BodyHandlers.limiting(BodyHandlers.ofByteArray(), most));
    }

    private static HttpRequest.BodyPublisher body(Request request) {
        return request.body().length == 0
                ? HttpRequest.BodyPublishers.noBody()
                : HttpRequest.BodyPublishers.ofByteArray(request.body());
    }

    private static Response answer(InstanceId instance, HttpResponse<byte[]> answer) {
        List<Response.Field> fields = new ArrayList<>();
        for (String name : ANSWERED) {
            for (String value : answer.headers().allValues(name)) {
                fields.add(new Response.Field(name, value));
            }
        }
        // A session's place is below the instance's, here as there.
        answer.headers()
                .firstValue("Location")
                .filter(location -> location.startsWith("/") && !location.startsWith("//"))
                .ifPresent(location ->
                        fields.add(
                                new Response.Field(
                                        "Location", InstancePaths.prefix(instance) + location)));
        return new Response(answer.statusCode(), fields, answer.body());
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
