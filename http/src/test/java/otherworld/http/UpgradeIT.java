package otherworld.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.http.RawClient.Said;
import otherworld.ops.Problem;
import otherworld.ops.metric.Catalogue;

/** Connections that stop speaking HTTP, with two event loops. */
class UpgradeIT {
    private static final String HEAD = "/echo HTTP/1.1\r\nHost: x\r\n";
    private static final String UPGRADE =
            "GET " + HEAD + "Connection: Upgrade\r\nUpgrade: echo\r\n\r\n";
    private static final Duration TIME = Duration.ofMillis(300);
    private static final int MOST = 4;

    private HttpServer server;

    /** Says everything again. */
    private static final class Echo extends ChannelInboundHandlerAdapter implements Upgraded {
        private @Nullable ChannelHandlerContext context;

        @Override
        public void handlerAdded(ChannelHandlerContext added) {
            context = added;
        }

        @Override
        public void channelRead(ChannelHandlerContext reading, Object read) {
            var _ = reading.writeAndFlush(read);
        }

        @Override
        public void userEventTriggered(ChannelHandlerContext told, Object event) {
            if (event instanceof ChannelInputShutdownEvent) {
                var _ = told.close();
            }
        }

        @Override
        public void closing() {
            ChannelHandlerContext own = context;
            if (own != null) {
                var _ =
                        own.writeAndFlush(
                                        Unpooled.wrappedBuffer(
                                                "bye".getBytes(StandardCharsets.UTF_8)))
                                .addListener(ChannelFutureListener.CLOSE);
            }
        }
    }

    @BeforeEach
    void start() throws Exception {
        Routes routes =
                new Routes()
                        .now("GET", "/", _ -> Response.of(200, "text/plain", "ok"))
                        .upgrade("/echo", UpgradeIT::upgrade);
        server =
                HttpServer.start(
                        new HttpServer.Config(
                                "127.0.0.1",
                                0,
                                "OTHERWORLD_TEST_PORT",
                                new HttpServer.Sockets(
                                        2, ByteBufAllocator.DEFAULT, WriteBufferWaterMark.DEFAULT),
                                new HttpLimits(MOST, 0, 1024, 1024, 64, TIME, TIME, TIME),
                                new Cors(Set.of("*"), "Authorization", "Location"),
                                routes,
                                e -> new Problem(HttpProblem.INTERNAL, e.toString()),
                                new ServerMetrics(
                                        ServerMetrics.Specs.in(new Catalogue("test", "test_")),
                                        new PrometheusRegistry(),
                                        _ -> {})));
    }

    private static Routes.Upgrade upgrade(Request request) {
        if (request.query("fail").isPresent()) {
            throw new IllegalStateException("as it should");
        }
        return request.hasToken("Upgrade", "echo") && request.method().equals("GET")
                ? new Routes.Upgrade.Switched(
                        Response.empty(101).with("Connection", "Upgrade").with("Upgrade", "echo"),
                        new Echo())
                : new Routes.Upgrade.Refused(
                        Response.of(new Problem(HttpProblem.BAD_REQUEST, "no echo asked for")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private RawClient upgraded(String behind) {
        RawClient client = new RawClient(server.port());
        client.write(UPGRADE + behind);
        Said said = client.read(1, 300);
        assertThat(said.status()).as(said.text()).isEqualTo(101);
        assertThat(said.text()).endsWith("\r\n\r\n" + behind).doesNotContain("Content-Length");
        assertThat(said.closed()).isFalse();
        return client;
    }

    private static void assertEchoes(RawClient client, String text) {
        client.write(text);
        assertThat(client.read(0, 200)).isEqualTo(new Said(text, false));
    }

    @Test
    void whatComesBehindTheRequestIsTheNextHandlersAndNoDeadlineHolds() throws Exception {
        try (RawClient client = upgraded("early")) {
            Thread.sleep(TIME.multipliedBy(4));
            assertEchoes(client, "late");
        }
        Awaitility.await().until(() -> server.open() == 0);
    }

    @Test
    void anUpgradeAfterOtherRequestsOfItsConnection() {
        try (RawClient client = new RawClient(server.port())) {
            client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n" + UPGRADE + "early");
            assertThat(client.read(2, 300).text()).startsWith("HTTP/1.1 200 ").endsWith("early");
            assertEchoes(client, "late");
        }
    }

    @Test
    void aRefusalIsAnOrdinaryAnswerAndTheConnectionGoesOn() {
        try (RawClient client = new RawClient(server.port())) {
            client.write(
                    "GET "
                            + HEAD
                            + "\r\nHEAD "
                            + HEAD
                            + "Upgrade: echo\r\n\r\nPOST "
                            + HEAD
                            + "\r\nGET /echo?fail=1 HTTP/1.1\r\nHost: x\r\n\r\n"
                            + UPGRADE
                            + "early");
            Said said = client.read(5, 300);
            String[] answers = said.text().split("HTTP/1\\.1 ", -1);
            assertThat(answers[1])
                    .startsWith("400 ")
                    .contains("Access-Control-Allow-Origin: *", "no echo asked for");
            assertThat(answers[2]).startsWith("400 ").endsWith("\r\n\r\n");
            assertThat(answers[3]).startsWith("405 ").contains("Allow: GET, HEAD, OPTIONS");
            assertThat(answers[4]).startsWith("500 ").contains("Access-Control-Allow-Origin: *");
            assertThat(answers[5]).startsWith("101 ").endsWith("\r\n\r\nearly");
        }
    }

    @Test
    void itIsNeverDisplacedAndCountsUntilItEnds() {
        List<RawClient> open = new ArrayList<>();
        try {
            open.add(upgraded(""));
            for (int i = 0; i < 5 * MOST; i++) {
                open.add(new RawClient(server.port())); // silent
            }
            assertEchoes(open.getFirst(), "still here");
            for (int i = 1; i < MOST; i++) {
                open.add(upgraded("")); // in place of silent ones
            }
            try (RawClient one = new RawClient(server.port())) {
                assertThat(one.read(1, 100)).isEqualTo(new Said("", true));
            }
            assertThat(server.open()).isEqualTo(MOST);
            assertEchoes(open.getFirst(), "still here");
            open.removeFirst().close();
            Awaitility.await().until(() -> server.open() == MOST - 1);
            open.add(upgraded(""));
        } finally {
            open.forEach(RawClient::close);
        }
    }

    @Test
    void aServerThatEndsLetsItSayGoodbye() {
        try (RawClient client = upgraded("");
                RawClient silent = new RawClient(server.port())) {
            long begunNs = System.nanoTime();
            server.close();
            assertThat(client.read(1, 5_000)).isEqualTo(new Said("bye", true));
            assertThat(silent.read(1, 5_000)).isEqualTo(new Said("", true));
            assertThat(Duration.ofNanos(System.nanoTime() - begunNs))
                    .isLessThan(Duration.ofSeconds(5));
        }
    }
}
