package otherworld.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.http.RawClient.Said;
import otherworld.ops.PortTaken;
import otherworld.ops.Problem;
import otherworld.ops.metric.Catalogue;

/** What strangers send, byte for byte. */
class HttpServerIT {
    private static final String HOST = "Host: x\r\n";
    private static HttpServer server;

    @BeforeAll
    static void start() throws Exception {
        server = start(0, limits());
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    static HttpLimits limits() {
        return new HttpLimits(
                64,
                0,
                8 << 10,
                16 << 10,
                64,
                Duration.ofSeconds(2),
                Duration.ofSeconds(30),
                Duration.ofSeconds(2));
    }

    static HttpServer start(int port, HttpLimits limits) throws Exception {
        byte[] ok = "ok\n".getBytes(StandardCharsets.UTF_8);
        Routes routes =
                new Routes()
                        .add("GET", "/", _ -> Response.of(200, "text/plain", ok))
                        .add(
                                "PUT",
                                "/items/{item}",
                                request ->
                                        Response.of(
                                                200,
                                                "text/plain",
                                                (request.parameter("item")
                                                                + "="
                                                                + new String(
                                                                        request.body(),
                                                                        StandardCharsets
                                                                                .ISO_8859_1))
                                                        .getBytes(StandardCharsets.UTF_8)))
                        .now("GET", "/now", _ -> Response.of(200, "text/plain", ok))
                        .add(
                                "GET",
                                "/fails",
                                _ -> {
                                    throw new IllegalStateException("as it should");
                                })
                        .now(
                                "GET",
                                "/fails-now",
                                _ -> {
                                    throw new IllegalStateException("as it should");
                                })
                        .add(
                                "GET",
                                "/large",
                                _ -> Response.of(200, "text/plain", new byte[32 * 1024 * 1024]));
        return HttpServer.start(
                new HttpServer.Config(
                        "127.0.0.1",
                        port,
                        "OTHERWORLD_TEST_PORT",
                        HttpServer.Sockets.DEFAULT,
                        limits,
                        new Cors(
                                Set.of("*"),
                                "Authorization, Content-Type",
                                "Location, Retry-After"),
                        routes,
                        e -> new Problem(HttpProblem.INTERNAL, String.valueOf(e.getMessage())),
                        new ServerMetrics(
                                ServerMetrics.Specs.in(new Catalogue("test", "test_")),
                                new PrometheusRegistry(),
                                _ -> {})));
    }

    // ---- framing
    // ---------------------------------------------------------------------------------

    /** Each could be one request to this server and two to the proxy before it. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 1\r\nContent-Length: 2",
                "Content-Length: 1\r\nContent-Length: 1",
                "Content-Length: 1, 1",
                "Content-Length: 1,2",
                "Content-Length: +1",
                "Content-Length: -1",
                "Content-Length: -0",
                "Content-Length: 0x1",
                "Content-Length: 1 1",
                "Content-Length: 1.0",
                "Content-Length: 1e0",
                "Content-Length:",
                "Content-Length: \u00b9",
                "Content-Length: 5\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 5",
                "Transfer-Encoding: chunked\r\nContent-Length: 0",
                "Transfer-Encoding: identity",
                "Transfer-Encoding: gzip, chunked",
                "Transfer-Encoding: chunked, chunked",
                "Transfer-Encoding: chunked, identity",
                "Transfer-Encoding: identity, chunked",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
                "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: xchunked",
                "Transfer-Encoding: chunkedx",
                "Transfer-Encoding: chunked;q=1",
                "Transfer-Encoding: \"chunked\"",
                "Transfer-Encoding: \u000bchunked",
                "Transfer-Encoding: chunked\u000b",
                "Transfer-Encoding: chunked,",
                "Transfer-Encoding:",
                "Transfer-Encoding : chunked",
                "Transfer\u0000-Encoding: chunked",
                "Content-Length : 1",
                " Content-Length: 1",
                "Content_Length\t: 1",
                "A: b\u0000c",
                "A: b\rContent-Length: 1",
                "A: b\nContent-Length: 1",
                "A(b): c",
                "noColon",
                ": empty",
                "Host: y",
            })
    void whatCouldBeReadInTwoWaysIsRefusedAndTheConnectionEnds(String headers) {
        Said said = ask("PUT /items/a HTTP/1.1\r\n" + HOST + headers + "\r\n\r\n0\r\n\r\n");
        assertThat(said.status()).as(said.text()).isEqualTo(400);
        assertThat(said.answers()).isEqualTo(1);
        assertThat(said.closed()).isTrue();
        assertProblem(said, "bad-request");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "+1\r\na\r\n0\r\n\r\n",
                "-1\r\na\r\n0\r\n\r\n",
                " 1\r\na\r\n0\r\n\r\n",
                "0x1\r\na\r\n0\r\n\r\n",
                "1 \r\na\r\n0\r\n\r\n",
                "1\t\r\na\r\n0\r\n\r\n",
                "\r\na\r\n0\r\n\r\n",
                ";a=b\r\na\r\n0\r\n\r\n",
                "g\r\na\r\n0\r\n\r\n",
                "1,1\r\na\r\n0\r\n\r\n",
                "10000000000000001\r\na\r\n0\r\n\r\n",
                "1\r\nab\r\n0\r\n\r\n",
                "1\r\naXX0\r\n\r\n",
                "1\r\na0\r\n\r\n",
                "1\na\r\n0\r\n\r\n",
                "1\r\na\n0\r\n\r\n",
                "1\r\na\r\n0\n\n",
                "0\r\nbad trailer\r\n\r\n",
                "1;a\rb=c\r\na\r\n0\r\n\r\n",
                "1;a\nb=c\r\na\r\n0\r\n\r\n",
            })
    void aBadChunkIsRefusedAndTheConnectionEnds(String chunks) {
        Said said =
                ask(
                        "PUT /items/a HTTP/1.1\r\n"
                                + HOST
                                + "Transfer-Encoding: chunked\r\n\r\n"
                                + chunks
                                + "GET / HTTP/1.1\r\n"
                                + HOST
                                + "\r\n");
        assertThat(said.status()).as(said.text()).isEqualTo(400);
        assertThat(said.answers()).isEqualTo(1);
        assertThat(said.closed()).isTrue();
    }

    @Test
    void chunksAndLengthsAreRead() {
        String chunked = "PUT /items/a HTTP/1.1\r\n" + HOST + "Transfer-Encoding: Chunked\r\n\r\n";
        for (String chunks :
                new String[] {
                    "3\r\nabc\r\n0\r\n\r\n",
                    "1;x=y\r\na\r\n02\r\nbc\r\n000\r\n\r\n",
                    "3\r\nabc\r\n0\r\nTrailer: t\r\n\r\n"
                }) {
            Said said = ask(chunked + chunks);
            assertThat(said.status()).as(said.text()).isEqualTo(200);
            assertThat(said.text()).endsWith("a=abc");
            assertThat(said.closed()).isFalse();
        }
        assertThat(ask(put("a", "abc")).text()).endsWith("a=abc");
        assertThat(ask(put("a", "")).text()).endsWith("a=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\nHost: x\n\n",
                "GET / HTTP/1.1\r\nHost: x, y\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a/b\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: x@y\r\n\r\n",
                "GET  HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /\r\nHost: x\r\n\r\n",
                "GET / http/1.1\r\nHost: x\r\n\r\n",
                "GET / HTTP/1.1 \r\nHost: x\r\n\r\n",
                "GET / / HTTP/1.1\r\nHost: x\r\n\r\n",
                "G(T / HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET x HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET * HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /a\u00e4 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /#a HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /%c3 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /%4 HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET http:///a HTTP/1.1\r\nHost: x\r\n\r\n",
                "CONNECT x:80 HTTP/1.1\r\nHost: x\r\n\r\n",
                "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003",
            })
    void aBadHeadIsRefusedWithAProblemAndTheConnectionEnds(String head) {
        Said said = ask(head);
        assertThat(said.status()).as(said.text()).isEqualTo(400);
        assertThat(said.closed()).isTrue();
        assertProblem(said, "bad-request");
    }

    @Test
    void whatIsTooLongHasItsStatus() {
        Said line = ask("GET /" + "a".repeat(9_000) + " HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(line.status()).isEqualTo(414);
        assertProblem(line, "uri-too-long");
        Said headers = ask("GET / HTTP/1.1\r\n" + HOST + "A: " + "a".repeat(17_000) + "\r\n\r\n");
        assertThat(headers.status()).isEqualTo(431);
        assertProblem(headers, "headers-too-large");
        Said many = ask("GET / HTTP/1.1\r\n" + HOST + "A: bcdefgh\r\n".repeat(2_000) + "\r\n");
        assertThat(many.status()).isEqualTo(431);
        Said body = ask(put("a", "x".repeat(65)));
        assertThat(body.status()).isEqualTo(413);
        assertProblem(body, "too-large");
        Said chunks =
                ask(
                        "PUT /items/a HTTP/1.1\r\n"
                                + HOST
                                + "Transfer-Encoding: chunked\r\n\r\n"
                                + "21\r\n"
                                + "x".repeat(33)
                                + "\r\n21\r\n"
                                + "x".repeat(33)
                                + "\r\n0\r\n\r\n");
        assertThat(chunks.status()).isEqualTo(413);
        for (String length : new String[] {"99999999999999999999999", "18446744073709551617"}) {
            Said said =
                    ask(
                            "PUT /items/a HTTP/1.1\r\n"
                                    + HOST
                                    + "Content-Length: "
                                    + length
                                    + "\r\n\r\n0\r\n\r\n");
            assertThat(said.status()).isEqualTo(413);
            assertThat(said.answers()).isEqualTo(1);
            assertThat(said.closed()).isTrue();
        }
        Said chunk =
                ask(
                        "PUT /items/a HTTP/1.1\r\n"
                                + HOST
                                + "Transfer-Encoding: chunked\r\n\r\nffffffff\r\na\r\n0\r\n\r\n"
                                + get("/"));
        assertThat(chunk.status()).isEqualTo(413);
        assertThat(chunk.answers()).isEqualTo(1);
        assertThat(chunk.closed()).isTrue();
        assertThat(ask(put("a", "x".repeat(64))).status()).isEqualTo(200);
    }

    /** A client that is still sending must be able to read why it was refused. */
    @Test
    void aRefusalIsReadThoughTheClientGoesOnSending() {
        try (RawClient client = new RawClient(server.port())) {
            client.write("PUT /items/a HTTP/1.1\r\n" + HOST + "Content-Length: 1000000\r\n\r\n");
            client.write("x".repeat(500_000));
            Said said = client.read(1, 3_000);
            assertThat(said.status()).isEqualTo(413);
            assertThat(said.text()).contains("more than 64 bytes");
        }
    }

    // ---- versions and connections
    // ------------------------------------------------------------------

    @Test
    void otherVersions() {
        Said preface = ask("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
        assertThat(preface.status()).isEqualTo(400);
        assertThat(preface.closed()).isTrue();
        for (String other : new String[] {"HTTP/2.0", "HTTP/3.0", "HTTP/0.9"}) {
            Said said = ask("GET / " + other + "\r\n" + HOST + "\r\n");
            assertThat(said.status()).as(other).isEqualTo(505);
            assertProblem(said, "http-version");
            assertThat(said.closed()).isTrue();
        }
        // A minor version says nothing of framing: RFC 9110, section 2.5.
        assertThat(ask("GET / HTTP/1.2\r\n" + HOST + "\r\n").status()).isEqualTo(200);
        for (String head :
                new String[] {
                    "GET / HTTP/1.0\r\n\r\n",
                    "GET / HTTP/1.0\r\n" + HOST + "Connection: close\r\n\r\n",
                    "GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n"
                }) {
            Said said = ask(head);
            assertThat(said.status()).as(said.text()).isEqualTo(200);
            assertThat(said.header("Connection")).isEqualTo("close");
            assertThat(said.closed()).isTrue();
        }
        assertThat(ask("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n").status())
                .isEqualTo(400);
    }

    @Test
    void closeIsObeyed() {
        for (String close : new String[] {"close", "Close", "x, close", "close, x"}) {
            Said said = ask("GET / HTTP/1.1\r\n" + HOST + "Connection: " + close + "\r\n\r\n");
            assertThat(said.status()).isEqualTo(200);
            assertThat(said.header("Connection")).isEqualTo("close");
            assertThat(said.closed()).as(close).isTrue();
        }
        assertThat(ask(get("/")).closed()).isFalse();
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrder() {
        try (RawClient client = new RawClient(server.port())) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 50; i++) {
                requests.append(put("i" + i, "b" + i));
            }
            client.write(requests.toString());
            Said said = client.read(50, 300);
            assertThat(said.answers()).isEqualTo(50);
            int at = -1;
            for (int i = 0; i < 50; i++) {
                int next = said.text().indexOf("i%d=b%d".formatted(i, i));
                assertThat(next).isGreaterThan(at);
                at = next;
            }
        }
    }

    /** Some at once and some on threads of their own: the order is the requests'. */
    @Test
    void pipelinedRequestsAreAnsweredInOrderWhoeverAnswersThem() {
        try (RawClient client = new RawClient(server.port())) {
            StringBuilder requests = new StringBuilder();
            for (int i = 0; i < 300; i++) {
                requests.append(get(i % 50 == 0 ? "/fails" : "/now"));
            }
            client.write(requests.toString());
            Said said = client.read(300, 300);
            String[] answers = said.text().split("HTTP/1\\.1 ", -1);
            assertThat(answers).hasSize(301);
            for (int i = 0; i < 300; i++) {
                assertThat(answers[i + 1]).startsWith(i % 50 == 0 ? "500 " : "200 ");
            }
        }
    }

    @Test
    void whatAHandlerThrowsIsAProblem() {
        for (String path : new String[] {"/fails", "/fails-now"}) {
            Said said = ask(get(path));
            assertThat(said.status()).as(path).isEqualTo(500);
            assertThat(said.text()).contains("as it should");
            assertProblem(said, "internal");
            assertThat(said.closed()).isFalse();
        }
    }

    /** Its output may be over while its answer is still to come. */
    @Test
    void whoSaysNoMoreIsAnswered() {
        try (RawClient client = new RawClient(server.port())) {
            client.write(put("b", "") + get("/now") + put("a", "abc"));
            client.shutdownOutput();
            Said said = client.read(4, 5_000);
            assertThat(said.answers()).isEqualTo(3);
            assertThat(said.text()).endsWith("a=abc");
            assertThat(said.closed()).isTrue();
        }
    }

    @Test
    void aRequestMayArriveByteForByte() {
        try (RawClient client = new RawClient(server.port())) {
            for (char c : put("a", "abc").toCharArray()) {
                client.write(String.valueOf(c));
            }
            assertThat(client.read(1, 100).text()).endsWith("a=abc");
        }
    }

    @Test
    void continuesWhenAsked() {
        try (RawClient client = new RawClient(server.port())) {
            client.write(
                    "PUT /items/a HTTP/1.1\r\n"
                            + HOST
                            + "Expect: 100-continue\r\nContent-Length: 3\r\n\r\n");
            assertThat(client.read(1, 100).text()).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            client.write("abc");
            assertThat(client.read(1, 100).text()).endsWith("a=abc");
        }
        assertThat(
                        ask("PUT /items/a HTTP/1.1\r\n"
                                        + HOST
                                        + "Expect: 200-ok\r\nContent-Length: 0\r\n\r\n")
                                .status())
                .isEqualTo(417);
        Said large =
                ask(
                        "PUT /items/a HTTP/1.1\r\n"
                                + HOST
                                + "Expect: 100-continue\r\nContent-Length: 65\r\n\r\n");
        assertThat(large.status()).isEqualTo(413);
        assertThat(large.answers()).isEqualTo(1);
    }

    // ---- methods and paths
    // --------------------------------------------------------------------------

    @Test
    void methodsThatAreNotThere() {
        for (String method : new String[] {"DELETE", "POST", "PATCH", "TRACE", "get", "FOO"}) {
            Said said = ask(method + " / HTTP/1.1\r\n" + HOST + "\r\n");
            assertThat(said.status()).as(method).isEqualTo(405);
            assertThat(said.header("Allow")).isEqualTo("GET, HEAD, OPTIONS");
            assertProblem(said, "method-not-allowed");
            assertThat(said.closed()).isFalse();
        }
        Said head = ask("HEAD / HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(head.status()).isEqualTo(200);
        assertThat(head.header("Content-Length")).isEqualTo("3");
        assertThat(head.text()).endsWith("\r\n\r\n");
        assertThat(ask("HEAD /nothing HTTP/1.1\r\n" + HOST + "\r\n").text()).endsWith("\r\n\r\n");
        Said options = ask("OPTIONS /items/a HTTP/1.1\r\n" + HOST + "\r\n");
        assertThat(options.status()).isEqualTo(204);
        assertThat(options.header("Allow")).isEqualTo("OPTIONS, PUT");
        assertThat(ask("OPTIONS * HTTP/1.1\r\n" + HOST + "\r\n").status()).isEqualTo(204);
    }

    @Test
    void pathsMeanWhatTheySayAndNoMore() {
        for (String none :
                new String[] {
                    "//",
                    "/items",
                    "/items/",
                    "/items//",
                    "/items/a/",
                    "/./",
                    "/items/../",
                    "/%2e%2e/",
                    "/;a",
                    "/ITEMS/a",
                    "/items/a/b",
                    "/%2F"
                }) {
            Said said = ask(get(none));
            assertThat(said.status()).as(none).isEqualTo(404);
            assertProblem(said, "not-found");
        }
        assertThat(ask(get("/?a=b&c")).status()).isEqualTo(200);
        assertThat(ask(get("http://x/")).status()).isEqualTo(200);
        assertThat(ask(get("http://x")).status()).isEqualTo(200);
        assertThat(ask(get("http://x?q")).status()).isEqualTo(200);
        assertThat(ask(put("a%2Fb", "")).text()).endsWith("a/b=");
        assertThat(ask(put("%61%C3%A4;v=1", "")).status()).isEqualTo(200);
        assertThat(ask(put("..", "")).text()).endsWith("..=");
    }

    // ---- pages of other origins
    // ---------------------------------------------------------------------

    @Test
    void pagesOfOtherOriginsMayAskAndReadRefusals() {
        String origin = "Origin: https://play.example.org\r\n";
        Said preflight =
                ask(
                        "OPTIONS /items/a HTTP/1.1\r\n"
                                + HOST
                                + origin
                                + "Access-Control-Request-Method: PUT\r\n"
                                + "Access-Control-Request-Headers: authorization,content-type\r\n\r\n");
        assertThat(preflight.status()).isEqualTo(204);
        assertThat(preflight.header("Access-Control-Allow-Origin")).isEqualTo("*");
        assertThat(preflight.header("Access-Control-Allow-Methods")).contains("PUT");
        assertThat(preflight.header("Access-Control-Allow-Headers"))
                .isEqualTo("Authorization, Content-Type");
        // A page that may not ask cannot read that there is no such path, or no such method.
        for (String line : new String[] {"/nothing HTTP/1.1\r\n", "/ HTTP/1.1\r\n"}) {
            Said none =
                    ask(
                            "OPTIONS "
                                    + line
                                    + HOST
                                    + origin
                                    + "Access-Control-Request-Method: PATCH\r\n\r\n");
            assertThat(none.status()).as(line).isEqualTo(204);
            assertThat(none.header("Access-Control-Allow-Origin")).isEqualTo("*");
            assertThat(none.header("Access-Control-Allow-Methods")).contains("PATCH");
        }
        assertThat(ask("OPTIONS /nothing HTTP/1.1\r\n" + HOST + "\r\n").status()).isEqualTo(404);
        for (String request :
                new String[] {
                    "GET / HTTP/1.1\r\n",
                    "GET /nothing HTTP/1.1\r\n",
                    "PATCH / HTTP/1.1\r\n",
                    "POST / HTTP/1.1\r\n",
                    "PUT /items/a HTTP/1.1\r\nContent-Length: 65\r\n",
                    "PUT /items/a HTTP/1.1\r\nContent-Length: +1\r\n"
                }) {
            Said said = ask(request + HOST + origin + "\r\n");
            assertThat(said.header("Access-Control-Allow-Origin")).as(said.text()).isEqualTo("*");
            assertThat(said.header("Access-Control-Expose-Headers")).contains("Retry-After");
        }
    }

    // ---- time
    // ------------------------------------------------------------------------------------

    @Test
    void slowClientsAreEnded() {
        long begunNs = System.nanoTime();
        try (RawClient silent = new RawClient(server.port());
                RawClient half = new RawClient(server.port());
                RawClient body = new RawClient(server.port())) {
            half.write("GET / HTTP/1.1\r\nHo");
            body.write("PUT /items/a HTTP/1.1\r\n" + HOST + "Content-Length: 3\r\n\r\na");
            assertThat(half.read(1, 5_000).status()).isEqualTo(408);
            assertThat(body.read(1, 5_000).status()).isEqualTo(408);
            assertThat(silent.read(1, 5_000)).isEqualTo(new Said("", true));
        }
        assertThat(Duration.ofNanos(System.nanoTime() - begunNs)).isLessThan(Duration.ofSeconds(8));
    }

    /** A byte now and then prolongs nothing. */
    @Test
    void aDrippingClientIsEnded() throws Exception {
        try (RawClient client = new RawClient(server.port())) {
            client.write(get("/"));
            assertThat(client.read(1, 100).status()).isEqualTo(200);
            long begunNs = System.nanoTime();
            for (char c : ("GET / HTTP/1.1\r\nA: " + "a".repeat(30)).toCharArray()) {
                try {
                    client.write(String.valueOf(c));
                } catch (java.io.UncheckedIOException e) {
                    break;
                }
                Thread.sleep(60);
            }
            assertThat(client.read(1, 5_000).status()).isIn(0, 408);
            assertThat(Duration.ofNanos(System.nanoTime() - begunNs))
                    .isLessThan(Duration.ofSeconds(8));
        }
    }

    @Test
    void aClientThatTakesNoAnswersIsEnded() {
        Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> server.open() == 0);
        int before = 0;
        try (RawClient client = new RawClient(server.port())) {
            client.write(get("/large"));
            Awaitility.await().until(() -> server.open() > before);
            Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> server.open() <= before);
        }
    }

    @Test
    void aTakenPortIsSaid() {
        assertThatThrownBy(() -> start(server.port(), limits()))
                .isInstanceOf(PortTaken.class)
                .hasMessageContainingAll("127.0.0.1:" + server.port(), "OTHERWORLD_TEST_PORT");
    }

    private static Said ask(String bytes) {
        return RawClient.once(server.port(), bytes);
    }

    private static String get(String target) {
        return "GET " + target + " HTTP/1.1\r\n" + HOST + "\r\n";
    }

    private static String put(String item, String body) {
        return "PUT /items/%s HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n%s"
                .formatted(item, HOST, body.length(), body);
    }

    private static void assertProblem(Said said, String type) {
        assertThat(said.header("Content-Type")).isEqualTo("application/problem+json");
        if (!said.text().endsWith("\r\n\r\n")) {
            assertThat(said.text()).contains("\"urn:otherworld:problem:" + type + "\"");
        }
    }
}
