package otherworld.world;

/**
 * When a body that moves along a straight line meets a box that stands. Both are convex, so they
 * are apart as long as one of fifteen axes parts them (Gottschalk, Lin, Manocha, "OBBTree", 1996):
 * those of either and the products of each two. Along each axis the shadows of both overlap for one
 * interval of time; the body is in the box while all of them do. Exact, so however long the step,
 * nothing is jumped over. Owner thread only; allocates nothing.
 */
final class BodySweep {
    /** Of a product of axes that are nearly parallel, which parts nothing that they do not. */
    private static final double PARALLEL = 1e-6;

    private static final double STILL = 1e-12;

    private final Colliders colliders;

    // Of the box and the body that are looked at.
    private int box;
    private double x;
    private double y;
    private double z;
    private double dx;
    private double dy;
    private double dz;
    private double enter;
    private double exit;

    // Where they met.
    private double nx;
    private double ny;
    private double nz;

    BodySweep(Colliders colliders) {
        this.colliders = colliders;
    }

    /** Whether the body, its middle being there, is in a box; touching is not in it. */
    boolean isInside(int whichBox, double atX, double atY, double atZ) {
        return meets(whichBox, atX, atY, atZ, 0, 0, 0);
    }

    /**
     * Whether the body, which is not in the box, comes into it on its way; then {@link #time}.
     *
     * @param byX the way, in metres
     */
    boolean meets(
            int whichBox, double atX, double atY, double atZ, double byX, double byY, double byZ) {
        box = whichBox;
        x = atX - colliders.centre(box, 0);
        y = atY - colliders.centre(box, 1);
        z = atZ - colliders.centre(box, 2);
        dx = byX;
        dy = byY;
        dz = byZ;
        enter = Double.NEGATIVE_INFINITY;
        exit = Double.POSITIVE_INFINITY;
        return partedByNone() && exit > 0 && enter < 1;
    }

    /** Which part of the way lies before the box, 0 to 1. */
    double time() {
        return Math.max(0, enter);
    }

    /** The way out of the box where they met, of length 1. */
    double normalX() {
        return nx;
    }

    double normalY() {
        return ny;
    }

    double normalZ() {
        return nz;
    }

    private boolean partedByNone() {
        if (!overlap(1, 0, 0) || !overlap(0, 1, 0) || !overlap(0, 0, 1)) {
            return false;
        }
        for (int edge = 0; edge < 3; edge++) {
            double ux = colliders.direction(box, edge, 0);
            double uy = colliders.direction(box, edge, 1);
            double uz = colliders.direction(box, edge, 2);
            if (!overlap(ux, uy, uz)
                    || !product(0, -uz, uy)
                    || !product(uz, 0, -ux)
                    || !product(-uy, ux, 0)) {
                return false;
            }
        }
        return true;
    }

    private boolean product(double lx, double ly, double lz) {
        double length = Math.sqrt(lx * lx + ly * ly + lz * lz);
        return length < PARALLEL || overlap(lx / length, ly / length, lz / length);
    }

    /** Narrows the time in which both overlap, as seen along an axis; false if there is none. */
    private boolean overlap(double lx, double ly, double lz) {
        double reach =
                WorldLimits.BODY_HALF_WIDTH_M * (Math.abs(lx) + Math.abs(lz))
                        + WorldLimits.BODY_HALF_HEIGHT_M * Math.abs(ly)
                        + boxReach(lx, ly, lz);
        double apart = x * lx + y * ly + z * lz;
        double speed = dx * lx + dy * ly + dz * lz;
        if (Math.abs(speed) < STILL) {
            return Math.abs(apart) < reach;
        }
        double first = (-reach - apart) / speed;
        double last = (reach - apart) / speed;
        double from = Math.min(first, last);
        if (from > enter) {
            enter = from;
            double away = speed > 0 ? -1 : 1;
            nx = away * lx;
            ny = away * ly;
            nz = away * lz;
        }
        exit = Math.min(exit, Math.max(first, last));
        return enter < exit;
    }

    private double boxReach(double lx, double ly, double lz) {
        double reach = 0;
        for (int edge = 0; edge < 3; edge++) {
            reach +=
                    colliders.half(box, edge)
                            * Math.abs(
                                    lx * colliders.direction(box, edge, 0)
                                            + ly * colliders.direction(box, edge, 1)
                                            + lz * colliders.direction(box, edge, 2));
        }
        return reach;
    }
}
