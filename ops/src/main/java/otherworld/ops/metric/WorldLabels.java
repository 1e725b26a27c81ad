package otherworld.ops.metric;

/**
 * A World as labels name it. Its id begins with its namespace and a dot, and a namespace has no
 * dots.
 *
 * @param world the World's name, or what {@code persistence.id} has in its place
 */
public record WorldLabels(String namespace, String world) {
    public static WorldLabels of(String id) {
        int dot = id.indexOf('.');
        return dot < 0
                ? new WorldLabels("", id)
                : new WorldLabels(id.substring(0, dot), id.substring(dot + 1));
    }
}
