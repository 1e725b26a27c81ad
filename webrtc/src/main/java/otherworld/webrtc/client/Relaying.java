package otherworld.webrtc.client;

import java.util.Optional;
import otherworld.webrtc.turn.TurnServer;

/**
 * Whether a peer tries a TURN server, too.
 *
 * @param only no other way is tried, as where no other UDP gets through
 */
public record Relaying(Optional<TurnServer> server, boolean only) {
    /** Straight alone. */
    public static final Relaying NEVER = new Relaying(Optional.empty(), false);
}
