package otherworld.world;

import java.util.List;
import otherworld.protocol.Joint;
import otherworld.protocol.JointPose;
import otherworld.protocol.Protocol;

/** How joints are numbered beside the root, from 0, and what a set of them is: the bit of each. */
public final class Joints {
    public static final int COUNT = Protocol.MAX_JOINTS;

    private Joints() {}

    public static int number(Joint joint) {
        return joint.code() - 1;
    }

    /** The bit of a joint in a set of joints. */
    public static int bit(Joint joint) {
        return 1 << number(joint);
    }

    /** Whether each comes at most once, in the order of their numbers. */
    public static boolean areInOrder(List<JointPose> joints) {
        int last = -1;
        for (int i = 0; i < joints.size(); i++) {
            int number = number(joints.get(i).joint());
            if (number <= last) {
                return false;
            }
            last = number;
        }
        return true;
    }
}
