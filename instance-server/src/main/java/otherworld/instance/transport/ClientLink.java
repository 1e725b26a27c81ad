package otherworld.instance.transport;

import otherworld.instance.session.Link;

/** A connection as the transports see it. */
interface ClientLink extends Link {
    /**
     * Whether this side has said, or is about to say, Goodbye: what the client says counts no more.
     * Any thread.
     */
    boolean isEnding();

    /** Its client has shown a genuine token: it is no stranger's any more. Any thread. */
    default void known() {}
}
