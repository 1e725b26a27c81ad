package otherworld.instance.simulation;

import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics.Limit;
import otherworld.instance.replicate.Encoder;
import otherworld.instance.zone.Avatar;
import otherworld.instance.zone.ZoneGrid;
import otherworld.protocol.CorrectionReason;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.PositionCorrection;

/** Moves avatars as their players intend, or corrects them. Simulation thread only. */
final class Walking {
    private final long epoch;
    private final Ports ports;
    private final ZoneGrid zones;
    private final Encoder encoder;
    private final HotPoses poses;

    Walking(long epoch, Ports ports, ZoneGrid zones, Encoder encoder, HotPoses poses) {
        this.epoch = epoch;
        this.ports = ports;
        this.zones = zones;
        this.encoder = encoder;
        this.poses = poses;
    }

    void move(Player player, MoveIntent intent, int tick, long nowNs) {
        if (intent.sequence() <= player.lastSequence) {
            return; // overtaken
        }
        player.lastSequence = intent.sequence();
        Avatar avatar = player.avatar;
        player.allowanceM = Movement.allowance(player.allowanceM, nowNs - player.lastMoveNs);
        player.lastMoveNs = nowNs;
        switch (Movement.check(avatar.x, avatar.y, avatar.z, intent.pose(), player.allowanceM)) {
            case ACCEPTED -> {
                player.allowanceM -= Movement.distance(avatar.x, avatar.y, avatar.z, intent.pose());
                avatar.moveTo(intent.pose(), intent.clientTimeMs());
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
        if (zones.strayed(player.avatar) && nowNs >= player.nextZoneChangeNs) {
            player.nextZoneChangeNs = nowNs + Limits.ZONE_CHANGE_MS * 1_000_000L;
            long wallMs = ports.clock().wallMs();
            zones.leave(player.avatar, wallMs);
            zones.enter(player.avatar, wallMs);
        }
    }
}
