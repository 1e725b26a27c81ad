package otherworld.local.up;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** What a cluster has only if it is asked for, by an option of {@code up}. */
enum Extra {
    GATEWAY("gateway"),
    OBSERVE("prometheus");

    private final String part;

    /**
     * @param part by which it is known that a cluster has it
     */
    Extra(String part) {
        this.part = part;
    }

    String option() {
        return "--" + name().toLowerCase(Locale.ROOT);
    }

    boolean isIn(ClusterState state) {
        return state.has(part);
    }

    /** Of a supervisor's arguments, those that are extras. */
    static Set<Extra> among(List<String> words) {
        return Arrays.stream(values())
                .filter(extra -> words.contains(extra.name()))
                .collect(Collectors.toUnmodifiableSet());
    }
}
