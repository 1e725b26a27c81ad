package otherworld.local.database;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import otherworld.local.process.ChildProcess;

/**
 * A CockroachDB that somebody else runs, named by {@code CRDB_URL}. It is never stopped from here.
 */
record ExternalBackend(String hostAndPort, String query, String user, String password)
        implements Backend {

    /**
     * @param url {@code postgresql://user:password@host:26257/…?sslmode=…}, with or without {@code
     *     jdbc:}; its database is not used
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
        return new ExternalBackend(
                uri.getHost() + ":" + port, query, credentials[0], credentials[1]);
    }

    @Override
    public DatabaseServer.Kind kind() {
        return DatabaseServer.Kind.COCKROACHDB;
    }

    @Override
    public String jdbcUrl(String database) {
        return "jdbc:postgresql://" + hostAndPort + "/" + database + query;
    }

    @Override
    public String maintenanceDatabase() {
        return "defaultdb";
    }

    @Override
    public Optional<ChildProcess> process() {
        return Optional.empty();
    }

    @Override
    public void kill() {
        throw notOurs();
    }

    @Override
    public void restart() {
        throw notOurs();
    }

    @Override
    public void pause() {
        throw notOurs();
    }

    @Override
    public void resume() {
        throw notOurs();
    }

    @Override
    public void stop() {}

    private static UnsupportedOperationException notOurs() {
        return new UnsupportedOperationException(
                "The database of CRDB_URL is not ours to stop; see DatabaseServer.isControllable()");
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
