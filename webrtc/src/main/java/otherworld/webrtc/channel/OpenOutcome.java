package otherworld.webrtc.channel;

/** What became of opening a channel. */
public sealed interface OpenOutcome {
    /** It is on its way; messages may be sent at once. */
    record Opened(DataChannel channel) implements OpenOutcome {}

    /** It cannot be opened, and why. */
    record Refused(String reason) implements OpenOutcome {}
}
