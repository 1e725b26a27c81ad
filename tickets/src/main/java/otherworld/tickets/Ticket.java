package otherworld.tickets;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.TraceContext;

/**
 * Seats one player once.
 *
 * @param capacity the World's players per instance when it was issued
 * @param trace of the request that it was issued for, if that is recorded
 */
public record Ticket(
        PlayerId player,
        InstanceId instance,
        Seat seat,
        Instant issuedAt,
        Instant expiresAt,
        String requestId,
        List<String> groups,
        int capacity,
        Optional<TraceContext> trace)
        implements Token {
    /** Shorter than a reservation (15 s), so that a ticket never outlives the seat it names. */
    public static final Duration LIFE = Duration.ofSeconds(10);

    public Ticket {
        groups = Token.sound(groups);
    }

    /** Of no trace. */
    public Ticket(
            PlayerId player,
            InstanceId instance,
            Seat seat,
            Instant issuedAt,
            Instant expiresAt,
            String requestId,
            List<String> groups,
            int capacity) {
        this(
                player,
                instance,
                seat,
                issuedAt,
                expiresAt,
                requestId,
                groups,
                capacity,
                Optional.empty());
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

    /** A ticket issued at {@code now}, of no trace. */
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

    /** This, of a trace, if it is recorded. */
    public Ticket traced(Optional<TraceContext> by) {
        return new Ticket(
                player,
                instance,
                seat,
                issuedAt,
                expiresAt,
                requestId,
                groups,
                capacity,
                by.filter(TraceContext::sampled));
    }
}
