package otherworld.webrtc.sctp;

/**
 * How a message is delivered.
 *
 * @param ordered after all earlier ordered messages of its stream
 * @param maxRetransmits how often a lost message is sent again, 0 or more; {@link #UNLIMITED} for
 *     no limit
 * @param lifetimeMs after how long it is given up, 0 to 4,294,967,295 milliseconds; {@link
 *     #UNLIMITED} for never
 */
public record Delivery(boolean ordered, int maxRetransmits, long lifetimeMs) {
    public static final int UNLIMITED = -1;

    /** What a DCEP message can say. */
    public static final long MOST_LIFETIME_MS = 0xffff_ffffL;

    /** In order, until it arrived. */
    public static final Delivery RELIABLE = new Delivery(true, UNLIMITED, UNLIMITED);

    public Delivery {
        if (maxRetransmits < UNLIMITED || lifetimeMs < UNLIMITED || lifetimeMs > MOST_LIFETIME_MS) {
            throw new IllegalArgumentException(
                    "out of range: retransmits " + maxRetransmits + ", ms " + lifetimeMs);
        }
    }
}
