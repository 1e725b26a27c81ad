package otherworld.ledger;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import otherworld.base.Settings;

/**
 * Where Redis is and how to be let in: docs/redis-keys.md.
 *
 * @param hosts one server, or the Sentinels or nodes to begin with
 * @param user {@code ""} for the default user
 * @param password {@code ""} for none
 * @param master the name that Sentinels know the primary by; {@code ""} unless {@link
 *     Kind#SENTINEL}
 * @param sentinelPassword of the Sentinels themselves; {@code ""} for none
 * @param authority certificates in PEM that Redis' must be signed by; {@code ""} for the JVM's
 * @param certificate this client's own in PEM, and {@code key} its private key (PKCS #8); {@code
 *     ""} for none
 */
public record RedisSettings(
        Kind kind,
        boolean tls,
        List<Host> hosts,
        int database,
        String user,
        String password,
        String master,
        String sentinelPassword,
        String authority,
        String certificate,
        String key) {
    public enum Kind {
        /** One server, or an address behind which is the primary; a cluster is recognized. */
        SINGLE,
        SENTINEL,
        CLUSTER
    }

    public record Host(String name, int port) {
        @Override
        public String toString() {
            return (name.contains(":") ? "[" + name + "]" : name) + ":" + port;
        }
    }

    public static final String FORMS =
            "redis://host:6379, redis-sentinel://host:26379,host2:26379#master or redis-cluster://host:6379,host2:6379; rediss… for TLS";
    private static final Pattern URL =
            Pattern.compile(
                    "(redis(?:s)?)(-sentinel|-cluster)?://(?:([^@/]*)@)?([^@/#?]+)(?:/(\\d*))?(?:#(.+))?");
    private static final Pattern HOST =
            Pattern.compile("(?:\\[([0-9a-fA-F:.]+)]|([^:\\[\\]\\s]+))(?::(\\d{1,5}))?");
    private static final int PORT = 6379;
    private static final int SENTINEL_PORT = 26379;

    /** Reads {@code REDIS_URL} and what goes with it; errors are the settings' to tell. */
    @SuppressWarnings("NullAway") // a missing value is an error that check() tells
    public static RedisSettings read(Settings settings) {
        String url = settings.secret("REDIS_URL", null); // may hold a password
        String user = settings.text("REDIS_USER", "");
        String password = settings.secret("REDIS_PASSWORD", "");
        String sentinelPassword = settings.secret("REDIS_SENTINEL_PASSWORD", "");
        String authority = pem(settings, "REDIS_CA");
        String certificate = pem(settings, "REDIS_CERTIFICATE");
        String key = pem(settings, "REDIS_KEY");
        if (certificate.isEmpty() != key.isEmpty()) {
            settings.error(
                    "REDIS_CERTIFICATE and REDIS_KEY belong together: give both, or neither");
        }
        RedisSettings read = null;
        if (url != null) {
            try {
                read = of(url);
            } catch (IllegalArgumentException e) {
                settings.error("REDIS_URL must be " + FORMS + ": " + e.getMessage());
            }
        }
        if (read != null && !read.tls && !(authority.isEmpty() && certificate.isEmpty())) {
            settings.error(
                    "REDIS_CA and REDIS_CERTIFICATE are for TLS: REDIS_URL must begin with rediss");
        }
        return read == null
                ? null
                : new RedisSettings(
                        read.kind,
                        read.tls,
                        read.hosts,
                        read.database,
                        user.isEmpty() ? read.user : user,
                        password.isEmpty() ? read.password : password,
                        read.master,
                        sentinelPassword,
                        authority,
                        certificate,
                        key);
    }

    /** PEM itself, for pods that have it from a Secret, or a file with it. */
    private static String pem(Settings settings, String name) {
        String text = settings.secret(name, "");
        String file = settings.text(name + "_FILE", "");
        if (file.isEmpty()) {
            if (!text.isEmpty() && !text.contains("-----BEGIN ")) {
                settings.error(
                        name + " must be PEM; for the path of a file there is " + name + "_FILE");
            }
            return text;
        }
        if (!text.isEmpty()) {
            settings.error("%s and %s_FILE are set: leave one out".formatted(name, name));
        }
        try {
            return Files.readString(Path.of(file), StandardCharsets.US_ASCII);
        } catch (IOException e) {
            settings.error("%s_FILE='%s' cannot be read: %s".formatted(name, file, e));
            return "";
        }
    }

    /**
     * @throws IllegalArgumentException that says what is wrong with the URL, without its password
     */
    public static RedisSettings of(String url) {
        Matcher parts = URL.matcher(url);
        if (!parts.matches()) {
            throw new IllegalArgumentException("it has another form");
        }
        String variant = parts.group(2) == null ? "" : parts.group(2);
        Kind kind =
                switch (variant) {
                    case "-sentinel" -> Kind.SENTINEL;
                    case "-cluster" -> Kind.CLUSTER;
                    default -> Kind.SINGLE;
                };
        List<Host> hosts = hosts(parts.group(4), kind == Kind.SENTINEL ? SENTINEL_PORT : PORT);
        String master = parts.group(6) == null ? "" : parts.group(6);
        String database = parts.group(5) == null ? "" : parts.group(5);
        if (kind == Kind.SINGLE && hosts.size() != 1) {
            throw new IllegalArgumentException("redis:// has one host, not " + hosts.size());
        }
        if ((kind == Kind.SENTINEL) == master.isEmpty()) {
            throw new IllegalArgumentException(
                    "redis-sentinel:// ends with #NAME, as Sentinels call the primary, and only it");
        }
        if (kind == Kind.CLUSTER && !database.isEmpty() && !database.equals("0")) {
            throw new IllegalArgumentException("a cluster has no database but 0");
        }
        if (database.length() > 4) {
            throw new IllegalArgumentException("there is no database " + database);
        }
        String login = parts.group(3) == null ? "" : parts.group(3);
        int colon = login.indexOf(':');
        return new RedisSettings(
                kind,
                parts.group(1).equals("rediss"),
                hosts,
                database.isEmpty() ? 0 : Integer.parseInt(database),
                colon <= 0 ? "" : decoded(login.substring(0, colon)),
                decoded(colon < 0 ? login : login.substring(colon + 1)),
                master,
                "",
                "",
                "",
                "");
    }

    private static List<Host> hosts(String text, int defaultPort) {
        List<Host> hosts = new ArrayList<>();
        for (String host : text.split(",", -1)) {
            Matcher parts = HOST.matcher(host);
            if (!parts.matches()) {
                throw new IllegalArgumentException("'%s' is no host:port".formatted(host));
            }
            int port = parts.group(3) == null ? defaultPort : Integer.parseInt(parts.group(3));
            if (port < 1 || port > 65_535) {
                throw new IllegalArgumentException("there is no port " + port);
            }
            hosts.add(new Host(parts.group(1) == null ? parts.group(2) : parts.group(1), port));
        }
        return hosts;
    }

    /** Percent-encoding; a '+' is itself. */
    private static String decoded(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    /** The hosts, for messages: no password is in it. */
    String address() {
        return String.join(",", hosts.stream().map(Host::toString).toList())
                + (master.isEmpty() ? "" : "#" + master);
    }

    /** Secrets are not printed. */
    @Override
    public String toString() {
        return "RedisSettings[%s %s]".formatted(kind, address());
    }
}
