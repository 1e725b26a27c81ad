package otherworld.operator.config;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import otherworld.base.Settings;

/**
 * The page for people: what it listens on, and what it may show.
 *
 * @param enabled false: nothing listens
 * @param port 0 for any that is free
 * @param hosts names under which it is reached, beside addresses and names of the cluster
 * @param tokenFile whoever sends what is in it may see who players are; empty: nobody may
 * @param prometheus where plots and alerts come from; empty: there are none
 */
public record PageSettings(
        boolean enabled,
        String bind,
        int port,
        Set<String> hosts,
        Optional<Path> tokenFile,
        Optional<URI> prometheus) {
    public static final String PORT = "OTHERWORLD_PAGE_PORT";
    private static final int DEFAULT_PORT = 8082;

    static PageSettings read(Settings settings) {
        boolean enabled = settings.flag("OTHERWORLD_PAGE", false);
        String bind = settings.text("OTHERWORLD_PAGE_BIND", "127.0.0.1");
        int port = settings.integer(PORT, DEFAULT_PORT, 0, 65_535);
        Set<String> hosts =
                OperatorSettings.optional(settings, "OTHERWORLD_PAGE_HOSTS").stream()
                        .flatMap(list -> Arrays.stream(list.split(",", -1)))
                        .map(name -> name.strip().toLowerCase(Locale.ROOT))
                        .filter(name -> !name.isEmpty())
                        .collect(Collectors.toUnmodifiableSet());
        Optional<Path> token =
                OperatorSettings.optional(settings, "OTHERWORLD_PAGE_TOKEN_FILE").map(Path::of);
        if (token.isPresent() && !Files.isReadable(token.get())) {
            settings.error(
                    "OTHERWORLD_PAGE_TOKEN_FILE='%s' cannot be read: give a file with a token of 16 characters or more, or leave it out"
                            .formatted(token.get()));
        }
        Optional<URI> prometheus =
                settings.parsed(
                        "OTHERWORLD_PROMETHEUS_URL",
                        Optional.empty(),
                        text -> Optional.of(prometheus(text)),
                        "the URL of Prometheus, such as http://prometheus.monitoring.svc:9090, without user and query");
        return new PageSettings(enabled, bind, port, hosts, token, prometheus);
    }

    private static URI prometheus(String text) {
        URI uri = OperatorSettings.httpUrl(text.endsWith("/") ? text : text + "/");
        if (uri.getRawQuery() != null
                || uri.getRawFragment() != null
                || uri.getRawUserInfo() != null) {
            throw new IllegalArgumentException();
        }
        return uri;
    }
}
