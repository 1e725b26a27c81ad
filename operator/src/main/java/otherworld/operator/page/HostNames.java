package otherworld.operator.page;

import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Under which names the page answers: a web site that has its own name point to an address of
 * somebody's network could read it through their browser otherwise (DNS rebinding).
 */
final class HostNames {
    private static final Pattern ADDRESS =
            Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}|\\[[0-9a-f:.]{2,45}]");

    /** Of one label, which no public name is, or below what no public name ends with. */
    private static final Pattern OF_CLUSTER =
            Pattern.compile("[a-z0-9-]{1,63}|[a-z0-9.-]{1,250}\\.(svc|local|localhost|internal)");

    private final Set<String> more;

    HostNames(Set<String> more) {
        this.more = Set.copyOf(more);
    }

    /**
     * @param header {@code Host}, with or without a port
     */
    boolean allow(String header) {
        String name = header.toLowerCase(Locale.ROOT).replaceFirst(":[0-9]{1,5}$", "");
        return ADDRESS.matcher(name).matches()
                || OF_CLUSTER.matcher(name).matches()
                || more.contains(name);
    }
}
