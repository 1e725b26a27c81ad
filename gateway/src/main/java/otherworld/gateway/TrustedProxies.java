package otherworld.gateway;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import otherworld.http.Request;

/**
 * Whose word on a client's address counts. {@code X-Forwarded-For} is looked at only if the
 * connection comes from one of these networks, and then from its end: the first address that is not
 * itself of these networks is the client's, since a proxy of ours has written it. What stands
 * before that a client can have made up.
 */
public record TrustedProxies(List<Network> networks) {
    public static final TrustedProxies NONE = new TrustedProxies(List.of());

    /**
     * @param bits of the address that count
     */
    public record Network(InetAddress address, int bits) {
        static Network parse(String text) {
            int slash = text.indexOf('/');
            InetAddress address =
                    InetAddress.ofLiteral(slash < 0 ? text : text.substring(0, slash));
            int most = address.getAddress().length * 8;
            int bits = slash < 0 ? most : Integer.parseInt(text.substring(slash + 1));
            if (bits < 0 || bits > most) {
                throw new IllegalArgumentException(text + " has no such prefix length");
            }
            return new Network(address, bits);
        }

        boolean has(InetAddress other) {
            byte[] mine = address.getAddress();
            byte[] its = other.getAddress();
            if (mine.length != its.length) {
                return false;
            }
            for (int bit = 0; bit < bits; bit += 8) {
                int mask = bits - bit >= 8 ? 0xff : 0xff << (8 - (bits - bit)) & 0xff;
                if ((mine[bit / 8] & mask) != (its[bit / 8] & mask)) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public String toString() {
            return address.getHostAddress() + "/" + bits;
        }
    }

    public TrustedProxies {
        networks = List.copyOf(networks);
    }

    /** Networks such as {@code 10.0.0.0/8}, or addresses, with commas between them. */
    static TrustedProxies parse(String text) {
        return new TrustedProxies(
                Arrays.stream(text.split(",", -1))
                        .map(String::strip)
                        .filter(each -> !each.isEmpty())
                        .map(Network::parse)
                        .toList());
    }

    public boolean none() {
        return networks.isEmpty();
    }

    /** Who sent the request, as far as those who can be trusted know. */
    public InetAddress client(Request request) {
        InetAddress client = request.remote().getAddress();
        List<String> hops = new ArrayList<>(request.tokens("X-Forwarded-For"));
        while (trusts(client) && !hops.isEmpty()) {
            Optional<InetAddress> before = address(hops.removeLast());
            if (before.isEmpty()) {
                break;
            }
            client = before.get();
        }
        return client;
    }

    private boolean trusts(InetAddress address) {
        return networks.stream().anyMatch(network -> network.has(address));
    }

    /** Some proxies write a port, too. */
    private static Optional<InetAddress> address(String hop) {
        String text = hop;
        if (text.startsWith("[")) {
            int end = text.indexOf(']');
            text = end < 0 ? text : text.substring(1, end);
        } else if (text.indexOf(':') == text.lastIndexOf(':') && text.indexOf(':') > 0) {
            text = text.substring(0, text.indexOf(':'));
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return String.join(",", networks.stream().map(Network::toString).toList());
    }
}
