package otherworld.persistence;

import java.time.Duration;
import java.util.Optional;

/**
 * Keeps, or waits for, the lease of one instance, on a thread and a connection of its own. A
 * database that does not answer shows as {@link State.Waiting} or {@link State.Frozen}, never as an
 * exception.
 *
 * <p>Holding the lease only says when to stop: safety rests on the fence in every write, because
 * between a look at {@link #state} and a write any pause is possible.
 *
 * <p>TTL 2.5 s on the database's clock, renewed every 0.5 s; the holder counts itself frozen 1.8 s
 * after it <em>sent</em> its last successful renewal. A waiting pod registers as candidate and
 * acquires when the lease is released, idle or has passed, with epoch + 1.
 *
 * <p>While an instance is empty its lease may be <em>idle</em>: 30 s, renewed every 10 s, and free
 * for any pod to take. {@link #relax} allows that; {@link #tighten} ends it, and nobody may be
 * admitted before it has said true. Thread-safe.
 */
public interface Ownership extends AutoCloseable {
    /** The state now. Cheap: reads a volatile field and the injected clock; called every tick. */
    State state();

    /**
     * Pod UID that waits to take over, as of the last renewal; empty if none. Cheap. It is the pod
     * that registered last, and may have died since.
     */
    Optional<String> candidate();

    /**
     * Blocks until the lease is held or lost, {@link #release} was called, or {@code timeout} has
     * passed; returns the state then.
     */
    State awaitHeld(Duration timeout) throws InterruptedException;

    /**
     * Makes the lease short, at once, and keeps it short until {@link #relax}. True once the
     * database has confirmed that and as long as the lease is {@link State.Held}; until then nobody
     * may be admitted. Cheap: never blocks on the database.
     */
    boolean tighten();

    /** Allows the lease to be idle from its next renewal on: nobody is inside, nobody comes. */
    void relax();

    /**
     * Makes the epoch higher than {@code above}, while the lease stays held: something outside the
     * database has seen that epoch, such as after the database was restored from a back-up. Call
     * before anything is done at the old epoch; blocks for {@code timeout} at most.
     *
     * @return the state then: held at a higher epoch if it was done
     */
    State raise(long above, Duration timeout) throws InterruptedException;

    /**
     * Waits until what {@link #tighten} asked for is confirmed, the lease is lost, or {@code
     * timeout} has passed; returns whether it is.
     */
    boolean awaitTight(Duration timeout) throws InterruptedException;

    /**
     * Gives the lease up now, so that a successor need not wait for its end, and stops contending.
     * Idempotent; returns within 3 s even if the database does not answer (then the lease passes by
     * itself). Flush the {@link PatchWriter} before: it can commit nothing once a successor has
     * acquired. From the call on the state is never Held.
     */
    void release();

    /** Stops renewing, releases if held: {@link #release}. */
    @Override
    void close();

    sealed interface State {
        /** Another pod holds it, or the database does not answer. */
        record Waiting(String reason) implements State {}

        record Held(long epoch) implements State {}

        /**
         * Held, but not renewed in time: acknowledge nothing, admit nobody; renewed at the same
         * epoch it is Held again.
         */
        record Frozen(long epoch, String reason) implements State {}

        /** A higher epoch was seen, or the lease was released: the process must exit. */
        record Lost(long epoch, long seenEpoch) implements State {}

        /** An error in this program ended the keeping of the lease: the process must exit. */
        record Failed(String reason) implements State {}
    }
}
