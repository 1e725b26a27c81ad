package otherworld.instance.transport;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import otherworld.base.PlayerId;
import otherworld.instance.config.Limits;

/** How many peers of each player are being made: at most {@link Limits#BEGUN_PEERS_PER_PLAYER}. */
final class BegunPeers {
    private final Map<PlayerId, Integer> begun = new ConcurrentHashMap<>();

    /** Whether another one may be made, which counts from now on. Any thread. */
    boolean begin(PlayerId player) {
        boolean[] may = {false};
        begun.compute(
                player,
                (_, count) -> {
                    int before = count == null ? 0 : count;
                    may[0] = before < Limits.BEGUN_PEERS_PER_PLAYER;
                    return may[0] ? before + 1 : before;
                });
        return may[0];
    }

    /** One of them has said something, or is gone. Any thread. */
    void settle(PlayerId player) {
        begun.computeIfPresent(player, (_, count) -> count > 1 ? count - 1 : null);
    }

    int players() {
        return begun.size();
    }
}
