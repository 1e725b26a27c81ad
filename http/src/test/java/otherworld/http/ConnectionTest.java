package otherworld.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import otherworld.http.ConnectionTable.Admission.Admitted;
import otherworld.ops.Problem;
import otherworld.ops.metric.Catalogue;

/** Requests as RFC 9112 lets them be and as it does not, cut into pieces in every way. */
class ConnectionTest {
    private static final String HOST = "Host: a\r\n";
    private static final HttpLimits LIMITS =
            new HttpLimits(
                    1,
                    1,
                    2 << 10,
                    8 << 10,
                    16 << 10,
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(5));

    private final Routes routes =
            new Routes()
                    .now("GET", "/get", request -> text("got " + request.target().query()))
                    .now("POST", "/post", request -> text(utf8(request.body())))
                    .now("DELETE", "/things/{thing}", request -> text(request.parameter("thing")));

    private EmbeddedChannel connect() {
        Serving serving =
                new Serving(
                        new HttpServer.Config(
                                "127.0.0.1",
                                0,
                                "OTHERWORLD_TEST_PORT",
                                HttpServer.Sockets.DEFAULT,
                                LIMITS,
                                new Cors(Set.of("*"), "Authorization", "Location"),
                                routes,
                                e -> new Problem(HttpProblem.INTERNAL, e.toString()),
                                new ServerMetrics(
                                        ServerMetrics.Specs.in(new Catalogue("test", "test_")),
                                        new PrometheusRegistry(),
                                        _ -> {})));
        EmbeddedChannel channel = new EmbeddedChannel();
        Connection connection =
                new Connection(serving, channel, AddressBlock.of(InetAddress.getLoopbackAddress()));
        assertThat(serving.table().add(connection)).isInstanceOf(Admitted.class);
        channel.pipeline().addLast(connection);
        return channel;
    }

    static Stream<Arguments> refused() {
        String line = "GET /get HTTP/1.1\r\n";
        String post = "POST /post HTTP/1.1\r\n" + HOST;
        String chunked = post + "Transfer-Encoding: chunked\r\n\r\n";
        return Stream.of(
                // Request lines
                of(
                        400,
                        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003"), // TLS
                of(400, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                of(505, "GET /get HTTP/2.0\r\n" + HOST + "\r\n"),
                of(400, "GET /get\r\n\r\n"),
                of(400, "GET  /get HTTP/1.1\r\n" + HOST + "\r\n"),
                of(400, "GET /get HTTP/1.1 \r\n" + HOST + "\r\n"),
                of(400, " GET /get HTTP/1.1\r\n" + HOST + "\r\n"),
                of(400, "GET\t/get\tHTTP/1.1\r\n" + HOST + "\r\n"),
                of(400, "GET /get http/1.1\r\n" + HOST + "\r\n"),
                of(400, "GET /get HTTP/1.10\r\n" + HOST + "\r\n"),
                of(400, "G(T /get HTTP/1.1\r\n" + HOST + "\r\n"),
                of(400, "GET get HTTP/1.1\r\n" + HOST + "\r\n"),
                of(400, "GET /g\u00e9t HTTP/1.1\r\n" + HOST + "\r\n"),
                of(400, "GET /get#a HTTP/1.1\r\n" + HOST + "\r\n"),
                of(400, "GET /g%zzt HTTP/1.1\r\n" + HOST + "\r\n"),
                of(400, "GET /g%00t HTTP/1.1\r\n" + HOST + "\r\n"),
                of(400, "GET /g%fft HTTP/1.1\r\n" + HOST + "\r\n"),
                of(400, "GET /get?a=%f HTTP/1.1\r\n" + HOST + "\r\n"),
                of(400, "GET * HTTP/1.1\r\n" + HOST + "\r\n"),
                of(400, "CONNECT a:80 HTTP/1.1\r\n" + HOST + "\r\n"),
                of(400, "\r\n\r\nGET /get HTTP/1.1\r\n" + HOST + "\r\n"),
                of(414, "GET /" + "a".repeat(LIMITS.lineBytes()) + " HTTP/1.1\r\n"),
                // Line ends and control characters
                of(400, line.replace("\r", "") + HOST.replace("\r", "") + "\n"),
                of(400, line + "Host: a\n\r\n"),
                of(400, line + "Host: a\rb\r\n\r\n"),
                of(400, line + HOST + "a: b\u0000\r\n\r\n"),
                of(400, line + HOST + "a: b\u007f\r\n\r\n"),
                of(400, line + HOST + "a\u0000: b\r\n\r\n"),
                // Header fields
                of(400, line + HOST + "a : b\r\n\r\n"),
                of(400, line + HOST + " a: b\r\n\r\n"),
                of(400, line + HOST + "a: b\r\n c\r\n\r\n"),
                of(400, line + HOST + "a: b\r\n\tc\r\n\r\n"),
                of(400, line + HOST + ": b\r\n\r\n"),
                of(400, line + HOST + "a\r\n\r\n"),
                of(400, line + HOST + "\u00e4: b\r\n\r\n"),
                of(400, line + "\r\n"),
                of(400, line + HOST + HOST + "\r\n"),
                of(400, line + "Host: a b\r\n\r\n"),
                of(400, line + "Host: a, b\r\n\r\n"),
                of(400, line + "Host: u@a\r\n\r\n"),
                of(400, line + "Host: a/b\r\n\r\n"),
                of(431, line + HOST + "a: " + "b".repeat(LIMITS.headBytes()) + "\r\n\r\n"),
                of(431, line + HOST + "a: b\r\n".repeat(HttpLimits.MAX_HEADER_FIELDS) + "\r\n"),
                of(417, line + HOST + "Expect: the-best\r\n\r\n"),
                // Lengths
                of(400, post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
                of(400, post + "Content-Length: 1, 2\r\n\r\nab"),
                of(400, post + "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                of(400, post + "Content-Length: +1\r\n\r\na"),
                of(400, post + "Content-Length: -1\r\n\r\na"),
                of(400, post + "Content-Length: 1 1\r\n\r\na"),
                of(400, post + "Content-Length: 0x1\r\n\r\na"),
                of(400, post + "Content-Length: \r\n\r\na"),
                of(400, post + "Content-Length: \u00b2\r\n\r\na"),
                of(413, post + "Content-Length: " + (LIMITS.bodyBytes() + 1) + "\r\n\r\n"),
                of(413, post + "Content-Length: 99999999999999999999\r\n\r\n"),
                of(400, post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
                of(400, post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
                of(400, post + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n"),
                of(400, post + "Transfer-Encoding: identity\r\n\r\n"),
                of(400, post + "Transfer-Encoding: xchunked\r\n\r\n"),
                of(400, post + "Transfer-Encoding:\r\n\r\n"),
                of(400, "POST /post HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
                // Chunks
                of(400, chunked + "g\r\n"),
                of(400, chunked + "\r\n"),
                of(400, chunked + "-1\r\n"),
                of(400, chunked + "+1\r\n"),
                of(400, chunked + "0x1\r\n"),
                of(400, chunked + " 1\r\n"),
                of(400, chunked + "1 \r\n"),
                of(400, chunked + "1\na"),
                of(400, chunked + "1\r\nab"),
                of(400, chunked + "1\r\na\n"),
                of(400, chunked + "000000001\r\n"),
                of(413, chunked + "ffffffff\r\n"),
                of(413, chunked + "4000\r\n" + "a".repeat(0x4000) + "\r\n1\r\n"),
                of(400, chunked + "1;" + "a".repeat(HttpLimits.MAX_CHUNK_LINES_BYTES) + "\r\n"),
                of(400, chunked + "0\r\na\r\n\r\n"),
                of(400, chunked + "0\r\na : b\r\n\r\n"),
                of(400, chunked + "0\r\na: b\n\r\n"));
    }

    private static Arguments of(int status, String request) {
        return Arguments.of(status, request);
    }

    @ParameterizedTest
    @MethodSource("refused")
    void isRefusedByAProblemDocumentAndNothingMoreIsRead(int status, String request) {
        for (int piece : new int[] {request.length(), 1, 2, 3, 50}) {
            EmbeddedChannel channel = connect();
            write(channel, request + "GET /get HTTP/1.1\r\n" + HOST + "\r\n", piece);
            List<String> answers = answers(channel);
            assertThat(answers).as("in pieces of %d", piece).hasSize(1);
            assertThat(answers.getFirst())
                    .startsWith("HTTP/1.1 " + status + " ")
                    .contains("\r\nContent-Type: application/problem+json\r\n")
                    .contains("\r\nConnection: close\r\n")
                    .contains("\r\nAccess-Control-Allow-Origin: *\r\n")
                    .contains("\"status\":" + status);
            assertThat(channel.isOpen()).isFalse();
        }
    }

    static Stream<Arguments> taken() {
        String post = "POST /post HTTP/1.1\r\n" + HOST;
        return Stream.of(
                Arguments.of("got ", "GET /get HTTP/1.1\r\n" + HOST + "\r\n"),
                Arguments.of("got ", "\r\nGET /get HTTP/1.1\r\nhOsT:\t a:80 \t\r\n\r\n"),
                Arguments.of("got a=b?c", "GET /g%65t?a=b?c HTTP/1.1\r\nHost: [::1]:80\r\n\r\n"),
                Arguments.of("got ", "GET http://b/get HTTP/1.1\r\n" + HOST + "\r\n"),
                Arguments.of("got x", "GET HTTP://b:80/get?x HTTP/1.1\r\n" + HOST + "\r\n"),
                Arguments.of("got ", "GET /get HTTP/1.9\r\n" + HOST + "\r\n"),
                Arguments.of("a", post + "Content-Length: 1\r\n\r\na"),
                Arguments.of("", post + "Content-Length: 00\r\n\r\n"),
                Arguments.of("ab", post + "Content-Length: 0000000000000000002\r\n\r\nab"),
                Arguments.of("", post + "\r\n"),
                Arguments.of(
                        "abc",
                        post
                                + "transfer-encoding: CHUNKED\r\n\r\n1\r\na\r\n"
                                + "02 ; x=\"y\"\r\nbc\r\n000\r\nTrailer: t\r\n\r\n"),
                Arguments.of("7", "DELETE /things/7 HTTP/1.1\r\n" + HOST + "\r\n"));
    }

    @ParameterizedTest
    @MethodSource("taken")
    void isAnsweredAndTheNextOnesAfterItInTheirOrder(String body, String request) {
        String all =
                request.repeat(3)
                        + "GET /get?last HTTP/1.1\r\n"
                        + HOST
                        + "Connection: Close\r\n\r\n";
        for (int piece : new int[] {all.length(), 1, 2, 3, 50}) {
            EmbeddedChannel channel = connect();
            write(channel, all, piece);
            List<String> answers = answers(channel);
            assertThat(answers).as("in pieces of %d", piece).hasSize(4);
            for (String answer : answers.subList(0, 3)) {
                assertThat(answer)
                        .startsWith("HTTP/1.1 200 OK\r\n")
                        .contains("\r\nContent-Length: " + body.length() + "\r\n")
                        .doesNotContain("Connection: close")
                        .endsWith("\r\n\r\n" + body);
            }
            assertThat(answers.getLast()).contains("Connection: close").endsWith("got last");
            assertThat(channel.isOpen()).isFalse();
        }
    }

    @Test
    void http10GetsAnAnswerAndItsEnd() {
        EmbeddedChannel channel = connect();
        write(channel, "GET /get HTTP/1.0\r\n\r\n", 100);
        assertThat(answers(channel).getFirst())
                .startsWith("HTTP/1.1 200 OK")
                .contains("Connection: close")
                .endsWith("got ");
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void headHasNoBodyOtherMethodsAreToldWhichThereAreAndPathsThatAreNot() {
        EmbeddedChannel channel = connect();
        write(channel, "HEAD /get HTTP/1.1\r\n" + HOST + "\r\n", 100);
        write(channel, "PUT /get HTTP/1.1\r\n" + HOST + "\r\n", 100);
        write(channel, "OPTIONS /get HTTP/1.1\r\n" + HOST + "\r\n", 100);
        write(channel, "OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n", 100);
        write(channel, "GET /gets HTTP/1.1\r\n" + HOST + "\r\n", 100);
        write(channel, "DELETE /things/ HTTP/1.1\r\n" + HOST + "\r\n", 100);
        write(channel, "DELETE /things/a/b HTTP/1.1\r\n" + HOST + "\r\n", 100);
        List<String> answers = answers(channel);
        assertThat(answers.get(0)).contains("\r\nContent-Length: 4\r\n").endsWith("\r\n\r\n");
        assertThat(answers.get(1))
                .startsWith("HTTP/1.1 405 ")
                .contains("\r\nAllow: GET, HEAD, OPTIONS\r\n")
                .contains("application/problem+json");
        assertThat(answers.get(2))
                .startsWith("HTTP/1.1 204 ")
                .contains("\r\nAllow: GET, HEAD, OPTIONS\r\n")
                .doesNotContain("Content-Length");
        assertThat(answers.get(3)).startsWith("HTTP/1.1 204 ");
        assertThat(answers.subList(4, 7)).allMatch(answer -> answer.startsWith("HTTP/1.1 404 "));
        assertThat(channel.isOpen()).isTrue();
    }

    @Test
    void whoWaitsToBeToldToGoOnIsTold() {
        EmbeddedChannel channel = connect();
        write(
                channel,
                "POST /post HTTP/1.1\r\n"
                        + HOST
                        + "Expect: 100-Continue\r\nContent-Length: 2\r\n\r\n",
                200);
        assertThat(answers(channel)).containsExactly("HTTP/1.1 100 Continue\r\n\r\n");
        write(channel, "ab", 1);
        assertThat(answers(channel).getFirst()).endsWith("ab");
    }

    private static void write(EmbeddedChannel channel, String text, int piece) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        for (int at = 0; at < bytes.length && channel.isOpen(); at += piece) {
            channel.writeInbound(
                    Unpooled.wrappedBuffer(bytes, at, Math.min(piece, bytes.length - at)));
        }
    }

    private static List<String> answers(EmbeddedChannel channel) {
        List<String> answers = new ArrayList<>();
        for (ByteBuf next = channel.readOutbound(); next != null; next = channel.readOutbound()) {
            answers.add(next.toString(StandardCharsets.ISO_8859_1));
            next.release();
        }
        return answers;
    }

    private static Response text(String body) {
        return Response.of(200, "text/plain", body);
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
