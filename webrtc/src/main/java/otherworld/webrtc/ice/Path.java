package otherworld.webrtc.ice;

import java.net.InetSocketAddress;

/**
 * Where a datagram came from or goes to.
 *
 * @param socket index of our socket
 * @param remote the other side's address as seen by that socket
 */
public record Path(int socket, InetSocketAddress remote) {}
