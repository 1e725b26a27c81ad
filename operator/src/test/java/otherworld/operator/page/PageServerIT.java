package otherworld.operator.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.crds.World;
import otherworld.crds.WorldCondition;
import otherworld.fleet.v1.SeatDecision;
import otherworld.fleet.v1.SeatDecisionsResponse;
import otherworld.operator.config.PageSettings;

class PageServerIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String TOKEN = "a-token-of-the-page-0123456789";
    private static final String ALICE = "alice@example.org";

    @TempDir Path folder;

    private final ShownFleet fleet = new ShownFleet();
    private final HttpClient http = HttpClient.newHttpClient();
    private PageServer page;
    private World plaza;

    @BeforeEach
    void start() throws Exception {
        plaza = fleet.add("default", "plaza", 100, 5);
        fleet.run(plaza, 3, 40);
        fleet.seats.put(
                "default.plaza",
                SeatDecisionsResponse.newBuilder()
                        .addDecisions(
                                SeatDecision.newBuilder()
                                        .setPlayer(ALICE)
                                        .setAtMs(ShownFleet.NOW.toEpochMilli())
                                        .setOutcome(SeatDecision.Outcome.SEATED)
                                        .setReason("FullestThatFits")
                                        .setDetail("fullest instance that fits")
                                        .setHasInstance(true)
                                        .setInstance(2))
                        .build());
        page = serve(Optional.empty());
    }

    private PageServer serve(Optional<URI> prometheus) throws Exception {
        Path token = Files.writeString(folder.resolve("token"), TOKEN + "\n");
        return PageServer.start(
                new PageSettings(
                        true,
                        "127.0.0.1",
                        0,
                        Set.of("page.example.org"),
                        Optional.of(token),
                        prometheus),
                fleet,
                InstantSource.system());
    }

    @AfterEach
    void stop() {
        page.close();
        http.close();
    }

    @Test
    void theFilesOfThePageCarryHeadersThatLetNothingForeignIn() throws Exception {
        for (String path : List.of("/", "/main.js", "/page.css", "/icon.svg")) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.headers().firstValue("Content-Security-Policy").orElse(""))
                    .startsWith("default-src 'none'; script-src 'self'")
                    .contains("frame-ancestors 'none'")
                    .doesNotContain("unsafe");
            assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
            assertThat(answer.headers().firstValue("Access-Control-Allow-Origin")).isEmpty();
            // But for the name of SVG, which is no address.
            assertThat(answer.body().replace("http://www.w3.org/2000/svg", ""))
                    .doesNotContain("http://", "//cdn", "innerHTML", "eval(");
        }
        assertThat(get("/nothing").statusCode()).isEqualTo(404);
        assertThat(get("/../operator/rbac.yaml").statusCode()).isEqualTo(404);
    }

    @Test
    void whatHasNotChangedIsNotSentAgainAndTheRestIsCompressed() throws Exception {
        HttpResponse<byte[]> first =
                http.send(
                        request("/api/fleet").header("Accept-Encoding", "gzip").build(),
                        HttpResponse.BodyHandlers.ofByteArray());
        assertThat(first.headers().firstValue("Content-Encoding")).contains("gzip");
        try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(first.body()))) {
            assertThat(JSON.readTree(in).at("/worlds/0/name").asText()).isEqualTo("default/plaza");
        }
        String etag = first.headers().firstValue("ETag").orElseThrow();
        HttpResponse<String> again =
                http.send(
                        request("/api/fleet").header("If-None-Match", etag).build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
    }

    @Test
    void itChangesNothing() throws Exception {
        for (String method : List.of("POST", "PUT", "DELETE", "PATCH")) {
            HttpResponse<String> answer =
                    http.send(
                            request("/api/fleet")
                                    .method(method, HttpRequest.BodyPublishers.noBody())
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).isEqualTo(405);
        }
    }

    /** A site whose name was made to point here reads nothing through its visitors' browsers. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example.org",
                "evil.example.org:8082",
                "127.0.0.1.evil.org",
                "",
                "a b"
            })
    void aForeignNameIsRefused(String host) throws Exception {
        assertThat(status(host)).isEqualTo(421);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "127.0.0.1",
                "localhost:8082",
                "[::1]:8082",
                "ow-operator-page.otherworld.svc",
                "ow-operator-page",
                "page.example.org",
                "x.svc.cluster.local"
            })
    void namesOfTheClusterAreItsOwn(String host) throws Exception {
        assertThat(status(host)).isEqualTo(200);
    }

    private int status(String host) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), page.port())) {
            socket.setSoTimeout(5_000);
            socket.getOutputStream()
                    .write(
                            "GET /api/fleet HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n"
                                    .formatted(host)
                                    .getBytes(StandardCharsets.US_ASCII));
            String answer =
                    new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.substring(9, 12));
        }
    }

    @Test
    void aReplicaThatStandsBySaysWhoLeads() throws Exception {
        fleet.leads = false;
        assertThat(get("/").statusCode()).isEqualTo(200);
        HttpResponse<String> answer = get("/api/fleet");
        assertThat(answer.statusCode()).isEqualTo(503);
        assertThat(answer.headers().firstValue("Connection")).contains("close");
        assertThat(answer.body()).contains("operator-7 leads");
    }

    @Test
    void manyWhoLookCostNoMoreThanOne() throws Exception {
        int before = fleet.lookedAt.get();
        for (int i = 0; i < 300; i++) {
            assertThat(get("/api/fleet").statusCode()).isEqualTo(200);
        }
        // One a second; the loop may take some.
        assertThat(fleet.lookedAt.get() - before).isLessThan(30);
    }

    @Test
    void aThousandInstancesAreFewBytesAndSixThousandAreTheMost() throws Exception {
        World huge = fleet.add("default", "huge", 100, 5_000);
        fleet.run(huge, 1_000, 7);
        byte[] thousand = new FleetJson(fleet).write();
        assertThat(thousand.length).isLessThan(40_000);
        long startNs = System.nanoTime();
        int times = 200;
        for (int i = 0; i < times; i++) {
            assertThat(Body.json(new FleetJson(fleet).write()).zipped().length).isLessThan(12_000);
        }
        // Once a second, however many look: less than a twentieth of a core, also on a busy
        // machine.
        double eachMs = (System.nanoTime() - startNs) / 1e6 / times;
        System.out.printf("A fleet of a thousand instances is written in %.2f ms%n", eachMs);
        assertThat(eachMs).isLessThan(50);
        fleet.run(huge, 5_000, 7);
        fleet.run(fleet.add("default", "other", 100, 5_000), 5_000, 7);
        byte[] bounded = new FleetJson(fleet).write();
        JsonNode worlds = JSON.readTree(bounded).path("worlds");
        assertThat(worlds.path(0).path("name").asText()).isEqualTo("default/huge");
        assertThat(worlds.path(0).path("instances")).hasSize(5_000);
        assertThat(worlds.path(1).path("name").asText()).isEqualTo("default/other");
        assertThat(worlds.path(1).path("instances")).hasSize(FleetJson.MOST_CELLS - 5_000);
        assertThat(worlds.path(1).path("moreInstances").asInt())
                .isEqualTo(10_000 - FleetJson.MOST_CELLS);
        assertThat(bounded.length).isLessThan(150_000);
    }

    @Test
    void aStrangersTextsAreShortenedAndStayText() throws Exception {
        ShownFleet.condition(
                plaza,
                WorldCondition.DEGRADED,
                true,
                "Refused",
                "</script><img src=x onerror=alert(1)>".repeat(100));
        String body = get("/api/fleet").body();
        assertThat(body.length()).isLessThan(8_000);
        assertThat(JSON.readTree(body).at("/worlds/0/conditions/0/message").asText())
                .startsWith("</script><img")
                .endsWith("…");
    }

    // ---- players
    // ---------------------------------------------------------------------------------

    @Test
    void whoPlayersAreIsForBearersOfTheTokenAlone() throws Exception {
        for (String path :
                List.of("/api/seats?world=default/plaza", "/api/why?of=plaza", "/api/fleet")) {
            assertThat(get(path).body()).doesNotContain("alice");
        }
        assertThat(JSON.readTree(get("/api/why?of=plaza").body()).at("/seats/0/player").asText())
                .matches("~[0-9a-f]{6}");
        String named = get("/api/why?of=plaza", TOKEN).body();
        assertThat(JSON.readTree(named).at("/seats/0/player").asText()).isEqualTo(ALICE);
        // The same answer whether there is such a player or not.
        HttpResponse<String> hidden = get("/api/why?of=" + encode(ALICE));
        HttpResponse<String> nobody = get("/api/why?of=nobody@example.org");
        assertThat(hidden.statusCode()).isEqualTo(403);
        assertThat(hidden.body().replace(ALICE, "X"))
                .isEqualTo(nobody.body().replace("nobody@example.org", "X"));
        assertThat(get("/api/why?of=" + encode(ALICE), TOKEN + "x").statusCode()).isEqualTo(403);
        JsonNode answer = JSON.readTree(get("/api/why?of=" + encode(ALICE), TOKEN).body());
        assertThat(answer.at("/worlds/0/world").asText()).isEqualTo("default/plaza");
        assertThat(answer.at("/worlds/0/seats/0/reason").asText()).isEqualTo("FullestThatFits");
    }

    @Test
    void aTokenThatIsTooShortLetsNobodyIn() throws Exception {
        Files.writeString(folder.resolve("token"), "short");
        assertThat(get("/api/why?of=" + encode(ALICE), "short").statusCode()).isEqualTo(403);
    }

    @Test
    void aWorldsSizeIsToldWithoutTheMatchmakerButNoPlayer() throws Exception {
        fleet.seats.clear();
        fleet.trouble = Optional.of("the matchmaker does not answer");
        JsonNode world = JSON.readTree(get("/api/why?of=plaza").body());
        assertThat(world.path("figures").path("ready").asInt()).isEqualTo(3);
        assertThat(world.path("seatsKnown").asBoolean()).isFalse();
        assertThat(get("/api/why?of=" + encode(ALICE), TOKEN).statusCode()).isEqualTo(503);
    }

    @Test
    void worldsInstancesAndPodsAreFoundByTheirNames() throws Exception {
        for (String name : List.of("plaza", "default/plaza", "default.plaza")) {
            assertThat(kind(name)).isEqualTo("world");
        }
        for (String name : List.of("plaza-2", "default/plaza-2", "default.plaza/2", "plaza-2-0")) {
            JsonNode answer = JSON.readTree(get("/api/why?of=" + encode(name)).body());
            assertThat(answer.path("kind").asText()).as(name).isEqualTo("instance");
            assertThat(answer.path("instance").asInt()).isEqualTo(2);
            assertThat(answer.path("state").asText()).isEqualTo("READY");
        }
        fleet.add("other", "plaza", 10, 2);
        HttpResponse<String> several = get("/api/why?of=plaza");
        assertThat(several.statusCode()).isEqualTo(400);
        assertThat(several.body()).contains("default/plaza or other/plaza");
    }

    private String kind(String name) throws Exception {
        return JSON.readTree(get("/api/why?of=" + encode(name)).body()).path("kind").asText();
    }

    // ---- Prometheus
    // ------------------------------------------------------------------------------

    @Test
    void withoutPrometheusItSaysSo() throws Exception {
        assertThat(get("/api/plots").body()).contains("\"state\":\"off\"");
        assertThat(get("/api/alerts").body()).contains("\"state\":\"off\"");
    }

    /** How a Prometheus may be wrong. */
    enum Wrong {
        STOPPED,
        SILENT,
        DRIPS,
        NO_JSON,
        OTHER_JSON,
        REDIRECTS,
        HUGE,
        REFUSES
    }

    @ParameterizedTest
    @EnumSource(
            mode = EnumSource.Mode.EXCLUDE,
            names = {"SILENT", "DRIPS"})
    void aPrometheusThatAnswersWronglyIsTold(Wrong wrong) throws Exception {
        aPrometheusThatIsWrongIsToldInTimeAndHoldsNothingElseUp(wrong);
    }

    @Tag("heavy") // it waits as long as the operator does
    @ParameterizedTest
    @EnumSource(names = {"SILENT", "DRIPS"})
    void aPrometheusThatIsSlowIsTold(Wrong wrong) throws Exception {
        aPrometheusThatIsWrongIsToldInTimeAndHoldsNothingElseUp(wrong);
    }

    private void aPrometheusThatIsWrongIsToldInTimeAndHoldsNothingElseUp(Wrong wrong)
            throws Exception {
        HttpServer server = wrong(wrong);
        URI url = URI.create("http://127.0.0.1:%d/".formatted(server.getAddress().getPort()));
        if (wrong == Wrong.STOPPED) {
            server.stop(0);
        }
        page.close();
        page = serve(Optional.of(url));
        long startNs = System.nanoTime();
        try {
            JsonNode plots = JSON.readTree(get("/api/plots").body());
            assertThat(plots.path("state").asText()).isEqualTo("unanswered");
            assertThat(plots.path("message").asText()).isNotEmpty();
            assertThat(Duration.ofNanos(System.nanoTime() - startNs))
                    .isLessThan(Duration.ofSeconds(12));
            assertThat(get("/api/fleet").statusCode()).isEqualTo(200);
            assertThat(JSON.readTree(get("/api/alerts").body()).path("state").asText())
                    .isEqualTo("unanswered");
        } finally {
            server.stop(0);
        }
    }

    private static HttpServer wrong(Wrong wrong) throws IOException {
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(task -> Thread.ofVirtual().start(task));
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        exchange.getRequestBody().readAllBytes();
                        switch (wrong) {
                            case STOPPED -> {}
                            case SILENT -> Thread.sleep(20_000);
                            case DRIPS -> {
                                exchange.sendResponseHeaders(200, 0);
                                for (int i = 0; i < 200; i++) {
                                    exchange.getResponseBody().write(' ');
                                    exchange.getResponseBody().flush();
                                    Thread.sleep(100);
                                }
                            }
                            case NO_JSON -> send(exchange, 200, "<html>It works!</html>");
                            case OTHER_JSON -> send(exchange, 200, "{\"status\":\"success\"}");
                            case REDIRECTS -> {
                                exchange.getResponseHeaders().set("Location", "http://127.0.0.1:1");
                                send(exchange, 302, "");
                            }
                            case HUGE -> send(exchange, 200, " ".repeat(3_000_000));
                            case REFUSES ->
                                    send(
                                            exchange,
                                            422,
                                            "{\"status\":\"error\",\"error\":\"too many samples\"}");
                        }
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
        server.start();
        return server;
    }

    private static void send(com.sun.net.httpserver.HttpExchange exchange, int status, String body)
            throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Test
    void nothingThatAReaderSendsReachesPrometheus() throws Exception {
        Set<String> asked = ConcurrentHashMap.newKeySet();
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    try (exchange) {
                        asked.add(
                                URLDecoder.decode(
                                        exchange.getRequestURI().getRawQuery() == null
                                                ? ""
                                                : exchange.getRequestURI()
                                                        .getRawQuery()
                                                        .replaceAll("&.*", ""),
                                        StandardCharsets.UTF_8));
                        send(exchange, 200, "{\"status\":\"success\",\"data\":{\"result\":[]}}");
                    }
                });
        server.start();
        page.close();
        page =
                serve(
                        Optional.of(
                                URI.create(
                                        "http://127.0.0.1:"
                                                + server.getAddress().getPort()
                                                + "/")));
        try {
            assertThat(get("/api/plots?range=1h&world=default/plaza").statusCode()).isEqualTo(200);
            int fixed = asked.size();
            for (String path :
                    List.of(
                            "/api/plots?query=up",
                            "/api/plots?range=99y",
                            "/api/plots?world=" + encode("default/plaza\"}) or up"),
                            "/api/plots?world=default/nowhere",
                            "/api/v1/query?query=up",
                            "/api/plots?range=1h&range=6h")) {
                assertThat(get(path).statusCode()).as(path).isBetween(400, 404);
            }
            assertThat(asked).hasSize(fixed);
            Set<String> known =
                    Plot.ALL.stream()
                            .flatMap(plot -> plot.series().values().stream())
                            .map(query ->
                                    "query="
                                            + query.replace(
                                                    Plot.SELECTOR,
                                                    "{namespace=\"default\",world=~\"plaza|default\\\\.plaza\"}"))
                            .collect(Collectors.toSet());
            assertThat(asked).isEqualTo(known);
        } finally {
            server.stop(0);
        }
    }

    // ---- helpers
    // -----------------------------------------------------------------------------------

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:%d%s".formatted(page.port(), path)))
                .timeout(Duration.ofSeconds(20));
    }

    private HttpResponse<String> get(String path) throws Exception {
        // HttpClient knows no gzip of its own: it gets plain text.
        return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path, String token) throws Exception {
        return http.send(
                request(path).header("Authorization", "Bearer " + token).build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
