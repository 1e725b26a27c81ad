package otherworld.base;

/**
 * One durable shard of a World. Its state outlives every pod that hosts it.
 *
 * @param ordinal 0 to {@value #MAX_ORDINAL}
 */
public record InstanceId(WorldId world, int ordinal) implements Comparable<InstanceId> {
    public static final int MAX_ORDINAL = 99_999;

    public InstanceId {
        if (ordinal < 0 || ordinal > MAX_ORDINAL) {
            throw new IllegalArgumentException(
                    "Ordinal %d must be 0 to %d".formatted(ordinal, MAX_ORDINAL));
        }
    }

    /** Reads what {@link #toString} wrote. */
    public static InstanceId parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "Instance id '%s' must be WORLD/ORDINAL".formatted(text));
        }
        return new InstanceId(
                new WorldId(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    @Override
    public int compareTo(InstanceId other) {
        int byWorld = world.compareTo(other.world);
        return byWorld != 0 ? byWorld : Integer.compare(ordinal, other.ordinal);
    }

    @Override
    public String toString() {
        return world + "/" + ordinal;
    }
}
