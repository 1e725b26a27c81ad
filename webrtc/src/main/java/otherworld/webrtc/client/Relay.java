package otherworld.webrtc.client;

import java.net.InetSocketAddress;

/** What a peer has of its TURN server. */
public sealed interface Relay {
    /** There is none, or it has not answered yet. */
    record None() implements Relay {}

    /** An address, which is not used: another way was quicker, or nothing came through yet. */
    record Allocated(InetSocketAddress relayed) implements Relay {}

    /** The connection goes through it. */
    record Used(InetSocketAddress relayed) implements Relay {}

    /** No address, or none any more. */
    record Failed(String why) implements Relay {}
}
