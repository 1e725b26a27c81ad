package otherworld.webrtc.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DtlsWarmUpTest {
    @Test
    void handshakesSucceedUntilThereAreEnoughOrTheTimeIsOver() throws InterruptedException {
        assertThat(DtlsWarmUp.run(3, Duration.ofMinutes(1))).isEqualTo(3);
        assertThat(DtlsWarmUp.run(3, Duration.ZERO)).isZero();
    }
}
