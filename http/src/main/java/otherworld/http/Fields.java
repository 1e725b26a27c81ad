package otherworld.http;

import java.util.ArrayList;
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
        List<String> values = new ArrayList<>(0);
        for (Field field : fields) {
            if (field.name().equals(lower)) {
                values.add(field.value());
            }
        }
        return List.copyOf(values);
    }

    /** The value of the first line of this name. */
    Optional<String> first(String name) {
        String lower = name.toLowerCase(Locale.ROOT);
        for (Field field : fields) {
            if (field.name().equals(lower)) {
                return Optional.of(field.value());
            }
        }
        return Optional.empty();
    }

    /** Whether a list of tokens with commas between them has this one, in any case. */
    boolean hasToken(String name, String token) {
        for (String each : tokens(name)) {
            if (token.equalsIgnoreCase(each)) {
                return true;
            }
        }
        return false;
    }

    /** All elements of a list with commas between them, whatever lines they are on. */
    List<String> tokens(String name) {
        List<String> tokens = new ArrayList<>(0);
        for (String value : all(name)) {
            for (String part : value.split(",", -1)) {
                String element = part.strip();
                if (!element.isEmpty()) {
                    tokens.add(element);
                }
            }
        }
        return List.copyOf(tokens);
    }
}
