package otherworld.instance.transport.signalling;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import otherworld.http.Request;

/**
 * Who asks.
 *
 * @param behindGateway all connections come from gateways, which say in {@code X-Forwarded-For}
 *     whom for; from anybody else it would be worth nothing
 */
public record Clients(boolean behindGateway) {
    /** With port 0 if it is a gateway's word. */
    public InetSocketAddress of(Request request) {
        if (behindGateway && request.count("X-Forwarded-For") == 1) {
            try {
                return new InetSocketAddress(
                        InetAddress.ofLiteral(request.header("X-Forwarded-For").orElse("")), 0);
            } catch (IllegalArgumentException e) {
                return request.remote(); // no gateway of ours wrote that
            }
        }
        return request.remote();
    }
}
