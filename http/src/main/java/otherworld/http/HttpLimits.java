package otherworld.http;

import java.lang.management.ManagementFactory;
import java.time.Duration;

/**
 * What strangers may take.
 *
 * @param connections open at once, in all
 * @param connectionsPerAddress open at once from one address (IPv6: one /64); 0: no limit of its
 *     own
 * @param lineBytes of a request line
 * @param headBytes of a request's head, its line included
 * @param bodyBytes of one request
 * @param request from the first byte of a request (of the first one: from the connection) to its
 *     last
 * @param idle between two requests
 * @param response until a client has taken an answer
 */
public record HttpLimits(
        int connections,
        int connectionsPerAddress,
        int lineBytes,
        int headBytes,
        int bodyBytes,
        Duration request,
        Duration idle,
        Duration response) {
    /** Lines of a header. */
    static final int MAX_HEADER_FIELDS = 64;

    /** Sizes, extensions and trailers of a chunked body in all. */
    static final int MAX_CHUNK_LINES_BYTES = 4 * 1024;

    /** Of a token's bearer, and what proxies add. */
    private static final int LINE_BYTES = 8 * 1024;

    private static final int HEAD_BYTES = 16 * 1024;

    /**
     * A silent connection costs less, one with half of the longest head up to twice as much:
     * MatchmakerFloodIT fills a heap with such.
     */
    static final int BYTES_PER_CONNECTION = 16 * 1024;

    /** After the last answer, for the client to read it before the connection is reset. */
    static final Duration LINGER = Duration.ofSeconds(2);

    private static final int MOST_CONNECTIONS = 20_000;
    private static final int OTHER_FILES = 256;

    /**
     * The connections that fit a quarter of the heap, and the files that the process may have open
     * beside its own; half of them from one address.
     */
    public static HttpLimits fitting(int bodyBytes) {
        int connections = connectionsFitting(Runtime.getRuntime().maxMemory(), maxFiles());
        return new HttpLimits(
                connections,
                Math.max(1, connections / 2),
                LINE_BYTES,
                HEAD_BYTES,
                bodyBytes,
                Duration.ofSeconds(10),
                Duration.ofSeconds(75),
                Duration.ofSeconds(10));
    }

    /** This, with other limits of connections. */
    public HttpLimits withConnections(int inAll, int perAddress) {
        return new HttpLimits(
                inAll, perAddress, lineBytes, headBytes, bodyBytes, request, idle, response);
    }

    static int connectionsFitting(long heapBytes, long files) {
        long memory = heapBytes / 4 / BYTES_PER_CONNECTION;
        long open = Math.max(files / 2, files - OTHER_FILES);
        return (int) Math.max(16, Math.min(MOST_CONNECTIONS, Math.min(memory, open)));
    }

    private static long maxFiles() {
        return ManagementFactory.getOperatingSystemMXBean()
                        instanceof com.sun.management.UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Long.MAX_VALUE;
    }
}
