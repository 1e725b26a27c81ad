package otherworld.instance.loop;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import otherworld.base.PlayerId;
import otherworld.instance.replicate.Encoder;
import otherworld.instance.replicate.ZoneViews;
import otherworld.instance.session.Link;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Notice;

/** Everyone who has a seat, and those of them who are connected. Simulation thread only. */
final class Players {
    private final Encoder encoder;
    private final ZoneViews zones;
    private final Map<PlayerId, Player> players = new HashMap<>();
    private final List<Player> connected =
            new ArrayList<>(); // by index: ticks allocate no iterator

    Players(Encoder encoder, ZoneViews zones) {
        this.encoder = encoder;
        this.zones = zones;
    }

    @Nullable Player find(PlayerId id) {
        return players.get(id);
    }

    void add(Player player) {
        players.put(player.id, player);
    }

    void remove(PlayerId id) {
        players.remove(id);
    }

    Collection<Player> all() {
        return players.values();
    }

    List<Player> connected() {
        return connected;
    }

    void connect(Player player, Link link, long wallMs) {
        player.avatar.link(link);
        connected.add(player);
        zones.enter(player.avatar, wallMs);
    }

    void disconnect(Player player, long wallMs) {
        zones.leave(player.avatar, wallMs);
        player.avatar.link(null);
        connected.remove(player);
    }

    void tellAll(Notice notice) {
        byte[] message = encoder.encode(notice);
        connected.forEach(player -> player.tell(message));
    }

    /** Lets go out what was said to all. */
    void flush() {
        for (int i = 0; i < connected.size(); i++) {
            Link link = connected.get(i).avatar.link();
            if (link != null) {
                link.flush();
            }
        }
        for (int i = 0; i < connected.size(); i++) {
            Link link = connected.get(i).avatar.link();
            if (link != null) {
                link.turnOver();
            }
        }
    }

    static void goodbye(Player player, GoodbyeReason reason, int retryAfterMs, String detail) {
        Link link = player.avatar.link();
        if (link != null) {
            link.goodbye(reason, retryAfterMs, detail);
        }
    }
}
