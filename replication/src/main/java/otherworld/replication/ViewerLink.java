package otherworld.replication;

/** Where a viewer's messages go. Called by the owner thread of {@link Replication} alone. */
public interface ViewerLink {
    /**
     * Nothing that is handed over is lost or overtaken, whichever method it is handed to: it counts
     * as acknowledged at once.
     */
    boolean isReliable();

    /** What was sent before has not gone out yet: nothing but what must arrive is to be sent. */
    boolean isBehind();

    /** Reliable, in order. The array is the link's from now on. */
    void send(byte[] message);

    /** May be lost or overtaken. The array is the link's from now on. */
    void sendUnreliable(byte[] message);
}
