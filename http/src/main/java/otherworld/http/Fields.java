package otherworld.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Header fields in their order; names in any case. */
final class Fields {
    private final List<Field> fields = new ArrayList<>(16);

    /**
     * @param name in lower case
     */
    private record Field(String name, String value) {}

    void add(String name, String value) {
        fields.add(new Field(name.toLowerCase(Locale.ROOT), value));
    }

    int count() {
        return fields.size();
    }

    /** The value of each line of this name. */
    List<String> all(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        return fields.stream().filter(f -> f.name().equals(lower)).map(Field::value).toList();
    }

    /** The value of the first line of this name. */
    Optional<String> first(String name) {
        return all(name).stream().findFirst();
    }

    /** Whether a list of tokens with commas between them has this one, in any case. */
    boolean hasToken(String name, String token) {
        return tokens(name).stream().anyMatch(token::equalsIgnoreCase);
    }

    /** All elements of a list with commas between them, whatever lines they are on. */
    List<String> tokens(String name) {
        return all(name).stream()
                .flatMap(value -> Arrays.stream(value.split(",", -1)))
                .map(String::strip)
                .filter(element -> !element.isEmpty())
                .toList();
    }
}
