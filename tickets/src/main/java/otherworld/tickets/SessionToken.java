package otherworld.tickets;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.Seat;

/** Resumes a seat that the player has, across connections, pods and epochs. */
public record SessionToken(
        PlayerId player,
        InstanceId instance,
        Seat seat,
        Instant issuedAt,
        Instant expiresAt,
        String requestId,
        List<String> groups)
        implements Token {
    public static final Duration LIFE = Duration.ofHours(24);

    public SessionToken {
        groups = Token.sound(groups);
    }

    /** As {@link #issue(PlayerId, InstanceId, Seat, String, List, Instant)}, of no groups. */
    public static SessionToken issue(
            PlayerId player, InstanceId instance, Seat seat, String requestId, Instant now) {
        return issue(player, instance, seat, requestId, List.of(), now);
    }

    /** A session token issued at {@code now}. */
    public static SessionToken issue(
            PlayerId player,
            InstanceId instance,
            Seat seat,
            String requestId,
            List<String> groups,
            Instant now) {
        Instant issuedAt = now.truncatedTo(ChronoUnit.SECONDS);
        return new SessionToken(
                player, instance, seat, issuedAt, issuedAt.plus(LIFE), requestId, groups);
    }
}
