package otherworld.ops.metric;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * A label and what it may be.
 *
 * @param values all there are; empty if they are not known beforehand
 * @param bound what bounds their number, for people
 */
public record Label(String name, List<String> values, String bound) {
    /** Where a World is. A series that has it ends with its World. */
    public static final Label NAMESPACE =
            open("namespace", "the World's namespace; the series ends with the World");

    /** A World's name; of the ledger's, what follows the namespace in its id. */
    public static final Label WORLD =
            open("world", "one for each World; the series ends with the World");

    public Label {
        values = List.copyOf(values);
    }

    public static Label of(String name, String... values) {
        return new Label(name, List.of(values), values.length + " values");
    }

    /** One value for each constant, in lower case. */
    public static Label of(String name, Enum<?>[] values) {
        return of(name, values, constant -> constant.name().toLowerCase(Locale.ROOT));
    }

    public static <E extends Enum<?>> Label of(
            String name, E[] values, Function<? super E, String> label) {
        return of(name, Arrays.stream(values).map(label).toArray(String[]::new));
    }

    /** Values that are not known beforehand, and what bounds their number. */
    public static Label open(String name, String bound) {
        return new Label(name, List.of(), bound);
    }

    public boolean isOpen() {
        return values.isEmpty();
    }
}
