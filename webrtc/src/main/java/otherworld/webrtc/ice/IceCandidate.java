package otherworld.webrtc.ice;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Optional;

/**
 * A candidate of component 1 over UDP with a numeric address (RFC 8839 section 5.1); others are
 * left out when read, as the RFC tells to do with candidates one cannot use.
 *
 * @param priority 1 to 2^31 − 1
 */
public record IceCandidate(
        String foundation, long priority, InetSocketAddress address, CandidateType type) {
    private static final int HOST_TYPE_PREFERENCE = 126;
    private static final int PEER_REFLEXIVE_TYPE_PREFERENCE = 110;
    private static final int MAX_LOCAL_PREFERENCE = 65_535;
    private static final int COMPONENT = 1;

    /** A host candidate; {@code rank} 0 is preferred most (RFC 8445 section 5.1.2.1). */
    public static IceCandidate host(InetSocketAddress address, int rank) {
        return new IceCandidate(
                Integer.toString(rank + 1),
                priority(HOST_TYPE_PREFERENCE, rank),
                address,
                CandidateType.HOST);
    }

    /** The priority that a check offers for the peer-reflexive candidate it may show. */
    public static long peerReflexivePriority(int rank) {
        return priority(PEER_REFLEXIVE_TYPE_PREFERENCE, rank);
    }

    private static long priority(int typePreference, int rank) {
        return ((long) typePreference << 24)
                + ((long) (MAX_LOCAL_PREFERENCE - rank) << 8)
                + (256 - COMPONENT);
    }

    /** The value of an {@code a=candidate:} line, after the colon. */
    public String format() {
        return "%s %d udp %d %s %d typ %s"
                .formatted(
                        foundation,
                        COMPONENT,
                        priority,
                        numeric(address.getAddress()),
                        address.getPort(),
                        type);
    }

    private static String numeric(InetAddress address) {
        String text = address.getHostAddress();
        int scope = text.indexOf('%');
        return scope < 0 ? text : text.substring(0, scope);
    }

    /**
     * Reads the value of a candidate line. Empty for what cannot be used: TCP, other components,
     * names (mDNS included: nothing is looked up on behalf of a stranger), and what is malformed.
     */
    public static Optional<IceCandidate> parse(String value) {
        String[] parts = value.trim().split(" +", 9);
        if (parts.length < 8
                || parts[0].length() > 32
                || !parts[1].equals("1")
                || !parts[2].toLowerCase(Locale.ROOT).equals("udp")
                || !parts[6].equals("typ")) {
            return Optional.empty();
        }
        try {
            long priority = Long.parseLong(parts[3]);
            int port = Integer.parseInt(parts[5]);
            if (priority < 1 || priority > Integer.MAX_VALUE || port < 1 || port > 65_535) {
                return Optional.empty();
            }
            InetSocketAddress address =
                    new InetSocketAddress(InetAddress.ofLiteral(parts[4]), port);
            return CandidateType.parse(parts[7])
                    .map(type -> new IceCandidate(parts[0], priority, address, type));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
