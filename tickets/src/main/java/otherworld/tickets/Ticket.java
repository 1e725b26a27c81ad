package otherworld.tickets;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.Seat;

/**
 * Seats one player once.
 *
 * @param capacity the World's players per instance when it was issued
 */
public record Ticket(
        PlayerId player,
        InstanceId instance,
        Seat seat,
        Instant issuedAt,
        Instant expiresAt,
        String requestId,
        List<String> groups,
        int capacity)
        implements Token {
    /** Shorter than a reservation (15 s), so that a ticket never outlives the seat it names. */
    public static final Duration LIFE = Duration.ofSeconds(10);

    public Ticket {
        groups = Token.sound(groups);
    }

    /** As {@link #issue(PlayerId, InstanceId, Seat, String, List, int, Instant)}, of no groups. */
    public static Ticket issue(
            PlayerId player,
            InstanceId instance,
            Seat seat,
            String requestId,
            int capacity,
            Instant now) {
        return issue(player, instance, seat, requestId, List.of(), capacity, now);
    }

    /** A ticket issued at {@code now}. */
    public static Ticket issue(
            PlayerId player,
            InstanceId instance,
            Seat seat,
            String requestId,
            List<String> groups,
            int capacity,
            Instant now) {
        Instant issuedAt = now.truncatedTo(ChronoUnit.SECONDS);
        return new Ticket(
                player, instance, seat, issuedAt, issuedAt.plus(LIFE), requestId, groups, capacity);
    }
}
