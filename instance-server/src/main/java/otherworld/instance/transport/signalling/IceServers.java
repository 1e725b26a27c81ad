package otherworld.instance.transport.signalling;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import otherworld.base.PlayerId;
import otherworld.instance.config.WebRtcConfig.Turn;
import otherworld.ops.JsonText;

/**
 * STUN and TURN servers as a client is told of them, with credentials of its own that end by
 * themselves: username {@code <seconds since 1970 when it ends>:<player>}, credential base64 of its
 * HMAC-SHA1 under the secret that the servers share. That is what coturn calls {@code
 * use-auth-secret} and draft-uberti-behave-turn-rest-00 describes. Thread-safe.
 */
final class IceServers {
    private final Turn turn;
    private final InstantSource clock;

    IceServers(Turn turn, InstantSource clock) {
        this.turn = turn;
        this.clock = clock;
    }

    /** Who a client is to the TURN servers, for a while. */
    record Credentials(String username, String credential) {}

    Credentials credentials(PlayerId player) {
        Instant end = clock.instant().plus(turn.ttl());
        String username = end.getEpochSecond() + ":" + player.value();
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(turn.secret().getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            byte[] digest = mac.doFinal(username.getBytes(StandardCharsets.UTF_8));
            return new Credentials(username, Base64.getEncoder().encodeToString(digest));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java has HMAC-SHA1", e);
        }
    }

    /** Values of {@code Link} headers, one for each server (RFC 9725, section 4.6). */
    List<String> links(PlayerId player) {
        List<String> links = new ArrayList<>();
        for (String url : turn.urls()) {
            StringBuilder link = new StringBuilder("<%s>; rel=\"ice-server\"".formatted(url));
            if (needsCredentials(url)) {
                Credentials own = credentials(player);
                link.append("; username=").append(JsonText.quoted(own.username()));
                link.append("; credential=").append(JsonText.quoted(own.credential()));
                link.append("; credential-type=\"password\"");
            }
            links.add(link.toString());
        }
        return links;
    }

    /** What {@code new RTCPeerConnection} takes as its configuration, and how long it is good. */
    String json(PlayerId player) {
        List<String> servers = new ArrayList<>();
        List<String> open = turn.urls().stream().filter(url -> !needsCredentials(url)).toList();
        List<String> relays = turn.urls().stream().filter(IceServers::needsCredentials).toList();
        if (!open.isEmpty()) {
            servers.add("{\"urls\":%s}".formatted(JsonText.quoted(open)));
        }
        if (!relays.isEmpty()) {
            Credentials own = credentials(player);
            servers.add(
                    "{\"urls\":%s,\"username\":%s,\"credential\":%s}"
                            .formatted(
                                    JsonText.quoted(relays),
                                    JsonText.quoted(own.username()),
                                    JsonText.quoted(own.credential())));
        }
        return "{\"iceServers\":[%s],\"ttlSeconds\":%d}"
                .formatted(String.join(",", servers), turn.ttl().toSeconds());
    }

    private static boolean needsCredentials(String url) {
        return url.startsWith("turn");
    }
}
