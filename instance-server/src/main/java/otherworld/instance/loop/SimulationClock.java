package otherworld.instance.loop;

/** The simulation's time. Injected, so that tests turn it by hand. */
public interface SimulationClock {
    /** Monotonic. */
    long nanoTime();

    /** Milliseconds since 1970, for people and for clients. */
    long wallMs();
}
