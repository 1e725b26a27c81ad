package otherworld.bots;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import otherworld.webrtc.turn.TurnServer;

class IceServersTest {
    private static final String OWN =
            "; rel=\"ice-server\"; username=\"9:a\\\"da\"; credential=\"se=cret\"; credential-type=\"password\"";

    @Test
    void theFirstThatUdpLeadsToIsTaken() {
        TurnServer server =
                IceServers.turn(
                                List.of(
                                        "<stun:127.0.0.9>; rel=\"ice-server\"",
                                        "<turns:127.0.0.1:5349>" + OWN,
                                        "<turn:127.0.0.2?transport=tcp>" + OWN,
                                        "<turn:127.0.0.3:3479?transport=udp>" + OWN,
                                        "<turn:127.0.0.4>" + OWN))
                        .orElseThrow();
        assertThat(server.address().getAddress().getHostAddress()).isEqualTo("127.0.0.3");
        assertThat(server.address().getPort()).isEqualTo(3_479);
        assertThat(server.username()).isEqualTo("9:a\"da");
        assertThat(server.credential()).isEqualTo("se=cret");
        assertThat(server.toString()).doesNotContain("se=cret");
    }

    @Test
    void withoutAPortItIsTheOneOfTurn() {
        assertThat(IceServers.turn(List.of("<turn:[::1]>" + OWN)).orElseThrow().address().getPort())
                .isEqualTo(3_478);
    }

    @Test
    void whatIsNoneOrOfAnotherRelationIsPassedOver() {
        assertThat(
                        IceServers.turn(
                                List.of(
                                        "<https://example.org>; rel=\"ice-server\"",
                                        "<turn:127.0.0.1>; rel=\"other\"",
                                        "<turn:127.0.0.1:0>" + OWN,
                                        "<turn:127.0.0.1:65536>" + OWN,
                                        "nonsense")))
                .isEmpty();
        assertThat(IceServers.turn(List.of())).isEmpty();
    }
}
