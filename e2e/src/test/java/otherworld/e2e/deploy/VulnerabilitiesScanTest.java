package otherworld.e2e.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * tools/vulnerabilities/scan, with a server that answers as OSV does: each exit code means one
 * thing.
 */
class VulnerabilitiesScanTest {
    private static final int NONE = 0;
    private static final int FOUND = 1;
    private static final int CANNOT_BEGIN = 2;
    private static final int NOT_SCANNED = 3;

    private static final String LOG4J = "pkg:maven/org.apache.logging.log4j/log4j-core@2.14.1";

    @TempDir Path folder;

    private final Map<String, List<String>> known = new ConcurrentHashMap<>();
    private final List<String> asked = new ArrayList<>();
    private volatile int status = 200;
    private volatile boolean leavesOneOut;
    private HttpServer osv;

    private record Scanned(int code, String out, String err) {}

    @BeforeEach
    void start() throws IOException {
        osv = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        osv.createContext(
                "/",
                exchange -> {
                    String path = exchange.getRequestURI().getPath();
                    byte[] body =
                            (path.startsWith("/v1/vulns/")
                                            ? "{\"summary\": \"something bad\", \"aliases\": [\"CVE-2021-44228\"]}"
                                            : batch(exchange.getRequestBody().readAllBytes()))
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(status, body.length);
                    exchange.getResponseBody().write(body);
                    exchange.close();
                });
        osv.start();
        bill("operator", LOG4J, "pkg:maven/io.netty/netty-common@4.2.18.Final?type=jar");
    }

    @AfterEach
    void stop() {
        osv.stop(0);
    }

    /** Each page has one vulnerability, so that there are several. */
    private String batch(byte[] body) throws IOException {
        List<String> results = new ArrayList<>();
        for (JsonNode query : new ObjectMapper().readTree(body).path("queries")) {
            String purl = query.at("/package/purl").asText();
            int page = query.path("page_token").asInt(0);
            asked.add(purl);
            List<String> its = known.getOrDefault(purl, List.of());
            results.add(
                    page >= its.size()
                            ? "{}"
                            : "{\"vulns\": [{\"id\": \"%s\"}]%s}"
                                    .formatted(
                                            its.get(page),
                                            page + 1 < its.size()
                                                    ? ", \"next_page_token\": \"%d\""
                                                            .formatted(page + 1)
                                                    : ""));
        }
        if (leavesOneOut) {
            results.removeLast();
        }
        return "{\"results\": [%s]}".formatted(String.join(",", results));
    }

    private void bill(String name, String... purls) throws IOException {
        List<String> components = new ArrayList<>();
        for (String purl : purls) {
            components.add("{\"purl\": \"%s\"}".formatted(purl));
        }
        Files.writeString(
                folder.resolve(name + ".cdx.json"),
                "{\"bomFormat\": \"CycloneDX\", \"components\": [%s]}"
                        .formatted(String.join(",", components)));
    }

    private Scanned scanAt(String url, String... options) throws Exception {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                DeployFilesTest.ROOT
                                        .resolve("tools/vulnerabilities/scan")
                                        .toString(),
                                "--bills",
                                folder.toString()));
        command.addAll(List.of(options));
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder scan =
                new ProcessBuilder(command)
                        .redirectOutput(out.toFile())
                        .redirectError(err.toFile());
        scan.environment().put("OTHERWORLD_OSV_URL", url);
        scan.environment().put("no_proxy", "127.0.0.1");
        Process process = scan.start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Scanned(process.exitValue(), Files.readString(out), Files.readString(err));
    }

    private Scanned scan(String... options) throws Exception {
        return scanAt("http://127.0.0.1:" + osv.getAddress().getPort(), options);
    }

    @Test
    void nothingKnownIsScannedAndEachPackageWasAskedAbout() throws Exception {
        Scanned scanned = scan();
        assertThat(scanned.code()).as(scanned.err()).isEqualTo(NONE);
        assertThat(scanned.out()).contains("2 packages that are shipped", "0 vulnerabilities");
        assertThat(asked)
                .contains(LOG4J, "pkg:maven/io.netty/netty-common@4.2.18.Final")
                .as("what builds and tests use, too")
                .anyMatch(it -> it.startsWith("pkg:golang/k8s.io/"))
                .anyMatch(it -> it.startsWith("pkg:npm/"))
                .anyMatch(it -> it.startsWith("pkg:pypi/"))
                .hasSizeGreaterThan(100);
        asked.clear();
        assertThat(scan("--shipped").code()).isEqualTo(NONE);
        assertThat(asked).hasSize(2);
    }

    @Test
    void everyPageOfVulnerabilitiesIsToldWithWhereItIs() throws Exception {
        known.put(LOG4J, List.of("GHSA-jfh8-c2jp-5v3q", "GHSA-7rjr-3q55-vv33"));
        Path json = folder.resolve("result.json");
        Scanned scanned = scan("--shipped", "--json", json.toString());
        assertThat(scanned.code()).isEqualTo(FOUND);
        assertThat(scanned.out())
                .contains(
                        "SHIPPED GHSA-jfh8-c2jp-5v3q " + LOG4J,
                        "GHSA-7rjr-3q55-vv33",
                        "operator.cdx.json",
                        "something bad",
                        "2 vulnerabilities");
        assertThat(new ObjectMapper().readTree(json.toFile()).path("findings")).hasSize(2);
    }

    @Test
    void whereNobodyAnswersNothingIsSaidOfVulnerabilities() throws Exception {
        status = 500;
        assertThat(scan().code()).isEqualTo(NOT_SCANNED);
        status = 200;
        leavesOneOut = true;
        assertThat(scan().code()).as("fewer answers than questions").isEqualTo(NOT_SCANNED);
        osv.stop(0);
        Scanned scanned = scan();
        assertThat(scanned.code()).isEqualTo(NOT_SCANNED);
        assertThat(scanned.err()).startsWith("NOT SCANNED: ");
        assertThat(scanned.out()).isEmpty();
    }

    @Test
    void withoutABillOfMaterialsItDoesNotBegin() throws Exception {
        Files.delete(folder.resolve("operator.cdx.json"));
        assertThat(scan().code()).isEqualTo(CANNOT_BEGIN);
        bill("operator");
        assertThat(scan().code()).as("one that lists nothing").isEqualTo(CANNOT_BEGIN);
        Files.writeString(folder.resolve("operator.cdx.json"), "<html>");
        assertThat(scan().code()).isEqualTo(CANNOT_BEGIN);
        assertThat(asked).isEmpty();
        assertThat(scan("--no-such-option").code()).isEqualTo(CANNOT_BEGIN);
    }
}
