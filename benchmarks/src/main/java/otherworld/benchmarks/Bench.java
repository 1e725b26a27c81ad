package otherworld.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

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
     */
    record Request(
            Duration time, long seed, Path root, Path work, Optional<Path> out, boolean cold) {}
}
