package otherworld.bots;

/**
 * The clock of a run: wall time that never steps back, so that latencies between bots of one
 * process are true. Thread-safe.
 */
final class RunClock {
    private final long startNs = System.nanoTime();
    private final long startUs = System.currentTimeMillis() * 1000;

    /** Microseconds since 1970 by the clock at the start of the run. */
    long nowUs() {
        return startUs + (System.nanoTime() - startNs) / 1000;
    }

    long nowMs() {
        return nowUs() / 1000;
    }
}
