package otherworld.matchmaker;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import otherworld.base.Settings;
import otherworld.http.Cors;
import otherworld.http.HttpLimits;
import otherworld.ledger.RedisSettings;
import otherworld.ops.ManagementSettings;
import otherworld.ops.tls.InternalTls;
import otherworld.ops.tls.InternalTlsSettings;
import otherworld.persistence.DatabaseTls;
import otherworld.tickets.SigningKeys;
import otherworld.tracing.TracingSettings;

/**
 * What the process is told by its environment: docs/pod-environment.md.
 *
 * @param grpcToken the secret that the operator sends
 * @param tls among our own processes; empty: off
 * @param plainGrpc whether operators may come in plain text
 * @param grpcTlsPort for operators, by TLS
 * @param keysPort for instances and gateways, by TLS
 * @param database where deleted Worlds have their rows; empty: they are left there
 */
record MatchmakerSettings(
        int httpPort,
        int grpcPort,
        String bind,
        ManagementSettings management,
        HttpLimits httpLimits,
        Cors cors,
        RedisSettings redis,
        String ticketIssuer,
        SigningKeys signingKeys,
        String oidcIssuer,
        URI oidcJwksUrl,
        String oidcAudience,
        String oidcGroupsClaim,
        String grpcToken,
        Optional<InternalTls> tls,
        boolean plainGrpc,
        int grpcTlsPort,
        int keysPort,
        Optional<DatabaseSettings> database,
        TracingSettings tracing) {

    static final String GRPC_TLS_PORT = "OTHERWORLD_INTERNAL_TLS_GRPC_PORT";
    static final String KEYS_PORT = "OTHERWORLD_INTERNAL_TLS_HTTP_PORT";

    /** Characters of the secret that the operator sends. */
    static final int LEAST_TOKEN = 16;

    /**
     * @param url {@code jdbc:postgresql://…}
     */
    record DatabaseSettings(String url, String user, String password) {}

    /** Of one request; the largest is a session token. */
    static final int MAX_BODY_BYTES = 4096;

    private static final Pattern ORIGIN =
            Pattern.compile("https?://[a-z0-9.-]+(:[0-9]{1,5})?|null");

    /**
     * @throws Settings.InvalidSettings with a line for each thing that is wrong
     */
    static MatchmakerSettings read(Settings settings) {
        int httpPort = settings.integer("OTHERWORLD_HTTP_PORT", 8080, 0, 65_535);
        int grpcPort = settings.integer("OTHERWORLD_GRPC_PORT", 9090, 0, 65_535);
        String bind = settings.text("OTHERWORLD_BIND", "0.0.0.0");
        ManagementSettings management =
                ManagementSettings.read(settings, settings.text("OTHERWORLD_POD_UID", ""));
        HttpLimits limits = limits(settings);
        Cors cors = cors(settings);
        RedisSettings redis = RedisSettings.read(settings);
        String ticketIssuer = settings.text("OTHERWORLD_TICKET_ISSUER", "otherworld");
        SigningKeys keys =
                settings.parsed(
                        "OTHERWORLD_SIGNING_KEY_FILE",
                        null,
                        file -> SigningKeys.parse(contents(file)),
                        "a file with a JWK Set of Ed25519 private keys");
        String oidcIssuer = settings.text("OTHERWORLD_OIDC_ISSUER", null);
        URI jwksUrl =
                settings.parsed(
                        "OTHERWORLD_OIDC_JWKS_URL",
                        oidcIssuer == null ? null : URI.create(withoutSlash(oidcIssuer) + "/jwks"),
                        URI::create,
                        "a URL");
        String audience = settings.text("OTHERWORLD_OIDC_AUDIENCE", "otherworld");
        String groupsClaim = settings.text("OTHERWORLD_OIDC_GROUPS_CLAIM", "groups");
        String grpcToken =
                settings.parsed(
                        "OTHERWORLD_GRPC_TOKEN_FILE",
                        null,
                        MatchmakerSettings::token,
                        "a file with the secret that operator and matchmaker share");
        Optional<DatabaseSettings> database = database(settings);
        InternalTlsSettings tls = InternalTlsSettings.read(settings);
        int grpcTlsPort = settings.integer(GRPC_TLS_PORT, 9443, 0, 65_535);
        int keysPort = settings.integer(KEYS_PORT, 8443, 0, 65_535);
        TracingSettings tracing = TracingSettings.read(settings);
        settings.check();
        return new MatchmakerSettings(
                httpPort,
                grpcPort,
                bind,
                management,
                limits,
                cors,
                redis,
                ticketIssuer,
                keys,
                oidcIssuer,
                jwksUrl,
                audience,
                groupsClaim,
                grpcToken,
                InternalTls.open(tls, settings),
                tls.mode() != InternalTlsSettings.Mode.REQUIRED,
                grpcTlsPort,
                keysPort,
                database,
                tracing);
    }

    private static HttpLimits limits(Settings settings) {
        HttpLimits fitting = HttpLimits.fitting(MAX_BODY_BYTES);
        int connections =
                settings.integer(
                        "OTHERWORLD_HTTP_MAX_CONNECTIONS", fitting.connections(), 1, 1_000_000);
        return fitting.withConnections(
                connections,
                settings.integer(
                        "OTHERWORLD_HTTP_MAX_CONNECTIONS_PER_ADDRESS",
                        Math.max(1, connections / 2),
                        0,
                        1_000_000));
    }

    private static Cors cors(Settings settings) {
        Set<String> origins = new TreeSet<>();
        for (String origin :
                settings.text("OTHERWORLD_CORS_ORIGINS", "*").strip().split("\\s*,\\s*", -1)) {
            if (!origin.equals("*") && !ORIGIN.matcher(origin).matches()) {
                settings.error(
                        "OTHERWORLD_CORS_ORIGINS: '%s' is not an origin such as https://play.example.org"
                                .formatted(origin));
            }
            origins.add(origin);
        }
        return new Cors(
                origins, "Authorization, Content-Type, traceparent", "Location, Retry-After");
    }

    private static Optional<DatabaseSettings> database(Settings settings) {
        String url = settings.text("DATABASE_URL", "");
        String user = settings.text("DATABASE_USER", "");
        String password = settings.secret("DATABASE_PASSWORD", "");
        if (url.isEmpty()) {
            return Optional.empty();
        }
        if (!url.startsWith("jdbc:postgresql://") || user.isEmpty()) {
            settings.error(
                    "DATABASE_URL must begin with jdbc:postgresql://, and DATABASE_USER be set beside it");
        }
        return Optional.of(new DatabaseSettings(DatabaseTls.url(settings, url), user, password));
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    private static String token(String file) {
        String token = contents(file).strip();
        if (token.length() < LEAST_TOKEN) {
            throw new IllegalArgumentException(
                    "the secret must be at least %d characters".formatted(LEAST_TOKEN));
        }
        return token;
    }

    private static String contents(String file) {
        try {
            return Files.readString(Path.of(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot be read: " + e, e);
        }
    }
}
