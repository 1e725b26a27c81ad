package otherworld.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import otherworld.operator.config.OperatorSettings.Election;

class LeadershipTest {
    private static final String UUID = "-0b8f7c1e-4d5a-4f6b-9c3d-2e1f0a9b8c7d";

    private final AtomicInteger lost = new AtomicInteger();
    private final Leadership leadership =
            new Leadership(
                    new Election(true, "default", Duration.ofSeconds(15)), lost::incrementAndGet);
    private final LeaderCallbacks callbacks =
            leadership.configuration().orElseThrow().getLeaderCallbacks().orElseThrow();

    /** Between one replica that ends and the next: an exception here would end the election. */
    @Test
    @SuppressWarnings("NullAway") // as the framework calls it
    void aLeaseThatWasGivenBackIsNobodys() {
        callbacks.onNewLeader("operator-a" + UUID);
        assertThat(leadership.leader()).contains("operator-a");
        callbacks.onNewLeader(null);
        assertThat(leadership.leader()).isEmpty();
        callbacks.onNewLeader("");
        assertThat(leadership.leader()).isEmpty();
        callbacks.onNewLeader("operator-b" + UUID);
        assertThat(leadership.leader()).contains("operator-b");
    }

    @Test
    void whoLosesTheLeaseIsToldOnceAndWhoResignsLosesNothing() {
        callbacks.onStartLeading();
        assertThat(leadership.leads()).isTrue();
        callbacks.onStopLeading();
        callbacks.onStopLeading();
        assertThat(leadership.leads()).isFalse();
        assertThat(lost).hasValue(1);
    }
}
