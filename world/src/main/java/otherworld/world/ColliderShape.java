package otherworld.world;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The shape of a collider, as its model names it: {@code collider:box:2x3x0.25} is a box of 2 m
 * along its own x axis, 3 along y and 0.25 along z, around its pose. What has a model of any other
 * beginning is a prop, and in nobody's way.
 *
 * @param passage {@code collider:passage:…}: one body at a time may be in it; it is in the way of
 *     all others as long as one is
 */
public record ColliderShape(float xM, float yM, float zM, boolean passage) {
    public static final String PREFIX = "collider:";

    private static final String METRES = "([0-9]{1,2}(?:[.][0-9]{1,3})?)";
    private static final Pattern BOX =
            Pattern.compile(PREFIX + "(box|passage):" + METRES + "x" + METRES + "x" + METRES);

    /**
     * @throws IllegalArgumentException if an edge is too short or too long
     */
    public ColliderShape {
        requireEdge(xM);
        requireEdge(yM);
        requireEdge(zM);
    }

    /** A box that is in everybody's way. */
    public ColliderShape(float xM, float yM, float zM) {
        this(xM, yM, zM, false);
    }

    /** Whether what has this model is to be a collider. */
    public static boolean isClaimedBy(String model) {
        return model.startsWith(PREFIX);
    }

    /** Empty if it names no shape that there is. */
    public static Optional<ColliderShape> parse(String model) {
        Matcher box = BOX.matcher(model);
        try {
            return box.matches()
                    ? Optional.of(
                            new ColliderShape(
                                    Float.parseFloat(box.group(2)),
                                    Float.parseFloat(box.group(3)),
                                    Float.parseFloat(box.group(4)),
                                    box.group(1).equals("passage")))
                    : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static void requireEdge(float metres) {
        if (!(metres >= WorldLimits.MIN_COLLIDER_M && metres <= WorldLimits.MAX_COLLIDER_M)) {
            throw new IllegalArgumentException(
                    "A collider's edge of %s m must be %s to %s m"
                            .formatted(
                                    metres,
                                    WorldLimits.MIN_COLLIDER_M,
                                    WorldLimits.MAX_COLLIDER_M));
        }
    }
}
