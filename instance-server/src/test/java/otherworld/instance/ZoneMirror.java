package otherworld.instance;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import otherworld.protocol.AvatarMove;
import otherworld.protocol.AvatarState;
import otherworld.protocol.Pose;
import otherworld.protocol.PresenceDelta;
import otherworld.protocol.PropDelta;
import otherworld.protocol.PropState;
import otherworld.protocol.ServerMessage;
import otherworld.protocol.ZoneSnapshot;

/**
 * What a client knows of its zone, by the rules of docs/protocol.md. One thread applies, any reads.
 */
public final class ZoneMirror {
    /** Player ids of those in the zone, by avatar. */
    public final Map<Integer, String> players = new ConcurrentHashMap<>();

    public final Map<Integer, Pose> poses = new ConcurrentHashMap<>();
    public final Map<Long, PropState> props = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> ticks = new HashMap<>();

    public void apply(ServerMessage message) {
        switch (message) {
            case ZoneSnapshot snapshot -> {
                if (snapshot.part() == 0) {
                    players.clear();
                    poses.clear();
                    ticks.clear();
                    props.clear();
                }
                snapshot.avatars().forEach(avatar -> entered(avatar, snapshot.tick()));
                snapshot.props().forEach(prop -> props.put(prop.entity(), prop));
            }
            case PresenceDelta delta -> {
                delta.entered().forEach(avatar -> entered(avatar, delta.tick()));
                delta.moved().forEach(move -> moved(move, delta.tick()));
                delta.left().forEach(this::left);
            }
            case PropDelta delta -> {
                delta.changed().forEach(prop -> props.put(prop.entity(), prop));
                delta.removed().forEach(props::remove);
            }
            default -> {}
        }
    }

    private void entered(AvatarState avatar, int tick) {
        players.put(avatar.avatar(), avatar.player());
        poses.put(avatar.avatar(), avatar.pose());
        ticks.put(avatar.avatar(), tick);
    }

    private void moved(AvatarMove move, int tick) {
        Integer known = ticks.get(move.avatar());
        if (known != null && tick >= known) {
            poses.put(move.avatar(), move.pose());
            ticks.put(move.avatar(), tick);
        }
    }

    private void left(int avatar) {
        players.remove(avatar);
        poses.remove(avatar);
        ticks.remove(avatar);
    }
}
