package otherworld.instance.loop;

import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics.Limit;
import otherworld.instance.replicate.Encoder;
import otherworld.instance.replicate.ZoneViews;
import otherworld.protocol.CorrectionReason;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.Pose;
import otherworld.protocol.PositionCorrection;
import otherworld.world.Entities;
import otherworld.world.Movement;
import otherworld.world.World;

/** Moves avatars as their players intend, or corrects them. Simulation thread only. */
final class Moving {
    private final long epoch;
    private final Ports ports;
    private final World world;
    private final ZoneViews views;
    private final Encoder encoder;
    private final PoseKeeper poses;

    Moving(
            long epoch,
            Ports ports,
            World world,
            ZoneViews views,
            Encoder encoder,
            PoseKeeper poses) {
        this.epoch = epoch;
        this.ports = ports;
        this.world = world;
        this.views = views;
        this.encoder = encoder;
        this.poses = poses;
    }

    void move(Player player, MoveIntent intent, int tick, long nowNs) {
        if (intent.sequence() <= player.lastSequence) {
            return; // overtaken
        }
        player.lastSequence = intent.sequence();
        Entities entities = world.entities();
        int slot = player.avatar.slot;
        float x = entities.x(slot);
        float y = entities.y(slot);
        float z = entities.z(slot);
        Pose to = intent.pose();
        player.allowanceM = Movement.allowance(player.allowanceM, nowNs - player.lastMoveNs);
        player.lastMoveNs = nowNs;
        switch (Movement.check(x, y, z, to, player.allowanceM)) {
            case ACCEPTED -> {
                player.allowanceM -= Movement.distance(x, y, z, to);
                entities.move(slot, to.x(), to.y(), to.z(), to.rotation(), tick);
                player.avatar.moved(intent.clientTimeMs());
                poses.moved();
            }
            case TOO_FAST -> correct(player, CorrectionReason.TOO_FAST, tick, Limit.SPEED);
            case OUT_OF_BOUNDS ->
                    correct(player, CorrectionReason.OUT_OF_BOUNDS, tick, Limit.BOUNDS);
        }
    }

    private void correct(Player player, CorrectionReason reason, int tick, Limit limit) {
        ports.metrics().hit(limit);
        ports.metrics().corrections.inc();
        player.tell(
                encoder.encode(
                        new PositionCorrection(
                                epoch, tick, player.lastSequence, player.avatar.pose(), reason)));
    }

    /** Takes an avatar that has left its zone to the one it stands in. */
    void changeZone(Player player, long nowNs) {
        if (world.zones().hasStrayed(player.avatar.slot) && nowNs >= player.nextZoneChangeNs) {
            player.nextZoneChangeNs = nowNs + Limits.ZONE_CHANGE_MS * 1_000_000L;
            long wallMs = ports.clock().wallMs();
            views.leave(player.avatar, wallMs);
            views.enter(player.avatar, wallMs);
        }
    }
}
