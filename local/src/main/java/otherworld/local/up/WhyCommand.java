package otherworld.local.up;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./otherworld why}: asks the operator's page, and tells its answer in a terminal. */
@Command(
        name = "why",
        description = {
            "Tell the recent decisions behind a World's size, an instance, or where a player is.",
            "On a cluster: kubectl port-forward the operator that leads, and --page http://127.0.0.1:8082."
        })
final class WhyCommand implements Callable<Integer> {
    private static final Duration TIMEOUT = Duration.ofSeconds(15);
    private static final int DOWN = 3;

    /** Answers of a standby, and of a cluster that starts, pass. */
    private static final int TRIES = 10;

    private static final int TRY_AGAIN_MS = 500;
    private static final int UNAVAILABLE = 503;

    @Parameters(
            paramLabel = "NAME",
            description =
                    "plaza or default/plaza (a World), plaza-3 or plaza-3-1 (an instance, a pod of it), else a player's id.")
    @SuppressWarnings("NullAway.Init") // picocli sets it, or refuses
    private String name;

    @Option(
            names = "--page",
            paramLabel = "URL",
            description = "The operator's page; default: that of the cluster that is up here.")
    private @Nullable URI page;

    @Option(
            names = "--token-file",
            paramLabel = "FILE",
            description = "What allows to ask about players; default: that of the cluster here.")
    private @Nullable Path tokenFile;

    @Option(names = "--json", description = "As the page answers.")
    private boolean json;

    private final Home home = Home.of(System.getenv());

    @Override
    public Integer call() throws Exception {
        URI base = page;
        Path token = tokenFile;
        if (base == null) {
            if (ClusterState.ofLiving(home.state()).isEmpty()) {
                System.err.printf(
                        "otherworld why: no cluster runs in %s: start one with ./otherworld up, or name a page with --page URL%n",
                        home.folder());
                return DOWN;
            }
            base = URI.create(Ports.noted(home.ports(), "http", Ports.Use.OPERATOR_PAGE));
            token = token == null ? home.secrets().resolve("page-token") : token;
        }
        HttpResponse<String> response;
        try {
            response = ask(base, token);
        } catch (IOException e) {
            System.err.printf(
                    "otherworld why: the page at %s does not answer (%s): is the operator up, and OTHERWORLD_PAGE true?%n",
                    base, e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage());
            return 1;
        }
        JsonNode answer;
        try {
            answer = new ObjectMapper().readTree(response.body());
        } catch (IOException e) {
            System.err.printf(
                    "otherworld why: what %s answers is not of an operator's page%n", base);
            return 1;
        }
        if (response.statusCode() != 200) {
            System.err.printf(
                    "otherworld why: %s: %s%n",
                    Why.clean(answer.path("detail").asText("status " + response.statusCode())),
                    Why.clean(answer.path("action").asText()));
            return 1;
        }
        System.out.print(
                json ? answer.toPrettyString() + "\n" : new Why(ZoneId.systemDefault()).of(answer));
        return 0;
    }

    private HttpResponse<String> ask(URI base, @Nullable Path token)
            throws IOException, InterruptedException {
        String text = base.toString();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(
                                URI.create(
                                        "%s/api/why?of=%s"
                                                .formatted(
                                                        text.endsWith("/")
                                                                ? text.substring(
                                                                        0, text.length() - 1)
                                                                : text,
                                                        URLEncoder.encode(
                                                                name, StandardCharsets.UTF_8))))
                        .timeout(TIMEOUT);
        if (token != null && Files.isReadable(token)) {
            request.header("Authorization", "Bearer " + Files.readString(token).strip());
        }
        try (HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build()) {
            HttpResponse<String> response =
                    http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            for (int i = 1; i < TRIES && response.statusCode() == UNAVAILABLE; i++) {
                Thread.sleep(TRY_AGAIN_MS);
                response = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            }
            return response;
        }
    }
}
