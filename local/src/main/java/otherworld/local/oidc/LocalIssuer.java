package otherworld.local.oidc;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyUse;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.helidon.common.parameters.Parameters;
import io.helidon.http.HeaderNames;
import io.helidon.http.Status;
import io.helidon.webserver.WebServer;
import io.helidon.webserver.http.HttpRules;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import otherworld.base.PlayerId;

/**
 * A small OpenID Connect issuer on loopback: discovery, keys, and the client-credentials grant (RFC
 * 6749, section 4.4) by which whoever knows the local secret gets a token for the player named by
 * {@code client_id}. Tokens are RS256, audience {@value #AUDIENCE}, one hour.
 */
public final class LocalIssuer implements AutoCloseable {
    public static final String AUDIENCE = "otherworld";
    public static final Duration LIFE = Duration.ofHours(1);

    private static final int KEY_BITS = 2048;
    private static final int MAX_BODY_BYTES = 4096;

    private final String secret;
    private final RSAKey key;
    private final RSASSASigner signer;
    private final InstantSource clock;
    private final Optional<String> name;
    private final WebServer server;

    private LocalIssuer(
            InetAddress address,
            int port,
            Optional<String> name,
            RSAKey key,
            String secret,
            InstantSource clock)
            throws JOSEException {
        this.name = name;
        this.secret = secret;
        this.key = key;
        this.signer = new RSASSASigner(key);
        this.clock = clock;
        this.server =
                WebServer.builder()
                        .address(address)
                        .port(port)
                        .maxPayloadSize(MAX_BODY_BYTES)
                        .shutdownHook(false)
                        .routing(routing -> routing.register(this::routes))
                        .build()
                        .start();
    }

    /**
     * Starts it.
     *
     * @param port on loopback; 0 for any
     * @param key its signing key, of {@link #newKey}
     * @param secret what clients must show
     */
    public static LocalIssuer start(int port, String key, String secret) {
        try {
            return new LocalIssuer(
                    InetAddress.getLoopbackAddress(),
                    port,
                    Optional.empty(),
                    RSAKey.parse(key),
                    secret,
                    InstantSource.system());
        } catch (ParseException e) {
            throw new IllegalArgumentException("The issuer's key is not a JWK", e);
        } catch (JOSEException e) {
            throw new IllegalStateException("RSA and SHA-256 are part of every JDK", e);
        }
    }

    /**
     * For a trial in a cluster: on every address, under a name, and with keys that end with it.
     *
     * @param name the {@code iss}, a URL by which others reach it
     */
    static LocalIssuer startForTrial(int port, String name, String secret) throws JOSEException {
        return new LocalIssuer(
                new InetSocketAddress(0).getAddress(),
                port,
                Optional.of(name),
                freshKey(),
                secret,
                InstantSource.system());
    }

    /** The {@code iss} of its tokens. */
    public String issuer() {
        return name.orElseGet(() -> "http://127.0.0.1:" + server.port());
    }

    @Override
    public void close() {
        server.stop();
    }

    /** A new signing key as a JWK: a secret. */
    public static String newKey() {
        try {
            return freshKey().toJSONString();
        } catch (JOSEException e) {
            throw new IllegalStateException("RSA and SHA-256 are part of every JDK", e);
        }
    }

    /** What keeps {@code key} from being a signing key; empty if nothing does. */
    public static String keyFault(String key) {
        try {
            RSAKey parsed = RSAKey.parse(key);
            return parsed.isPrivate() && parsed.getKeyID() != null
                    ? ""
                    : "it is not a private key with a kid";
        } catch (ParseException e) {
            return "it is not a JWK";
        }
    }

    private static RSAKey freshKey() throws JOSEException {
        return new RSAKeyGenerator(KEY_BITS)
                .keyUse(KeyUse.SIGNATURE)
                .keyIDFromThumbprint(true)
                .generate();
    }

    private void routes(HttpRules rules) {
        rules.get("/.well-known/openid-configuration", (_, response) -> json(response, discovery()))
                .get("/jwks", (_, response) -> json(response, new JWKSet(key).toString(true)))
                .post("/token", this::token);
    }

    private String discovery() {
        return """
        {"issuer":"%1$s","jwks_uri":"%1$s/jwks","token_endpoint":"%1$s/token",
         "response_types_supported":["token"],"subject_types_supported":["public"],
         "id_token_signing_alg_values_supported":["RS256"],
         "grant_types_supported":["client_credentials"],
         "token_endpoint_auth_methods_supported":["client_secret_post"]}
        """
                .formatted(issuer());
    }

    /** Errors are those of RFC 6749, section 5.2. */
    private void token(ServerRequest request, ServerResponse response) throws JOSEException {
        Parameters form = request.content().as(Parameters.class);
        if (!"client_credentials".equals(form.first("grant_type").orElse(""))) {
            error(
                    response,
                    Status.BAD_REQUEST_400,
                    "unsupported_grant_type",
                    "grant_type must be client_credentials");
            return;
        }
        if (!isSecret(form.first("client_secret").orElse(""))) {
            error(
                    response,
                    Status.UNAUTHORIZED_401,
                    "invalid_client",
                    "client_secret is not that of this cluster");
            return;
        }
        PlayerId player;
        try {
            player = new PlayerId(form.first("client_id").orElse(""));
        } catch (IllegalArgumentException e) {
            error(
                    response,
                    Status.BAD_REQUEST_400,
                    "invalid_request",
                    "client_id must be 1 to 128 printable ASCII characters");
            return;
        }
        List<String> groups =
                form.first("groups").stream()
                        .flatMap(names -> Arrays.stream(names.split(" ")))
                        .filter(name -> !name.isEmpty())
                        .toList();
        json(
                response.header(HeaderNames.CACHE_CONTROL, "no-store"),
                "{\"access_token\":\"%s\",\"token_type\":\"Bearer\",\"expires_in\":%d}"
                        .formatted(sign(player, groups), LIFE.toSeconds()));
    }

    private boolean isSecret(String shown) {
        return MessageDigest.isEqual(
                shown.getBytes(StandardCharsets.UTF_8), secret.getBytes(StandardCharsets.UTF_8));
    }

    private String sign(PlayerId player, List<String> groups) throws JOSEException {
        Instant now = clock.instant();
        SignedJWT token =
                new SignedJWT(
                        new JWSHeader.Builder(JWSAlgorithm.RS256)
                                .type(JOSEObjectType.JWT)
                                .keyID(key.getKeyID())
                                .build(),
                        new JWTClaimsSet.Builder()
                                .issuer(issuer())
                                .subject(player.value())
                                .claim("groups", groups.isEmpty() ? null : groups)
                                .audience(AUDIENCE)
                                .issueTime(Date.from(now))
                                .expirationTime(Date.from(now.plus(LIFE)))
                                .jwtID(UUID.randomUUID().toString())
                                .build());
        token.sign(signer);
        return token.serialize();
    }

    private static void json(ServerResponse response, String body) {
        response.header(HeaderNames.CONTENT_TYPE, "application/json").send(body);
    }

    private static void error(
            ServerResponse response, Status status, String code, String description) {
        json(
                response.status(status),
                "{\"error\":\"%s\",\"error_description\":\"%s\"}".formatted(code, description));
    }
}
