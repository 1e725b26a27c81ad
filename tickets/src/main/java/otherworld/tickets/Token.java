package otherworld.tickets;

import java.time.Instant;
import java.util.List;
import otherworld.base.InstanceId;
import otherworld.base.Permissions;
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

    /**
     * Groups of the player, as the issuer told the matchmaker, that the World named when the token
     * was made; at most {@value Permissions#MAX_GROUPS}. What they mean is the World's to say.
     */
    List<String> groups();

    /**
     * @throws IllegalArgumentException if there are too many of them, or one is none
     */
    static List<String> sound(List<String> groups) {
        if (groups.size() > Permissions.MAX_GROUPS
                || !groups.stream().allMatch(Permissions::isGroup)) {
            throw new IllegalArgumentException(
                    "A token names at most %d groups, each of %s, not %s"
                            .formatted(Permissions.MAX_GROUPS, Permissions.GROUP, groups));
        }
        return List.copyOf(groups);
    }
}
