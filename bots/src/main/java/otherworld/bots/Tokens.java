package otherworld.bots;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Where bots get their bearer tokens. Blocking; thread-safe. */
public sealed interface Tokens {
    /**
     * The bearer token of bot {@code index}, who is {@code player}.
     *
     * @throws None if there will be none
     * @throws IOException if there is none now; the message says why
     */
    String bearer(int index, String player) throws IOException, InterruptedException;

    /** There is no token for this bot, and asking again would not help. */
    final class None extends IOException {
        private static final long serialVersionUID = 1;

        None(String why) {
            super(why);
        }
    }

    /** The client-credentials grant of an OIDC issuer that makes {@code client_id} the player. */
    record ClientCredentials(HttpClient http, URI tokenUrl, String secret) implements Tokens {
        private static final ObjectMapper JSON = new ObjectMapper();

        @Override
        public String bearer(int index, String player) throws IOException, InterruptedException {
            String form =
                    Map.of(
                                    "grant_type", "client_credentials",
                                    "client_id", player,
                                    "client_secret", secret)
                            .entrySet()
                            .stream()
                            .map(field -> field.getKey() + "=" + encode(field.getValue()))
                            .collect(Collectors.joining("&"));
            HttpResponse<String> response =
                    http.send(
                            HttpRequest.newBuilder(tokenUrl)
                                    .timeout(Duration.ofSeconds(10))
                                    .header("Content-Type", "application/x-www-form-urlencoded")
                                    .POST(HttpRequest.BodyPublishers.ofString(form))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            int status = response.statusCode();
            if (status >= 400 && status < 500 && status != 408 && status != 429) {
                throw new None("%s answered %d".formatted(tokenUrl, status));
            }
            if (status != 200) {
                throw new IOException("%s answered %d".formatted(tokenUrl, status));
            }
            JsonNode token = JSON.readTree(response.body()).path("access_token");
            if (!token.isTextual()) {
                throw new IOException(tokenUrl + " answered without an access_token");
            }
            return token.asText();
        }

        private static String encode(String value) {
            return URLEncoder.encode(value, StandardCharsets.UTF_8);
        }
    }

    /** Tokens made beforehand, one for each bot. */
    record Given(List<String> tokens) implements Tokens {
        @Override
        public String bearer(int index, String player) throws IOException {
            if (index >= tokens.size()) {
                throw new None(
                        "%d tokens are given, but bot %d needs one too"
                                .formatted(tokens.size(), index + 1));
            }
            return tokens.get(index);
        }
    }
}
