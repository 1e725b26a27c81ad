package otherworld.webrtc.port;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class HandshakeGateTest {
    private static final InetAddress A = InetAddress.ofLiteral("192.0.2.1");
    private static final InetAddress B = InetAddress.ofLiteral("192.0.2.2");

    private final List<String> started = new ArrayList<>();
    private final HandshakeGate<String> gate = new HandshakeGate<>(3, 2, started::add);

    @Test
    void theLimitRunsAndTheNextWaits() {
        assertThat(gate.request("a1", A)).isEqualTo(HandshakeGate.Turn.STARTED);
        assertThat(gate.request("a1", A)).isEqualTo(HandshakeGate.Turn.KNOWN);
        assertThat(gate.request("a2", A)).isEqualTo(HandshakeGate.Turn.STARTED);
        assertThat(gate.request("a3", A))
                .as("third of one source")
                .isEqualTo(HandshakeGate.Turn.WAITS);
        assertThat(gate.request("b1", B)).isEqualTo(HandshakeGate.Turn.STARTED);
        assertThat(gate.request("b2", B)).as("fourth of all").isEqualTo(HandshakeGate.Turn.WAITS);
        gate.ended("b1");
        assertThat(started)
                .as("a3 is first, but its source is at its limit")
                .containsExactly("a1", "a2", "b1", "b2");
        gate.ended("a1");
        assertThat(started).endsWith("a3");
        assertThat(gate.waiting()).isZero();
        assertThat(gate.running()).isEqualTo(3);
    }

    @Test
    void whoLeavesDoesNotBegin() {
        gate.request("a1", A);
        gate.request("a2", A);
        gate.request("a3", A);
        gate.leave("a3");
        gate.leave("a1");
        assertThat(gate.running()).as("its thread still runs").isEqualTo(2);
        gate.ended("a1");
        gate.ended("a2");
        gate.ended("a2");
        assertThat(gate.running()).isZero();
        assertThat(started).containsExactly("a1", "a2");
    }
}
