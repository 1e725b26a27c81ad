package otherworld.world;

import otherworld.protocol.Joint;
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
}
