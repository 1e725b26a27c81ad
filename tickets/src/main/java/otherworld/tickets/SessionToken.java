package otherworld.tickets;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
        String requestId)
        implements Token {
    public static final Duration LIFE = Duration.ofHours(24);

    /** A session token issued at {@code now}. */
    public static SessionToken issue(
            PlayerId player, InstanceId instance, Seat seat, String requestId, Instant now) {
        Instant issuedAt = now.truncatedTo(ChronoUnit.SECONDS);
        return new SessionToken(player, instance, seat, issuedAt, issuedAt.plus(LIFE), requestId);
    }
}
