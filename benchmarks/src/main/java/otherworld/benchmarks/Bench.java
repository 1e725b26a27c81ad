package otherworld.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import otherworld.replication.ReplicationSettings;

/** One bench: starts what it needs, runs bounded, stops everything. */
interface Bench {
    /** Seconds of its measured part unless --seconds says otherwise. */
    int usualSeconds();

    Figures run(Request request) throws Exception;

    /**
     * @param time of the measured part, or of each of its parts
     * @param work an empty folder for logs and data, deleted afterwards
     * @param out where raw samples go, if anywhere
     * @param cold whether the bench may take minutes to measure a first run
     * @param choice of what is measured
     */
    record Request(
            Duration time,
            long seed,
            Path root,
            Path work,
            Optional<Path> out,
            boolean cold,
            Choice choice) {}

    /**
     * What of a bench runs, for those that have parts.
     *
     * @param rounds of each part by turns
     * @param only these parts, by name; empty: all
     * @param resumes whether rounds in the folder of raw samples count too
     * @param isLossy whether over a path that loses packets
     * @param hasSockets whether with real connections where usually without
     * @param kbitPerPlayer what our players may be told of others' movement, in kbit/s
     */
    record Choice(
            int rounds,
            Set<String> only,
            boolean resumes,
            boolean isLossy,
            boolean hasSockets,
            int kbitPerPlayer) {
        static final int USUAL_ROUNDS = 5;
        static final int USUAL_KBIT = ReplicationSettings.BITS_PER_SECOND / 1_000;
        static final Choice ALL =
                new Choice(USUAL_ROUNDS, Set.of(), false, false, false, USUAL_KBIT);

        boolean has(String part) {
            return only.isEmpty() || only.contains(part);
        }
    }
}
