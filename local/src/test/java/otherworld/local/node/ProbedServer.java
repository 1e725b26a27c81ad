package otherworld.local.node;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The program of a test's pod: answers probes, tells its environment and flags, and turns sick or
 * unready when asked to.
 */
public final class ProbedServer {
    private ProbedServer() {}

    public static void main(String[] args) throws IOException {
        AtomicInteger health = new AtomicInteger(200);
        AtomicInteger readiness = new AtomicInteger(200);
        HttpServer server =
                HttpServer.create(
                        new InetSocketAddress(
                                System.getenv("OTHERWORLD_BIND"),
                                Integer.parseInt(System.getenv("PORT"))),
                        0);
        server.createContext("/healthz", exchange -> answer(exchange, health.get(), ""));
        server.createContext("/readyz", exchange -> answer(exchange, readiness.get(), ""));
        server.createContext(
                "/be",
                exchange -> {
                    switch (exchange.getRequestURI().getQuery()) {
                        case "sick" -> health.set(500);
                        case "unready" -> readiness.set(503);
                        case "ready" -> readiness.set(200);
                        default -> throw new IllegalArgumentException();
                    }
                    answer(exchange, 200, "");
                });
        server.createContext(
                "/environment",
                exchange -> {
                    StringBuilder text = new StringBuilder();
                    System.getenv().forEach((k, v) -> text.append(k + "=" + v + "\n"));
                    text.append("processors=" + Runtime.getRuntime().availableProcessors() + "\n");
                    text.append(
                            "maxMemoryMib=" + Runtime.getRuntime().maxMemory() / 1048576 + "\n");
                    answer(exchange, 200, text.toString());
                });
        server.start();
        System.out.println("listening with " + String.join(" ", args));
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }
}
