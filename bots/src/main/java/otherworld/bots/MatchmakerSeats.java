package otherworld.bots;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.stream.StreamSupport;
import otherworld.base.InstanceId;
import otherworld.base.WorldId;

/** Seats of the matchmaker's REST interface: docs/endpoints.md. */
final class MatchmakerSeats implements Seats {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final long RETRY_MS = 500;
    private static final String SESSION_ENDED = "urn:otherworld:problem:session-ended";

    private final HttpClient http;
    private final URI world;
    private final Bearers bearers;

    MatchmakerSeats(HttpClient http, URI matchmaker, WorldId world, Bearers bearers) {
        this.http = http;
        this.world =
                URI.create(
                        matchmaker.toString().replaceAll("/+$", "")
                                + "/v1/worlds/"
                                + world.value());
        this.bearers = bearers;
    }

    @Override
    public Answer ask(String player, UUID request) throws InterruptedException {
        return send(
                player,
                HttpRequest.newBuilder(URI.create(world + "/seats/" + request))
                        .PUT(HttpRequest.BodyPublishers.ofString("{}")));
    }

    @Override
    public Answer resume(String player, String session) throws InterruptedException {
        String body = JSON.createObjectNode().put("session", session).toString();
        return send(
                player,
                HttpRequest.newBuilder(URI.create(world + "/resume"))
                        .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private Answer send(String player, HttpRequest.Builder request) throws InterruptedException {
        try {
            String bearer = bearers.of(player);
            HttpResponse<String> response = send(request, bearer);
            if (response.statusCode() == 401
                    && bearers.renewed(player, bearer)) { // it ends in time
                response = send(request, bearers.of(player));
            }
            return answer(response);
        } catch (JsonProcessingException e) {
            return new Answer.Refused("matchmaker answered no JSON");
        } catch (Tokens.None e) {
            return new Answer.Refused("no token: " + e.getMessage());
        } catch (IOException e) {
            return new Answer.Later(RETRY_MS, "matchmaker: " + e.getClass().getSimpleName());
        }
    }

    private HttpResponse<String> send(HttpRequest.Builder request, String bearer)
            throws IOException, InterruptedException {
        return http.send(
                request.timeout(TIMEOUT)
                        .setHeader("Content-Type", "application/json")
                        .setHeader("Authorization", "Bearer " + bearer)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private static Answer answer(HttpResponse<String> response) throws JsonProcessingException {
        int status = response.statusCode();
        return switch (status) {
            case 200 -> seated(JSON.readTree(response.body()));
            case 202 ->
                    new Answer.Later(
                            JSON.readTree(response.body()).path("retryAfterMs").asLong(RETRY_MS),
                            "202 waiting");
            case 408, 409, 425, 429, 500, 502, 503, 504 ->
                    new Answer.Later(
                            RetryAfter.ms(response, RETRY_MS), "matchmaker answered " + status);
            default -> {
                JsonNode problem = JSON.readTree(response.body());
                yield problem.path("type").asText().equals(SESSION_ENDED)
                        ? new Answer.SessionEnded()
                        : new Answer.Refused(
                                "%d %s".formatted(status, problem.path("title").asText()));
            }
        };
    }

    private static Answer seated(JsonNode body) {
        List<URI> endpoints =
                StreamSupport.stream(body.path("endpoints").spliterator(), false)
                        .map(endpoint -> URI.create(endpoint.asText()))
                        .toList();
        if (!body.has("ticket")) {
            return new Answer.Moved(endpoints);
        }
        return new Answer.Seated(
                new InstanceId(
                        new WorldId(body.path("world").asText()), body.path("instance").asInt()),
                body.path("ticket").asText(),
                body.path("session").asText(),
                endpoints);
    }
}
