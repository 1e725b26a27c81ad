package otherworld.bots;

import java.util.List;
import java.util.SplittableRandom;
import otherworld.protocol.Joint;
import otherworld.protocol.JointPose;
import otherworld.protocol.Pose;
import otherworld.protocol.Rotation;

/**
 * Walks from waypoint to waypoint within an area at 2 to 4 m/s, looking where it goes. The same
 * random numbers and steps give the same walk. One thread.
 */
final class Walker {
    static final double SLOWEST_M_PER_S = 2;
    static final double FASTEST_M_PER_S = 4;

    /** A step after a pause is no longer than this, so that nobody leaps. */
    static final double LONGEST_STEP_S = 0.25;

    private final SplittableRandom random;
    private final Area area;
    private double x;
    private double z;
    private float y;
    private double targetX;
    private double targetZ;
    private double speed;
    private double walkedM;
    private double heading;
    private int rotation = Rotation.IDENTITY;

    /** Metres; the square from (least, least) to (most, most). */
    record Area(double least, double most) {
        Area {
            if (!(least < most)) {
                throw new IllegalArgumentException(
                        "Area from %s to %s m is empty".formatted(least, most));
            }
        }

        boolean contains(double x, double z) {
            return x >= least && x <= most && z >= least && z <= most;
        }
    }

    Walker(SplittableRandom random, Area area) {
        this.random = random;
        this.area = area;
        this.speed = SLOWEST_M_PER_S;
    }

    /** Stands at {@code pose} from now on: the server's word. */
    void standAt(Pose pose) {
        x = pose.x();
        y = pose.y();
        z = pose.z();
        rotation = pose.rotation();
        chooseWaypoint();
    }

    /** Goes to that point next, or as near as the area allows. */
    void goTo(double wantedX, double wantedZ) {
        targetX = Math.clamp(wantedX, area.least(), area.most());
        targetZ = Math.clamp(wantedZ, area.least(), area.most());
    }

    /** True if the waypoint was reached in this step; then the next one is chosen. */
    boolean step(double seconds) {
        double dx = targetX - x;
        double dz = targetZ - z;
        double distance = Math.hypot(dx, dz);
        double stride = speed * Math.min(seconds, LONGEST_STEP_S);
        if (distance <= stride) {
            x = targetX;
            z = targetZ;
            chooseWaypoint();
            return true;
        }
        walkedM += stride;
        heading = Math.atan2(dx, dz);
        x += dx / distance * stride;
        z += dz / distance * stride;
        rotation = Rotation.ofYaw(Math.atan2(-dx, -dz)); // looking along −z is no turn
        return false;
    }

    Pose pose() {
        return new Pose((float) x, y, (float) z, rotation);
    }

    /** Head and hands of somebody who walks: they swing with each metre. */
    List<JointPose> joints() {
        double swing = Math.sin(walkedM * Math.PI);
        double forwardX = Math.sin(heading);
        double forwardZ = Math.cos(heading);
        return List.of(
                new JointPose(Joint.HEAD, 0, (float) (1.6 + 0.02 * Math.abs(swing)), 0, rotation),
                hand(Joint.LEFT_HAND, -0.25, 0.3 * swing, forwardX, forwardZ),
                hand(Joint.RIGHT_HAND, 0.25, -0.3 * swing, forwardX, forwardZ));
    }

    private JointPose hand(
            Joint joint, double aside, double ahead, double forwardX, double forwardZ) {
        return new JointPose(
                joint,
                (float) (ahead * forwardX - aside * forwardZ),
                1,
                (float) (ahead * forwardZ + aside * forwardX),
                rotation);
    }

    private void chooseWaypoint() {
        targetX = random.nextDouble(area.least(), area.most());
        targetZ = random.nextDouble(area.least(), area.most());
        speed = random.nextDouble(SLOWEST_M_PER_S, FASTEST_M_PER_S);
    }
}
