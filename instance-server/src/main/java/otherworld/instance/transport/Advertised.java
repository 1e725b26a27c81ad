package otherworld.instance.transport;

import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.ArrayList;
import java.util.List;
import otherworld.instance.config.WebRtcConfig;

/** Addresses that answers to offers name, best first. */
final class Advertised {
    private Advertised() {}

    /**
     * Looks names up; without any, the addresses of this machine's interfaces. Port 0 stands for
     * the one that is bound.
     *
     * @throws IOException if a name is unknown, or nothing is found
     */
    static List<InetSocketAddress> of(List<String> names) throws IOException {
        List<InetAddress> addresses = names.isEmpty() ? interfaces() : lookUp(names);
        if (addresses.isEmpty()) {
            throw new IOException(
                    "no address to advertise: set OTHERWORLD_ADVERTISED_ADDRESSES or OTHERWORLD_HOST_IP");
        }
        return addresses.stream()
                .distinct()
                .limit(WebRtcConfig.MAX_ADVERTISED)
                .map(address -> new InetSocketAddress(address, 0))
                .toList();
    }

    private static List<InetAddress> lookUp(List<String> names) throws IOException {
        List<InetAddress> found = new ArrayList<>();
        for (String name : names) {
            found.addAll(List.of(InetAddress.getAllByName(name)));
        }
        return found;
    }

    /** Those that other machines may reach; loopback if there is nothing else. */
    private static List<InetAddress> interfaces() throws IOException {
        List<InetAddress> found = new ArrayList<>();
        for (NetworkInterface each : NetworkInterface.networkInterfaces().toList()) {
            if (each.isUp() && !each.isLoopback()) {
                each.inetAddresses()
                        .filter(address -> !address.isLinkLocalAddress())
                        .sorted((a, b) ->
                                Boolean.compare(
                                        a instanceof Inet6Address, b instanceof Inet6Address))
                        .forEach(found::add);
            }
        }
        return found.isEmpty() ? List.of(InetAddress.getLoopbackAddress()) : found;
    }
}
