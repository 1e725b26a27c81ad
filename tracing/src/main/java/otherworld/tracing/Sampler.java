package otherworld.tracing;

import java.util.Locale;

/**
 * Which traces are recorded, as {@code OTEL_TRACES_SAMPLER} has it. Decided once, where a trace
 * begins; what follows is told.
 *
 * @param ratio of the traces that begin here, 0 to 1
 * @param regardsParents whether who comes with a trace of their own that is recorded has ours
 *     recorded as well
 */
record Sampler(double ratio, boolean regardsParents) {
    /** What the specification has where nothing is set. */
    static final Sampler DEFAULT = new Sampler(1, true);

    static final String NAMES =
            "always_on, always_off, traceidratio, or one of these behind parentbased_";

    private static final String BY_PARENT = "parentbased_";

    Sampler {
        if (!(ratio >= 0 && ratio <= 1)) {
            throw new IllegalArgumentException("A ratio is from 0 to 1, not " + ratio);
        }
    }

    /**
     * @param ratio for samplers that have one
     * @throws IllegalArgumentException if there is no such sampler
     */
    static Sampler of(String name, double ratio) {
        String root = name.toLowerCase(Locale.ROOT);
        boolean parents = root.startsWith(BY_PARENT);
        return switch (parents ? root.substring(BY_PARENT.length()) : root) {
            case "always_on" -> new Sampler(1, parents);
            case "always_off" -> new Sampler(0, parents);
            case "traceidratio" -> new Sampler(ratio, parents);
            default -> throw new IllegalArgumentException();
        };
    }

    /** Whether the trace with this random number is recorded. */
    boolean samples(long random) {
        // 53 bits, which a double has.
        return (random >>> 11) < ratio * 0x1p53;
    }
}
