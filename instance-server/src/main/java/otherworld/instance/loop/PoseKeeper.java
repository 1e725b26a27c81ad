package otherworld.instance.loop;

import java.util.ArrayList;
import java.util.List;
import otherworld.instance.config.Limits;
import otherworld.instance.store.PoseBlob;
import otherworld.world.World;

/** Keeps where everyone stands where a successor finds it, seldom. Simulation thread only. */
final class PoseKeeper {
    private final long epoch;
    private final Ports ports;
    private final World world;
    private final Players players;
    private boolean moved;
    private long nextNs;
    private long refreshNs;

    PoseKeeper(long epoch, Ports ports, World world, Players players) {
        this.world = world;
        this.epoch = epoch;
        this.ports = ports;
        this.players = players;
    }

    /** Somebody came or moved. */
    void moved() {
        moved = true;
    }

    /** Offers the poses if it is time. */
    void offerIfDue(long nowNs) {
        if (moved ? nowNs >= nextNs : nowNs >= refreshNs) {
            offer(nowNs);
        }
    }

    void offer(long nowNs) {
        if (players.all().isEmpty()) {
            return;
        }
        moved = false;
        refreshNs = nowNs + Limits.POSES_REFRESH_MS * 1_000_000L;
        nextNs = nowNs + Limits.POSES_MS * 1_000_000L;
        List<PoseBlob.PlayerPose> poses = new ArrayList<>(players.all().size());
        players.all().forEach(p -> poses.add(new PoseBlob.PlayerPose(p.id, world.pose(p.avatar))));
        ports.poses().accept(new PoseBlob(epoch, ports.clock().wallMs(), poses).encode());
    }
}
