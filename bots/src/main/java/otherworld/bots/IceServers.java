package otherworld.bots;

import java.net.InetSocketAddress;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import otherworld.webrtc.turn.TurnServer;

/**
 * The TURN server of an answer to an offer, from its {@code Link} headers (RFC 9725 section 4.6).
 * Bots speak to it over UDP alone: what is {@code turns:} or wants TCP is passed over.
 */
final class IceServers {
    private static final Pattern LINK =
            Pattern.compile("<turn:(\\[[^]>]+]|[^:?>]+)(?::(\\d{1,5}))?(?:\\?transport=udp)?>(.*)");
    private static final Pattern PARAMETER =
            Pattern.compile(";\\s*([a-z-]+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final int LAST_PORT = 65_535;

    private IceServers() {}

    /** The first that can be used; names are looked up. */
    static Optional<TurnServer> turn(HttpResponse<?> answer) {
        return turn(answer.headers().allValues("Link"));
    }

    static Optional<TurnServer> turn(List<String> links) {
        return links.stream().map(IceServers::read).flatMap(Optional::stream).findFirst();
    }

    private static Optional<TurnServer> read(String link) {
        Matcher matcher = LINK.matcher(link);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        String port = matcher.group(2);
        int number = port == null ? TurnServer.DEFAULT_PORT : Integer.parseInt(port);
        String relation = "";
        String username = "";
        String credential = "";
        Matcher parameter = PARAMETER.matcher(matcher.group(3));
        while (parameter.find()) {
            String value = parameter.group(2).replaceAll("\\\\(.)", "$1");
            switch (parameter.group(1)) {
                case "rel" -> relation = value;
                case "username" -> username = value;
                case "credential" -> credential = value;
                default -> {}
            }
        }
        if (!relation.equals("ice-server") || number < 1 || number > LAST_PORT) {
            return Optional.empty();
        }
        InetSocketAddress address = new InetSocketAddress(matcher.group(1), number);
        return address.isUnresolved()
                ? Optional.empty()
                : Optional.of(new TurnServer(address, username, credential));
    }
}
