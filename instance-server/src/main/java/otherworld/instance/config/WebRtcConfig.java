package otherworld.instance.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import otherworld.base.HostTemplate;
import otherworld.base.Settings;

/**
 * What an instance's WebRTC needs to know of its surroundings; the names are in {@code
 * docs/pod-environment.md}.
 *
 * @param enabled whether WebRTC is offered at all
 * @param advertised addresses or names under which clients reach the UDP port, best first; names
 *     are looked up once at start
 */
public record WebRtcConfig(boolean enabled, List<String> advertised, Turn turn) {
    public static final int MAX_ADVERTISED = 8;

    /** RFC 7064 and RFC 7065. */
    private static final Pattern URL =
            Pattern.compile(
                    "(stuns?|turns?):([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(:[0-9]{1,5})?(\\?transport=(udp|tcp))?");

    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9.:%_-]{1,253}");

    /**
     * STUN and TURN servers that clients are told of.
     *
     * @param urls none: clients are told of none
     * @param secret what the TURN servers share; empty if {@code urls} are STUN servers alone
     * @param ttl how long a client's credentials last
     */
    public record Turn(List<String> urls, String secret, Duration ttl) {
        public static final int MAX_URLS = 4;
        public static final Turn NONE = new Turn(List.of(), "", Duration.ofHours(1));

        @Override
        public String toString() {
            return "Turn[urls=%s, secret=***, ttl=%s]".formatted(urls, ttl);
        }
    }

    /** Reads and checks; errors are kept in {@code settings} for its {@code check}. */
    static WebRtcConfig read(Settings settings, String bind) {
        boolean enabled = settings.flag("OTHERWORLD_WEBRTC", true);
        String host = settings.text("OTHERWORLD_HOST_IP", "-");
        String node = settings.text("OTHERWORLD_NODE_NAME", "-");
        Optional<String> endpoint =
                settings.parsed(
                                "OTHERWORLD_ENDPOINT_HOST",
                                Optional.<HostTemplate>empty(),
                                text -> Optional.of(new HostTemplate(text)),
                                "a host name or address, or a name with {node} or {ip} in it")
                        .map(template -> template.of(node, host));
        List<String> advertised =
                settings.parsed(
                        "OTHERWORLD_ADVERTISED_ADDRESSES",
                        fallback(endpoint, host, bind),
                        WebRtcConfig::addresses,
                        "up to %d addresses or host names with commas between them"
                                .formatted(MAX_ADVERTISED));
        return new WebRtcConfig(enabled, advertised, turn(settings));
    }

    /** Empty: whatever addresses the machine's network interfaces have. */
    private static List<String> fallback(Optional<String> endpoint, String host, String bind) {
        if (endpoint.isPresent()) {
            return List.of(endpoint.get());
        }
        boolean everywhere = bind.equals("0.0.0.0") || bind.equals("::");
        if (!everywhere) {
            return List.of(bind);
        }
        return host.equals("-") ? List.of() : List.of(host);
    }

    private static Turn turn(Settings settings) {
        List<String> urls =
                settings.parsed(
                        "OTHERWORLD_TURN_URLS",
                        List.of(),
                        WebRtcConfig::urls,
                        "up to %d STUN or TURN URLs such as turn:turn.example.org:3478, with commas between them"
                                .formatted(Turn.MAX_URLS));
        String secret = settings.secret("OTHERWORLD_TURN_SECRET", "");
        Duration ttl = settings.duration("OTHERWORLD_TURN_TTL", Duration.ofHours(1));
        if (ttl.compareTo(Duration.ofMinutes(1)) < 0 || ttl.compareTo(Duration.ofHours(24)) > 0) {
            settings.error(
                    "OTHERWORLD_TURN_TTL must be a duration from 1m to 24h, such as 30m or 1h");
        }
        if (secret.isEmpty() && urls.stream().anyMatch(url -> url.startsWith("turn"))) {
            settings.error(
                    "OTHERWORLD_TURN_SECRET is not set: give the secret that the servers of OTHERWORLD_TURN_URLS share");
        }
        return new Turn(urls, secret, ttl);
    }

    private static List<String> addresses(String text) {
        return list(text, ADDRESS, MAX_ADVERTISED);
    }

    private static List<String> urls(String text) {
        return list(text, URL, Turn.MAX_URLS);
    }

    private static List<String> list(String text, Pattern each, int most) {
        List<String> entries = new ArrayList<>();
        Arrays.stream(text.split(",", -1)).map(String::strip).forEach(entries::add);
        if (entries.size() > most) {
            throw new IllegalArgumentException("%d of them".formatted(entries.size()));
        }
        for (String entry : entries) {
            if (!each.matcher(entry).matches()) {
                throw new IllegalArgumentException("'%s' is none".formatted(entry));
            }
        }
        return List.copyOf(entries);
    }
}
