package otherworld.instance.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import otherworld.instance.config.Limits;
import otherworld.instance.metrics.InstanceMetrics.Limit;

/** Connections at their limits, and one beyond. */
class ConnectionsTest {
    private static final InetAddress ADA = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress BOB = InetAddress.ofLiteral("192.0.2.2");

    private final Connections connections = new Connections(3, 2);

    @Test
    void anAddressHasItsOwnAndAllTogetherTheirs() {
        assertThat(connections.opened(ADA)).isEmpty();
        assertThat(connections.opened(ADA)).isEmpty();
        assertThat(connections.opened(ADA)).contains(Limit.CONNECTIONS_PER_ADDRESS);
        assertThat(connections.opened(BOB)).isEmpty();
        assertThat(connections.opened(BOB)).contains(Limit.CONNECTIONS);
        connections.closed(ADA);
        assertThat(connections.opened(BOB)).isEmpty();
        connections.closed(ADA);
        connections.closed(BOB);
        connections.closed(BOB);
        assertThat(connections.total()).isZero();
        assertThat(connections.opened(ADA)).isEmpty();
    }

    @Test
    void anIpv6ClientHasItsWhole64() {
        assertThat(connections.opened(InetAddress.ofLiteral("2001:db8::1"))).isEmpty();
        assertThat(connections.opened(InetAddress.ofLiteral("2001:db8::f:2"))).isEmpty();
        assertThat(connections.opened(InetAddress.ofLiteral("2001:db8::ffff:0:0:3")))
                .contains(Limit.CONNECTIONS_PER_ADDRESS);
        assertThat(connections.opened(InetAddress.ofLiteral("2001:db8:0:1::1"))).isEmpty();
        assertThat(AddressBlock.of(InetAddress.ofLiteral("0.0.0.1")))
                .isNotEqualTo(AddressBlock.of(InetAddress.ofLiteral("0:0:0:1::")));
    }

    @Test
    void howManyThereMayBeIsWhatHalfTheHeapHolds() {
        assertThat(Limits.connections(192L << 20)).isEqualTo(3_072);
        assertThat(Limits.connections(512L << 20)).isEqualTo(Limits.MAX_CONNECTIONS);
        assertThat(Limits.connections(64L << 30)).isEqualTo(Limits.MAX_CONNECTIONS);
        assertThat(Limits.connections(1)).isEqualTo(64);
    }
}
