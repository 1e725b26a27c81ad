package otherworld.instance.session;

import otherworld.protocol.GoodbyeReason;
import otherworld.replication.ViewerLink;

/** A client's connection, whatever carries it. */
public interface Link extends ViewerLink {
    /**
     * Queues a message, to arrive once and in order; {@code message} must not change any more.
     * Simulation thread only, after admission. Never blocks: when the queue is at its bound the
     * connection ends with TOO_SLOW.
     */
    @Override
    void send(byte[] message);

    /**
     * Like {@link #send}, but the message may be lost, and may overtake or be overtaken by any
     * other: for what the next message of its kind replaces. At most {@link
     * otherworld.protocol.Protocol#MAX_UNRELIABLE_BYTES}. A transport that has one channel only
     * sends it in order with the others; one that is behind may leave it out.
     */
    @Override
    void sendUnreliable(byte[] message);

    /** Whether a transport with one channel carries it, so that nothing needs acknowledging. */
    @Override
    boolean isReliable();

    /**
     * Whether more than {@link otherworld.instance.config.Limits#BEHIND_BYTES} wait for the client.
     * Simulation thread only.
     */
    @Override
    boolean isBehind();

    /** Lets what was queued go out. Simulation thread only; called once a turn. */
    void flush();

    /**
     * Every link has been flushed: what they share is woken once. Simulation thread only; called
     * once a turn, on each link.
     */
    default void turnOver() {}

    /**
     * Sends what is queued, then Goodbye, then closes. Any thread; the first call counts.
     *
     * @param retryAfterMs when trying again makes sense; 0 if it does not
     */
    void goodbye(GoodbyeReason reason, int retryAfterMs, String detail);

    /** The client's address, for logs. */
    String remote();
}
