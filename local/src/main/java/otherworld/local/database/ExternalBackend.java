package otherworld.local.database;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import otherworld.local.process.Service;

/**
 * A CockroachDB, or a PostgreSQL in its place, that somebody else runs, named by {@code CRDB_URL}.
 * It is never stopped from here.
 *
 * @param maintenanceDatabase one that is there already, to create others from
 */
record ExternalBackend(
        String hostAndPort,
        String query,
        String user,
        String password,
        String maintenanceDatabase,
        DatabaseServer.Kind kind)
        implements Backend {

    /**
     * Asks it what it is.
     *
     * @throws IllegalArgumentException if it is no URL as {@link #parse} says
     * @throws otherworld.local.process.StartFailed if it does not answer
     */
    static ExternalBackend connect(String url) {
        ExternalBackend backend = parse(url);
        return Sql.version(backend).startsWith("CockroachDB")
                ? backend
                : new ExternalBackend(
                        backend.hostAndPort,
                        backend.query,
                        backend.user,
                        backend.password,
                        backend.maintenanceDatabase,
                        DatabaseServer.Kind.POSTGRESQL);
    }

    /**
     * @param url {@code postgresql://user:password@host:26257/database?sslmode=…}, with or without
     *     {@code jdbc:}; the database must be there, and is used to create ours; without one {@code
     *     defaultdb}, which every CockroachDB has
     * @throws IllegalArgumentException if it is not such a URL
     */
    static ExternalBackend parse(String url) {
        String plain = url.startsWith("jdbc:") ? url.substring("jdbc:".length()) : url;
        URI uri = URI.create(plain);
        if (uri.getHost() == null
                || !("postgresql".equals(uri.getScheme()) || "postgres".equals(uri.getScheme()))) {
            throw new IllegalArgumentException(
                    "CRDB_URL must be like postgresql://user:password@host:26257/?sslmode=disable");
        }
        String[] credentials = split(uri.getRawUserInfo());
        int port = uri.getPort() < 0 ? 26257 : uri.getPort();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String path = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
        return new ExternalBackend(
                uri.getHost() + ":" + port,
                query,
                credentials[0],
                credentials[1],
                path.isEmpty() ? "defaultdb" : path,
                DatabaseServer.Kind.COCKROACHDB);
    }

    @Override
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + hostAndPort + "/" + database + query;
    }

    @Override
    public Optional<Service> service() {
        return Optional.empty();
    }

    private static String[] split(@Nullable String userInfo) {
        if (userInfo == null) {
            return new String[] {"root", ""};
        }
        int colon = userInfo.indexOf(':');
        String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
        String password = colon < 0 ? "" : userInfo.substring(colon + 1);
        return new String[] {
            URLDecoder.decode(user, StandardCharsets.UTF_8),
            URLDecoder.decode(password, StandardCharsets.UTF_8)
        };
    }
}
