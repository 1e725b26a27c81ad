package otherworld.instance.loop;

import java.util.List;
import otherworld.instance.config.Limit;
import otherworld.protocol.CorrectionReason;
import otherworld.protocol.JointPose;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.Pose;
import otherworld.protocol.PositionCorrection;
import otherworld.world.Entities;
import otherworld.world.Joints;
import otherworld.world.Movement;
import otherworld.world.Walker;
import otherworld.world.World;

/** Moves avatars as their players intend, or corrects them. Simulation thread only. */
final class Moving {
    private final long epoch;
    private final Ports ports;
    private final World world;
    private final Encoder encoder;
    private final PoseKeeper poses;

    Moving(long epoch, Ports ports, World world, Encoder encoder, PoseKeeper poses) {
        this.epoch = epoch;
        this.ports = ports;
        this.world = world;
        this.encoder = encoder;
        this.poses = poses;
    }

    void move(Player player, MoveIntent intent, int tick, long nowNs) {
        if (intent.sequence() <= player.lastSequence) {
            return; // overtaken
        }
        player.lastSequence = intent.sequence();
        Entities entities = world.entities();
        int slot = player.avatar;
        float x = entities.x(slot);
        float y = entities.y(slot);
        float z = entities.z(slot);
        Pose to = intent.pose();
        player.allowanceM = Movement.allowance(player.allowanceM, nowNs - player.lastMoveNs);
        player.lastMoveNs = nowNs;
        switch (Movement.check(x, y, z, to, intent.joints(), player.allowanceM)) {
            case ACCEPTED -> {
                Walker walker = world.walker();
                boolean free = walker.walk(slot, to);
                player.allowanceM -= Movement.distance(walker.x(), walker.y(), walker.z(), x, y, z);
                moveJoints(slot, intent.joints(), tick);
                entities.move(slot, walker.x(), walker.y(), walker.z(), to.rotation(), tick);
                poses.moved();
                if (player.untoldSinceNs == 0) {
                    player.untoldSinceNs = nowNs;
                }
                if (!free && walker.isOff(to)) {
                    correct(player, CorrectionReason.BLOCKED, tick);
                }
            }
            case TOO_FAST -> correct(player, CorrectionReason.TOO_FAST, tick, Limit.SPEED);
            case OUT_OF_BOUNDS ->
                    correct(player, CorrectionReason.OUT_OF_BOUNDS, tick, Limit.BOUNDS);
            case JOINT_TOO_FAR ->
                    correct(player, CorrectionReason.OUT_OF_BOUNDS, tick, Limit.JOINTS);
        }
    }

    private void moveJoints(int slot, List<JointPose> joints, int tick) {
        Entities entities = world.entities();
        int tracked = 0;
        for (int i = 0; i < joints.size(); i++) {
            tracked |= Joints.bit(joints.get(i).joint());
        }
        entities.trackJoints(slot, tracked, tick);
        for (int i = 0; i < joints.size(); i++) {
            JointPose joint = joints.get(i);
            entities.moveJoint(
                    slot,
                    Joints.number(joint.joint()),
                    joint.dx(),
                    joint.dy(),
                    joint.dz(),
                    joint.rotation());
        }
    }

    private void correct(Player player, CorrectionReason reason, int tick, Limit limit) {
        ports.metrics().hit(limit);
        correct(player, reason, tick);
    }

    private void correct(Player player, CorrectionReason reason, int tick) {
        ports.metrics().corrections.inc();
        player.tell(
                encoder.encode(
                        new PositionCorrection(
                                epoch,
                                tick,
                                player.lastSequence,
                                world.pose(player.avatar),
                                reason)));
    }
}
