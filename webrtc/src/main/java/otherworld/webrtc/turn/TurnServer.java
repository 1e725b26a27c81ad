package otherworld.webrtc.turn;

import java.net.InetSocketAddress;

/**
 * A TURN server, and who one is to it for a while.
 *
 * @param address over UDP; resolved
 */
public record TurnServer(InetSocketAddress address, String username, String credential) {
    /** RFC 7065: where a URL names no port. */
    public static final int DEFAULT_PORT = 3_478;

    /** Never the credential. */
    @Override
    public String toString() {
        return "TurnServer[%s, %s]".formatted(address, username);
    }
}
