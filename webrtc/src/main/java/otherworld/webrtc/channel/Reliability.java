package otherworld.webrtc.channel;

/** How hard a channel tries (RFC 8832 section 5.1). */
public sealed interface Reliability {
    /** Until it arrived. */
    record Reliable() implements Reliability {}

    /**
     * A lost message is sent again at most so often, 0 to 4,294,967,295 as DCEP says it; above 2^31
     * − 1 counts as that.
     */
    record MaxRetransmits(int times) implements Reliability {
        public MaxRetransmits {
            if (times < 0) {
                throw new IllegalArgumentException("negative retransmits: " + times);
            }
        }
    }

    /** A message is given up after so many milliseconds, 0 to 4,294,967,295. */
    record MaxLifetime(long milliseconds) implements Reliability {
        public MaxLifetime {
            if (milliseconds < 0 || milliseconds > 0xffff_ffffL) {
                throw new IllegalArgumentException("lifetime out of range: " + milliseconds);
            }
        }
    }
}
