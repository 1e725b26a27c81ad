package otherworld.world;

/**
 * What a World lets a player do with entities.
 *
 * @param build place them, and move and remove their own
 * @param changeOthers move and remove what others placed
 */
public record Rights(boolean build, boolean changeOthers) {
    /** Everything. */
    public static final Rights ALL = new Rights(true, true);
}
