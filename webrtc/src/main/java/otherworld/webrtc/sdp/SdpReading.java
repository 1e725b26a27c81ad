package otherworld.webrtc.sdp;

/** What came of reading a session description. */
public sealed interface SdpReading {
    record Read(SessionDescription description) implements SdpReading {}

    /** {@code why} tells what is wrong and what to send instead; it may be shown to the sender. */
    record Refused(String why) implements SdpReading {}
}
