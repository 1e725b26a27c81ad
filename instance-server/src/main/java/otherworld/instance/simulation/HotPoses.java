package otherworld.instance.simulation;

import java.util.ArrayList;
import java.util.List;
import otherworld.instance.config.Limits;
import otherworld.instance.presence.PoseBlob;

/** Keeps where everyone stands where a successor finds it, seldom. Simulation thread only. */
final class HotPoses {
    private final long epoch;
    private final Ports ports;
    private final Crowd crowd;
    private boolean moved;
    private long nextNs;
    private long refreshNs;

    HotPoses(long epoch, Ports ports, Crowd crowd) {
        this.epoch = epoch;
        this.ports = ports;
        this.crowd = crowd;
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
        if (crowd.all().isEmpty()) {
            return;
        }
        moved = false;
        refreshNs = nowNs + Limits.POSES_REFRESH_MS * 1_000_000L;
        nextNs = nowNs + Limits.POSES_MS * 1_000_000L;
        List<PoseBlob.Standing> standing = new ArrayList<>(crowd.all().size());
        crowd.all().forEach(p -> standing.add(new PoseBlob.Standing(p.id, p.avatar.pose())));
        ports.poses().accept(new PoseBlob(epoch, ports.clock().wallMs(), standing).encode());
    }
}
