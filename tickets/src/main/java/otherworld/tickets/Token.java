package otherworld.tickets;

import java.time.Instant;
import otherworld.base.InstanceId;
import otherworld.base.PlayerId;
import otherworld.base.Seat;

/**
 * What a player shows an instance: a {@link Ticket} to be seated, a {@link SessionToken} to resume.
 */
public sealed interface Token permits Ticket, SessionToken {
    /** No token is longer, in characters. */
    int MAX_LENGTH = 2048;

    PlayerId player();

    InstanceId instance();

    Seat seat();

    /** To the second. */
    Instant issuedAt();

    /** To the second; a second of leeway is given after it. */
    Instant expiresAt();

    /** The request that made it, for logs. */
    String requestId();
}
