package otherworld.world;

/** The bounds of a World and of what may be done in it. What happens at each is said here. */
public final class WorldLimits {
    /** Props of an instance and of a zone. Beyond: TOO_MANY_ENTITIES. */
    public static final int MAX_PROPS = 1_000_000;

    public static final int MAX_PROPS_PER_ZONE = 10_000;

    /**
     * Colliders that stand over one square of {@link #COLLIDER_CELL_M}, whose number bounds what a
     * move costs. Beyond: TOO_MANY_ENTITIES.
     */
    public static final int MAX_COLLIDERS_PER_CELL = 128;

    public static final float COLLIDER_CELL_M = 8;

    /** Edges of a collider, in metres. Beyond: BAD_SHAPE. */
    public static final float MIN_COLLIDER_M = 0.05f;

    public static final float MAX_COLLIDER_M = 32;

    /**
     * The body that colliders are in the way of: an upright box, along the world's axes, whose
     * middle is above the root. Lower things are stepped over.
     */
    public static final float BODY_FROM_M = 0.25f;

    public static final float BODY_HALF_HEIGHT_M = 0.75f;
    public static final float BODY_HALF_WIDTH_M = 0.25f;

    /**
     * A move that colliders let come this near to where it wanted is not answered: BLOCKED is said
     * beyond.
     */
    public static final float TOLD_OFF_M = 0.05f;

    /** Metres from a player to what they place, move or remove. Beyond: OUT_OF_REACH. */
    public static final float REACH_M = 16;

    /** Metres from the origin, in x and z; and the range of y. Beyond: OUT_OF_BOUNDS. */
    public static final float HALF_WORLD_M = 4_096;

    public static final float LOWEST_M = -64;
    public static final float HIGHEST_M = 1_024;

    /**
     * Metres per second in the long run, and at once (two seconds of late packets). Beyond:
     * TOO_FAST.
     */
    public static final float SPEED_M_PER_S = 12;

    public static final float STRIDE_M = 24;

    /** Metres from the root of an avatar to a joint, along each axis. Beyond: JOINT_TOO_FAR. */
    public static final float MAX_JOINT_M = 8;

    /** Ids of entities carry the epoch in their upper half: above this they would turn negative. */
    public static final long MAX_EPOCH = 1L << 30;

    private WorldLimits() {}

    /** One of them, where an edit met it. */
    public enum Bound {
        PROPS,
        PROPS_PER_ZONE,
        COLLIDERS,
        REACH,
        BOUNDS
    }
}
