package otherworld.instance.loop;

/** The simulation's time. Injected, so that tests turn it by hand. */
public interface SimulationClock {
    /** Monotonic. */
    long nanoTime();

    /** Milliseconds since 1970, for people and for clients. */
    long wallMs();

    /**
     * Processor time of the calling thread, in nanoseconds from any moment: what its own work
     * takes, whoever else wants the processor.
     */
    default long workNs() {
        return nanoTime();
    }
}
