package otherworld.instance.loop;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.instance.config.Limits;
import otherworld.instance.session.Link;
import otherworld.replication.Viewer;
import otherworld.world.WorldLimits;

/**
 * Somebody who has a seat, connected or held. Only the simulation thread looks inside; other
 * threads pass it back with what its connection says.
 */
public final class Player {
    final PlayerId id;

    /** Slot of the avatar among the world's entities. */
    final int avatar;

    final PlayerRecords.PlayerRecord record;
    final TokenBucket edits;
    Seat seat;

    /** Of the player, as the newest token says: they count for who is a member. */
    List<String> groups = List.of();

    /** Where the player reads, and what is told there; null while they are away. */
    @Nullable Link link;

    @Nullable Viewer viewer;

    /** Highest MoveIntent sequence of this connection. */
    int lastSequence;

    long lastHeardNs;
    long lastMoveNs;

    /** When they moved first since their viewers were told; 0: they have not. */
    long untoldSinceNs;

    float allowanceM = WorldLimits.STRIDE_M;

    /** When the link was first found behind; 0 while it is not. */
    long behindSinceNs;

    /** Committed edits that the client has not been told of yet. */
    final List<Long> durable = new ArrayList<>();

    Player(PlayerId id, Seat seat, int avatar, PlayerRecords.PlayerRecord record, long nowNs) {
        this.id = id;
        this.seat = seat;
        this.avatar = avatar;
        this.record = record;
        this.edits = new TokenBucket(Limits.EDITS_PER_SECOND, Limits.EDITS_BURST, nowNs);
        connected(nowNs);
    }

    /** A new connection: its sequences start anew. */
    void connected(long nowNs) {
        lastSequence = 0;
        lastHeardNs = nowNs;
        lastMoveNs = nowNs;
        behindSinceNs = 0;
        durable.clear();
    }

    void tell(byte[] message) {
        if (link != null) {
            link.send(message);
        }
    }
}
