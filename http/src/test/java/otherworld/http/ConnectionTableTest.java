package otherworld.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import otherworld.http.ConnectionTable.Admission;
import otherworld.http.ConnectionTable.Admission.Admitted;
import otherworld.http.ConnectionTable.Admission.Displaced;
import otherworld.http.ConnectionTable.Admission.Refused;
import otherworld.http.ConnectionTable.Limit;

class ConnectionTableTest {
    /** Connections are texts such as {@code a1}; their first letter is the address. */
    private final ConnectionTable<String> table =
            new ConnectionTable<>(4, 3, connection -> connection.charAt(0));

    @Test
    void theOneTooManyDisplacesTheOldestThatNeverAsked() {
        for (String one : new String[] {"a1", "b1", "c1", "d1"}) {
            assertThat(table.add(one)).isEqualTo(new Admitted<String>());
        }
        table.busy("a1");
        table.idle("a1");
        assertThat(table.add("e1")).isEqualTo(new Displaced<>("b1", Limit.IN_ALL));
        assertThat(table.size()).isEqualTo(4);
        assertThat(table.all()).containsExactlyInAnyOrder("a1", "c1", "d1", "e1");
    }

    @Test
    void withoutSilentOnesTheLongestIdleGoes() {
        for (String one : new String[] {"a1", "b1", "c1", "d1"}) {
            table.add(one);
            table.busy(one);
        }
        table.idle("c1");
        table.idle("a1");
        assertThat(table.add("e1")).isEqualTo(new Displaced<>("c1", Limit.IN_ALL));
    }

    @Test
    void nobodyWhoWaitsForAnAnswerGoes() {
        for (String one : new String[] {"a1", "b1", "c1", "d1"}) {
            table.add(one);
            table.busy(one);
        }
        assertThat(table.add("e1")).isEqualTo(new Refused<String>(Limit.IN_ALL));
        table.remove("b1");
        assertThat(table.add("e1")).isEqualTo(new Admitted<String>());
    }

    @Test
    void whoWasHandedOverStaysOnceItIsKnown() {
        for (String one : new String[] {"a1", "b1", "c1", "d1"}) {
            table.add(one);
            table.busy(one);
        }
        table.idle("d1");
        table.handedOver("a1");
        table.handedOver("b1");
        table.handedOver("c1");
        table.known("a1");
        assertThat(table.add("e1")).isEqualTo(new Displaced<>("b1", Limit.IN_ALL));
        table.known("b1"); // too late
        assertThat(table.add("f1")).isEqualTo(new Displaced<>("e1", Limit.IN_ALL));
        table.busy("f1");
        assertThat(table.add("g1")).isEqualTo(new Displaced<>("c1", Limit.IN_ALL));
        table.busy("g1");
        assertThat(table.add("h1")).isEqualTo(new Displaced<>("d1", Limit.IN_ALL));
        table.busy("h1");
        assertThat(table.add("i1")).isEqualTo(new Refused<String>(Limit.IN_ALL));
        assertThat(table.all()).containsExactlyInAnyOrder("a1", "f1", "g1", "h1");
    }

    @Test
    void anAddressDisplacesItsOwnAlone() {
        table.add("b1");
        table.add("a1");
        table.add("a2");
        table.add("a3");
        assertThat(table.add("a4")).isEqualTo(new Displaced<>("a1", Limit.PER_ADDRESS));
        table.remove("a2");
        table.remove("a2");
        assertThat(table.add("a5")).isEqualTo(new Admitted<String>());
        Admission<String> next = table.add("a6");
        assertThat(next).isEqualTo(new Displaced<>("a3", Limit.PER_ADDRESS));
    }

    @Test
    void whoHadToGoIsNotBusyAnyMoreAndThoseWhoAreStay() {
        table.add("a1");
        table.add("a2");
        table.add("a3");
        assertThat(table.add("a4")).isEqualTo(new Displaced<>("a1", Limit.PER_ADDRESS));
        assertThat(table.busy("a1")).isFalse();
        for (String one : new String[] {"a2", "a3", "a4"}) {
            assertThat(table.busy(one)).isTrue();
        }
        assertThat(table.add("a5")).isEqualTo(new Refused<String>(Limit.PER_ADDRESS));
        assertThat(table.add("b1")).isEqualTo(new Admitted<String>());
        assertThat(table.add("c1")).isEqualTo(new Displaced<>("b1", Limit.IN_ALL));
        table.remove("a3");
        assertThat(table.add("a5")).isEqualTo(new Admitted<String>());
        for (String one : new String[] {"a2", "a4", "a5", "c1"}) {
            table.remove(one);
        }
        assertThat(table.size()).isZero();
    }

    @Test
    void oneSubscribersIpv6IsOneAddress() {
        AddressBlock first = block("2001:db8:0:1::1");
        assertThat(block("2001:db8:0:1:ffff::9")).isEqualTo(first);
        assertThat(block("2001:db8:0:1:0:ffff:0:3")).isEqualTo(first);
        assertThat(block("2001:db8:0:2::1")).isNotEqualTo(first);
        assertThat(block("192.0.2.1")).isNotEqualTo(block("192.0.2.2"));
        assertThat(block("0.0.0.1")).isNotEqualTo(block("0:0:0:1::"));
    }

    private static AddressBlock block(String address) {
        return AddressBlock.of(InetAddress.ofLiteral(address));
    }

    @Test
    void limitsFitHeapAndFiles() {
        assertThat(HttpLimits.connectionsFitting(256L << 20, 1 << 20)).isEqualTo(4096);
        assertThat(HttpLimits.connectionsFitting(64L << 30, 1 << 20)).isEqualTo(20_000);
        assertThat(HttpLimits.connectionsFitting(64L << 30, 1024)).isEqualTo(768);
        assertThat(HttpLimits.connectionsFitting(1, 1)).isEqualTo(16);
    }
}
