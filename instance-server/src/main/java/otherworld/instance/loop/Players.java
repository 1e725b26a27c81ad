package otherworld.instance.loop;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import otherworld.base.PlayerId;
import otherworld.instance.metrics.ZoneLog;
import otherworld.instance.session.Link;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Notice;
import otherworld.replication.Replication;
import otherworld.world.World;
import otherworld.world.Zone;

/** Everyone who has a seat, and those of them who are connected. Simulation thread only. */
final class Players {
    private final Encoder encoder;
    private final World world;
    private final Replication replication;
    private final ZoneLog log;
    private final Map<PlayerId, Player> players = new HashMap<>();
    private final List<Player> connected =
            new ArrayList<>(); // by index: ticks allocate no iterator

    Players(Encoder encoder, World world, Replication replication, ZoneLog log) {
        this.encoder = encoder;
        this.world = world;
        this.replication = replication;
        this.log = log;
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

    /** From now on a player is in the world, and hears what is around them. */
    void connect(Player player, Link link, long wallMs) {
        player.link = link;
        connected.add(player);
        enter(player, wallMs);
        player.viewer = replication.open(link, player.avatar);
    }

    void disconnect(Player player, long wallMs) {
        leave(player, wallMs);
        if (player.viewer != null) {
            replication.close(player.viewer);
        }
        player.viewer = null;
        player.link = null;
        connected.remove(player);
    }

    /** Takes an avatar that has left its zone to the one it stands in. */
    void changeZone(Player player, long wallMs) {
        if (world.zones().hasStrayed(player.avatar)) {
            leave(player, wallMs);
            enter(player, wallMs);
        }
    }

    private void enter(Player player, long wallMs) {
        Zone zone = world.zones().enter(player.avatar);
        log.add(wallMs, player.id, zone, ZoneLog.Kind.ENTER);
    }

    private void leave(Player player, long wallMs) {
        Zone zone = world.zones().leave(player.avatar);
        if (zone != null) {
            log.add(wallMs, player.id, zone, ZoneLog.Kind.LEAVE);
        }
    }

    void tellAll(Notice notice) {
        byte[] message = encoder.encode(notice);
        connected.forEach(player -> player.tell(message));
    }

    /** Lets go out what was said to all. */
    void flush() {
        for (int i = 0; i < connected.size(); i++) {
            Link link = connected.get(i).link;
            if (link != null) {
                link.flush();
            }
        }
        for (int i = 0; i < connected.size(); i++) {
            Link link = connected.get(i).link;
            if (link != null) {
                link.turnOver();
            }
        }
    }

    static void goodbye(Player player, GoodbyeReason reason, int retryAfterMs, String detail) {
        Link link = player.link;
        if (link != null) {
            link.goodbye(reason, retryAfterMs, detail);
        }
    }
}
