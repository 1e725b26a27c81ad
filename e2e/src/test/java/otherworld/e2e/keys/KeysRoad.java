package otherworld.e2e.keys;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The way of an instance to the matchmakers' keys, as a Service of Kubernetes is one: each request
 * goes to another replica, and to the next if that is away. It can be cut.
 */
final class KeysRoad implements AutoCloseable {
    private final List<Integer> replicas;
    private final HttpServer server;
    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(Duration.ofMillis(500)).build();
    private final AtomicInteger next = new AtomicInteger();
    volatile boolean cut;

    /**
     * @param replicas ports of matchmakers, for players
     */
    KeysRoad(List<Integer> replicas) throws IOException {
        this.replicas = replicas;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/v1/keys", this::pass);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:%d/v1/keys".formatted(server.getAddress().getPort());
    }

    private void pass(HttpExchange exchange) throws IOException {
        try (exchange) {
            int first = next.getAndIncrement();
            for (int i = 0; i < replicas.size() && !cut; i++) {
                int port = replicas.get(Math.floorMod(first + i, replicas.size()));
                HttpResponse<byte[]> answer;
                try {
                    answer = ask(port);
                } catch (IOException e) {
                    continue; // it is being replaced
                }
                exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
                exchange.getResponseBody().write(answer.body());
                return;
            }
            exchange.sendResponseHeaders(502, -1);
        }
    }

    private HttpResponse<byte[]> ask(int port) throws IOException {
        try {
            URI keys = URI.create("http://127.0.0.1:%d/v1/keys".formatted(port));
            return http.send(
                    HttpRequest.newBuilder(keys).timeout(Duration.ofSeconds(1)).build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        http.shutdownNow();
    }
}
