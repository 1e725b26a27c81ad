package otherworld.tracing;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceRequest;
import io.opentelemetry.proto.collector.trace.v1.ExportTraceServiceResponse;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.trace.v1.ResourceSpans;
import io.opentelemetry.proto.trace.v1.Span;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.zip.GZIPInputStream;

/** A collector that reads what is exported, by the generated classes of OTLP, and keeps it. */
public final class OtlpReceiver implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Received> spans = new CopyOnWriteArrayList<>();
    private final List<String> bodies = new CopyOnWriteArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Answer answer = Answer.TAKES;
    private volatile Map<String, List<String>> headers = Map.of();

    /** What it does with what it is sent. */
    public enum Answer {
        TAKES,
        /** 500. */
        FAILS,
        /** It reads, and never answers. */
        HANGS
    }

    /** A span, and the attributes of the process that it is of. */
    public record Received(Map<String, String> resource, Span span) {
        public String traceId() {
            return HexFormat.of().formatHex(span.getTraceId().toByteArray());
        }

        public String spanId() {
            return HexFormat.of().formatHex(span.getSpanId().toByteArray());
        }

        /** Empty if it has none. */
        public String parentId() {
            return HexFormat.of().formatHex(span.getParentSpanId().toByteArray());
        }

        public Map<String, String> attributes() {
            return values(span.getAttributesList());
        }

        public String service() {
            return String.valueOf(resource.get("service.name"));
        }
    }

    public OtlpReceiver() {
        this(0);
    }

    public OtlpReceiver(int port) {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/v1/traces", this::receive);
        server.start();
    }

    /** For {@code OTEL_EXPORTER_OTLP_ENDPOINT}. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    public void answer(Answer next) {
        answer = next;
    }

    /** What came so far, in the order in which it came. */
    public List<Received> spans() {
        return List.copyOf(spans);
    }

    /** Everything that was sent, as text: to search it for what must not be there. */
    public String everything() {
        return String.join("\n", bodies);
    }

    Map<String, List<String>> headers() {
        return headers;
    }

    private void receive(HttpExchange exchange) throws IOException {
        try (exchange) {
            headers = Map.copyOf(exchange.getRequestHeaders());
            boolean gzip = "gzip".equals(exchange.getRequestHeaders().getFirst("Content-Encoding"));
            InputStream plain = exchange.getRequestBody();
            byte[] body;
            try (InputStream in = gzip ? new GZIPInputStream(plain) : plain) {
                body = in.readAllBytes();
            }
            switch (answer) {
                case TAKES -> {
                    take(body);
                    byte[] taken = ExportTraceServiceResponse.getDefaultInstance().toByteArray();
                    exchange.getResponseHeaders().set("Content-Type", "application/x-protobuf");
                    exchange.sendResponseHeaders(200, taken.length == 0 ? -1 : taken.length);
                    exchange.getResponseBody().write(taken);
                }
                case FAILS -> exchange.sendResponseHeaders(500, -1);
                case HANGS -> closed.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void take(byte[] body) throws IOException {
        bodies.add(new String(body, StandardCharsets.ISO_8859_1));
        for (ResourceSpans of : ExportTraceServiceRequest.parseFrom(body).getResourceSpansList()) {
            Map<String, String> resource = values(of.getResource().getAttributesList());
            of.getScopeSpansList().stream()
                    .flatMap(scope -> scope.getSpansList().stream())
                    .forEach(span -> spans.add(new Received(resource, span)));
        }
    }

    private static Map<String, String> values(List<KeyValue> attributes) {
        Map<String, String> values = new TreeMap<>();
        for (KeyValue attribute : attributes) {
            var value = attribute.getValue();
            values.put(
                    attribute.getKey(),
                    switch (value.getValueCase()) {
                        case STRING_VALUE -> value.getStringValue();
                        case INT_VALUE -> Long.toString(value.getIntValue());
                        case BOOL_VALUE -> Boolean.toString(value.getBoolValue());
                        default -> value.toString();
                    });
        }
        return values;
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
