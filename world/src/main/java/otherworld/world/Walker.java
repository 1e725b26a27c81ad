package otherworld.world;

import otherworld.protocol.Pose;

/**
 * Walks bodies among colliders: as far as nothing is in the way, and then along it, with what is
 * left of the step. A body is an upright box around the line above its root, from above a step's
 * height to that of a head; joints reach through everything.
 *
 * <p>After each step the body is in none of the colliders that it was not in before. Those that it
 * is in when it sets out, since they were put there, do not hold it: it gets out whichever way it
 * goes, and then they are in its way like any other. A passage is in nobody's way until somebody
 * else is in it. Owner thread only; allocates nothing.
 */
public final class Walker {
    private static final int MOST_TURNS = 5;
    private static final double MIDDLE_M = WorldLimits.BODY_FROM_M + WorldLimits.BODY_HALF_HEIGHT_M;

    /** Kept between a body and what it walks along: far more than a single's places are off. */
    private static final double SKIN_M = 0.01;

    /** What is nearer than half of that is left by this much in a step. */
    private static final double AWAY_M = 0.001;

    /** Less of a step is not worth another turn. */
    private static final double LEAST_M = 1e-4;

    private final Entities entities;
    private final Colliders colliders;
    private final BodySweep sweep;

    // Of those that were found the first are in the way, the others not now.
    private int found;
    private int around;

    // The step that is being walked: where the body's middle is, and what is left.
    private double px;
    private double py;
    private double pz;
    private double leftX;
    private double leftY;
    private double leftZ;

    // Where the root has come to.
    private float x;
    private float y;
    private float z;

    Walker(Entities entities, Colliders colliders) {
        this.entities = entities;
        this.colliders = colliders;
        this.sweep = new BodySweep(colliders);
    }

    /** How far a root has come. */
    public float x() {
        return x;
    }

    public float y() {
        return y;
    }

    public float z() {
        return z;
    }

    /** Whether that is further from where it wanted to be than a client need not be told. */
    public boolean isOff(Pose wanted) {
        return Movement.distance(x, y, z, wanted) > WorldLimits.TOLD_OFF_M;
    }

    /**
     * Walks the body of an avatar from where it is, straight, to another place. It is for the
     * caller to move it there.
     *
     * @return whether nothing was in the way, so that it has come there
     */
    public boolean walk(int slot, Pose to) {
        boolean free = walk(slot, entities.x(slot), entities.y(slot), entities.z(slot), to);
        occupy(slot);
        return free;
    }

    /** The avatar is where it is without having walked there. */
    void stand(int slot) {
        x = entities.x(slot);
        y = entities.y(slot);
        z = entities.z(slot);
        setOut(slot, x, y, z);
        occupy(slot);
    }

    /**
     * @param slot the avatar's, or {@link Entities#NONE}
     */
    boolean walk(int slot, float fromX, float fromY, float fromZ, Pose to) {
        x = to.x();
        y = to.y();
        z = to.z();
        setOut(slot, fromX, fromY, fromZ);
        if (around == 0) {
            return true;
        }
        boolean free = go();
        if (!free) {
            x = (float) px;
            y = (float) (py - MIDDLE_M);
            z = (float) pz;
        }
        if (isInsideAny() || !Movement.isInBounds(x, y, z)) {
            x = fromX; // rounding, mostly: it stays where it was, which is in none
            y = fromY;
            z = fromZ;
            return x == to.x() && y == to.y() && z == to.z();
        }
        return free;
    }

    /** Finds what could be in the way: neither what the body is in, nor passages without others. */
    private void setOut(int slot, float fromX, float fromY, float fromZ) {
        px = fromX;
        py = fromY + MIDDLE_M;
        pz = fromZ;
        leftX = (double) x - fromX;
        leftY = (double) y - fromY;
        leftZ = (double) z - fromZ;
        // Whatever it turns to, it gets no further than the step is long.
        double far = length(leftX, leftY, leftZ) + MOST_TURNS * AWAY_M + SKIN_M;
        double wide = far + WorldLimits.BODY_HALF_WIDTH_M;
        double high = far + WorldLimits.BODY_HALF_HEIGHT_M;
        found = colliders.find(px - wide, py - high, pz - wide, px + wide, py + high, pz + wide);
        around = found;
        for (int i = found - 1; i >= 0; i--) {
            int box = colliders.found(i);
            if (sweep.isInside(box, px, py, pz)
                    || (colliders.isPassage(box) && !isTaken(box, slot))) {
                colliders.swap(i, --around);
            }
        }
    }

    /** Whether the body of another avatar is in a passage. */
    private boolean isTaken(int box, int butSlot) {
        int other = colliders.occupant(box);
        return other != Entities.NONE
                && other != butSlot
                && entities.isAlive(other)
                && entities.incarnation(other) == colliders.occupantIncarnation(box)
                && entities.zone(other) != null // else its player is away
                && sweep.isInside(
                        box, entities.x(other), entities.y(other) + MIDDLE_M, entities.z(other));
    }

    /** Notes which passages the body has come into. */
    private void occupy(int slot) {
        for (int i = around; i < found; i++) {
            int box = colliders.found(i);
            if (colliders.isPassage(box)
                    && !isTaken(box, slot)
                    && sweep.isInside(box, x, y + MIDDLE_M, z)) {
                colliders.occupy(box, slot, entities.incarnation(slot));
            }
        }
    }

    /** False if something was in the way; the body's middle is then as far as it came. */
    private boolean go() {
        for (int turn = 0; turn < MOST_TURNS; turn++) {
            int met = first();
            if (met < 0) {
                px += leftX;
                py += leftY;
                pz += leftZ;
                return turn == 0;
            }
            boolean _ = sweep.meets(colliders.found(met), px, py, pz, leftX, leftY, leftZ);
            turn();
            if (length(leftX, leftY, leftZ) < LEAST_M) {
                return false;
            }
        }
        return false;
    }

    /** Which of those around is met first on the way that is left; −1 if none is. */
    private int first() {
        int which = -1;
        double soonest = Double.POSITIVE_INFINITY;
        for (int i = 0; i < around; i++) {
            if (sweep.meets(colliders.found(i), px, py, pz, leftX, leftY, leftZ)
                    && sweep.time() < soonest) {
                soonest = sweep.time();
                which = i;
            }
        }
        return which;
    }

    /** Goes up to what was met, and turns what is left of the step along its surface. */
    private void turn() {
        double nx = sweep.normalX();
        double ny = sweep.normalY();
        double nz = sweep.normalZ();
        double towards = -(leftX * nx + leftY * ny + leftZ * nz);
        double part = Math.max(0, sweep.time() - SKIN_M / towards);
        px += leftX * part;
        py += leftY * part;
        pz += leftZ * part;
        double rest = 1 - part;
        double away = towards * rest;
        if (sweep.time() * towards < SKIN_M / 2) {
            away += AWAY_M;
        }
        leftX = leftX * rest + nx * away;
        leftY = leftY * rest + ny * away;
        leftZ = leftZ * rest + nz * away;
    }

    private boolean isInsideAny() {
        for (int i = 0; i < around; i++) {
            if (sweep.isInside(colliders.found(i), x, y + MIDDLE_M, z)) {
                return true;
            }
        }
        return false;
    }

    private static double length(double dx, double dy, double dz) {
        return Math.sqrt(dx * dx + dy * dy + dz * dz);
    }
}
