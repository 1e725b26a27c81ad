package otherworld.e2e;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A server on loopback that has one archive under every name, and can break off or stall. */
final class ArchiveServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<String> ranges = new CopyOnWriteArrayList<>();
    private final CountDownLatch goOn = new CountDownLatch(1);
    private volatile byte[] body;
    private volatile int cutAfter = Integer.MAX_VALUE;
    private volatile int pauseAfter = Integer.MAX_VALUE;

    ArchiveServer(byte[] archive) throws IOException {
        body = archive;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/mirror";
    }

    /** The Range of each request so far, empty for all. */
    List<String> ranges() {
        return ranges;
    }

    void answerWith(byte[] other) {
        body = other;
    }

    /** Closes the connection after so many bytes, although more were promised. */
    void cutAfter(int bytes) {
        cutAfter = bytes;
    }

    /** Says nothing more after so many bytes, until {@link #goOn}. */
    void pauseAfter(int bytes) {
        pauseAfter = bytes;
    }

    void goOn() {
        goOn.countDown();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String range =
                Optional.ofNullable(exchange.getRequestHeaders().getFirst("Range")).orElse("");
        ranges.add(range);
        int from =
                range.isEmpty()
                        ? 0
                        : Integer.parseInt(range.substring("bytes=".length(), range.indexOf('-')));
        byte[] all = body;
        if (from > 0) {
            exchange.getResponseHeaders()
                    .set(
                            "Content-Range",
                            "bytes %d-%d/%d".formatted(from, all.length - 1, all.length));
        }
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, all.length - from);
        OutputStream out = exchange.getResponseBody();
        int end = (int) Math.min(all.length, (long) from + cutAfter);
        int pause = Math.clamp(from + (long) pauseAfter, from, end);
        out.write(all, from, pause - from);
        out.flush();
        if (pause < end) {
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            out.write(all, pause, end - pause);
        }
        exchange.close(); // without all that was promised, the connection ends
    }

    @Override
    public void close() {
        goOn.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
