package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HostDirectoryTest {
    private static String host(String address) {
        return new InstanceHost(
                        0,
                        "plaza-0-1",
                        "uid-1",
                        List.of("wss://play.example.org/i/default.plaza/0/v1/play"),
                        address,
                        InstanceHost.Phase.READY)
                .encode();
    }

    @Test
    void thePodThatReportedLastIsFoundWhereTheOperatorSays() {
        assertThat(
                        RedisHostDirectory.found(
                                Map.of(
                                        "podUid",
                                        "uid-1",
                                        "epoch",
                                        "7",
                                        "host:uid-1",
                                        host("10.0.0.7:20001"),
                                        "host:uid-2",
                                        host("10.0.0.8:20001"))))
                .hasValue(new HostDirectory.Found(7, "uid-1", "10.0.0.7:20001"));
    }

    @Test
    void whoeverIsNotBothIsNobody() {
        String here = host("10.0.0.7:20001");
        for (Map<String, String> fields :
                List.of(
                        Map.<String, String>of(),
                        Map.of("podUid", "uid-1", "epoch", "7"),
                        Map.of("podUid", "uid-2", "epoch", "7", "host:uid-1", here),
                        Map.of("epoch", "7", "host:uid-1", here),
                        Map.of("podUid", "uid-1", "epoch", "x", "host:uid-1", here),
                        Map.of("podUid", "uid-1", "epoch", "7", "host:uid-1", host("")),
                        Map.of("podUid", "uid-1", "epoch", "7", "host:uid-1", "READY"))) {
            assertThat(RedisHostDirectory.found(fields)).as("%s", fields).isEmpty();
        }
    }

    @Test
    void anAddressChangesNothingOfWhatElseIsReadFromAHost() {
        for (String address : List.of("", "10.0.0.7:20001", "[fd00::7]:20001")) {
            assertThat(InstanceHost.podName(host(address))).isEqualTo("plaza-0-1");
            assertThat(InstanceHost.address(host(address))).isEqualTo(address);
            assertThat(InstanceHost.endpoints(host(address)))
                    .containsExactly("wss://play.example.org/i/default.plaza/0/v1/play");
        }
        assertThat(InstanceHost.podName("")).isEmpty();
    }
}
