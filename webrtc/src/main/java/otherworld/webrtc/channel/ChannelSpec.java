package otherworld.webrtc.channel;

import java.nio.charset.StandardCharsets;

/**
 * What a channel is asked to be (RFC 8832 section 5.1).
 *
 * @param label its name, at most {@link #MOST_NAME_BYTES} of UTF-8; need not be unique
 * @param protocol subprotocol, at most {@link #MOST_NAME_BYTES} of UTF-8, may be empty
 * @param ordered whether messages arrive in the order sent
 * @param reliability how hard it tries
 * @param priority its share against other channels, 0 to 65,535; 256 is normal, twice as much gets
 *     twice the bytes
 */
public record ChannelSpec(
        String label, String protocol, boolean ordered, Reliability reliability, int priority) {

    /** Longest label and longest protocol. */
    public static final int MOST_NAME_BYTES = 256;

    public static final int NORMAL_PRIORITY = 256;

    public ChannelSpec {
        requireShort("label", label);
        requireShort("protocol", protocol);
        if (priority < 0 || priority > 0xffff) {
            throw new IllegalArgumentException("priority out of range: " + priority);
        }
    }

    /** Ordered, until everything arrived. */
    public static ChannelSpec reliable(String label) {
        return new ChannelSpec(label, "", true, new Reliability.Reliable(), NORMAL_PRIORITY);
    }

    /** Sent once, in whatever order it arrives. */
    public static ChannelSpec unreliable(String label) {
        return new ChannelSpec(
                label, "", false, new Reliability.MaxRetransmits(0), NORMAL_PRIORITY);
    }

    private static void requireShort(String name, String value) {
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes > MOST_NAME_BYTES) {
            throw new IllegalArgumentException(
                    name + " has " + bytes + " bytes; at most " + MOST_NAME_BYTES + " fit");
        }
    }
}
