package otherworld.benchmarks;

import java.util.Objects;

/**
 * One case of {@link EngineBench} in a JVM of its own, so that it is compiled by what it does
 * itself and not by what other cases did with the same methods before.
 *
 * <p>Arguments: case, seed, milliseconds. Prints the least nanoseconds of an operation, of the case
 * and of the reference loop.
 */
final class EngineFork {
    private static final int WARM_UP_ROUNDS = 40;
    private static final long WARM_UP_NS = 1_500_000_000L;

    private EngineFork() {}

    public static void main(String[] arguments) {
        EngineCases.Case measured =
                Objects.requireNonNull(
                                EngineCases.all(Long.parseLong(arguments[1])).get(arguments[0]),
                                arguments[0])
                        .get();
        EngineCases.Case reference = EngineCases.reference();
        long warmNs = System.nanoTime() + WARM_UP_NS;
        for (int round = 0; round < WARM_UP_ROUNDS || System.nanoTime() < warmNs; round++) {
            double _ = reference.nsPerOperation() + measured.nsPerOperation();
        }
        double leastNs = Double.MAX_VALUE;
        double leastReferenceNs = Double.MAX_VALUE;
        long untilNs = System.nanoTime() + Long.parseLong(arguments[2]) * 1_000_000;
        while (System.nanoTime() < untilNs) {
            leastReferenceNs = Math.min(leastReferenceNs, reference.nsPerOperation());
            leastNs = Math.min(leastNs, measured.nsPerOperation());
        }
        System.out.println(leastNs + " " + leastReferenceNs);
    }
}
