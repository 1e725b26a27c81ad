package otherworld.matchmaker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import otherworld.tickets.SigningKeys;

/**
 * The Secret with what matchmakers and operator keep secret, made where there is none and never
 * changed where there is one. Templates cannot do this: a key they make anew with each rendering
 * ends every session. Two requests to the API server need no client library.
 */
final class KeySecret {
    static final String SIGNING_KEYS = "signing-keys.json";
    static final String GRPC_TOKEN = "grpc-token";

    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final int TOKEN_BYTES = 32;
    private static final Path ACCOUNT = Path.of("/var/run/secrets/kubernetes.io/serviceaccount");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final URI secrets;
    private final String bearer;
    private final String name;

    /** What came of it. */
    sealed interface Outcome {
        record Created() implements Outcome {}

        /** It was there, and holds what is needed. */
        record Kept() implements Outcome {}

        record Unusable(String why) implements Outcome {}
    }

    /**
     * @param secrets of the namespace: {@code https://…/api/v1/namespaces/NAMESPACE/secrets}
     */
    KeySecret(HttpClient http, URI secrets, String bearer, String name) {
        this.http = http;
        this.secrets = secrets;
        this.bearer = bearer;
        this.name = name;
    }

    /**
     * With the ServiceAccount of the pod that this runs in.
     *
     * @throws IOException if it runs in none
     */
    static KeySecret inCluster(String name, Map<String, String> environment) throws IOException {
        String host = environment.get("KUBERNETES_SERVICE_HOST");
        String port = environment.get("KUBERNETES_SERVICE_PORT");
        if (host == null || port == null) {
            throw new IOException(
                    "KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set: this runs in a pod");
        }
        String authority = host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
        return new KeySecret(
                HttpClient.newBuilder()
                        .sslContext(trusting(ACCOUNT.resolve("ca.crt")))
                        .connectTimeout(TIMEOUT)
                        .build(),
                URI.create(
                        "https://%s/api/v1/namespaces/%s/secrets"
                                .formatted(authority, read(ACCOUNT.resolve("namespace")))),
                read(ACCOUNT.resolve("token")),
                name);
    }

    /** Safe to run at any time, and several times at once: of two, one makes it. */
    Outcome ensure() throws IOException, InterruptedException {
        HttpResponse<String> made =
                send(
                        request(secrets)
                                .header("Content-Type", "application/json")
                                .POST(HttpRequest.BodyPublishers.ofString(body())));
        return switch (made.statusCode()) {
            case 201 -> new Outcome.Created();
            case 409 -> existing();
            default -> throw refused(made);
        };
    }

    private Outcome existing() throws IOException, InterruptedException {
        HttpResponse<String> found = send(request(URI.create(secrets + "/" + name)).GET());
        if (found.statusCode() != 200) {
            throw refused(found);
        }
        JsonNode data = JSON.readTree(found.body()).path("data");
        try {
            SigningKeys.check(decoded(data, SIGNING_KEYS));
            if (decoded(data, GRPC_TOKEN).strip().length() < MatchmakerSettings.LEAST_TOKEN) {
                return new Outcome.Unusable(
                        "%s must be at least %d characters"
                                .formatted(GRPC_TOKEN, MatchmakerSettings.LEAST_TOKEN));
            }
            return new Outcome.Kept();
        } catch (IllegalArgumentException e) {
            return new Outcome.Unusable(String.valueOf(e.getMessage()));
        }
    }

    private static String decoded(JsonNode data, String key) {
        if (!data.path(key).isTextual()) {
            throw new IllegalArgumentException("it has no " + key);
        }
        byte[] bytes = Base64.getDecoder().decode(data.path(key).asText());
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private String body() throws IOException {
        byte[] token = new byte[TOKEN_BYTES];
        new SecureRandom().nextBytes(token);
        return JSON.writeValueAsString(
                Map.of(
                        "apiVersion",
                        "v1",
                        "kind",
                        "Secret",
                        "metadata",
                        Map.of(
                                "name",
                                name,
                                "labels",
                                Map.of("app.kubernetes.io/part-of", "otherworld")),
                        "type",
                        "Opaque",
                        "stringData",
                        Map.of(
                                SIGNING_KEYS,
                                SigningKeys.generate(),
                                GRPC_TOKEN,
                                HexFormat.of().formatHex(token))));
    }

    private HttpRequest.Builder request(URI uri) {
        return HttpRequest.newBuilder(uri)
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + bearer);
    }

    private HttpResponse<String> send(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    // The API server's Status says what was refused and why; it holds no secret.
    private static IOException refused(HttpResponse<String> response) throws IOException {
        String message = JSON.readTree(response.body()).path("message").asText(response.body());
        return new IOException(
                "%s %s: %d %s"
                        .formatted(
                                response.request().method(),
                                response.uri(),
                                response.statusCode(),
                                message));
    }

    private static String read(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw new IOException(
                    "%s cannot be read: the pod needs its ServiceAccount's token".formatted(file));
        }
        return Files.readString(file).strip();
    }

    private static SSLContext trusting(Path authority) throws IOException {
        try (InputStream in = Files.newInputStream(authority)) {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            int index = 0;
            for (Certificate each :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("authority-" + index++, each);
            }
            TrustManagerFactory trust =
                    TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trust.init(store);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, trust.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("%s is no certificate: %s".formatted(authority, e), e);
        }
    }
}
