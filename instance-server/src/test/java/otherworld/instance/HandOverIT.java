package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import otherworld.base.Seat;
import otherworld.local.process.Signal;
import otherworld.ops.ExitCode;
import otherworld.protocol.GoodbyeReason;

/** A pod that is being deleted, and its successor. */
class HandOverIT {
    /** Of 30 s that it would wait for a successor. */
    private static final Duration SOON = Duration.ofSeconds(12);

    private final Backend backend = new Backend();
    private final Seat seat = backend.seat(3);

    @AfterEach
    void stop() {
        backend.close();
    }

    @Test
    void playersPlayOnUntilTheSuccessorIsThereAndItHostsAtOnce() throws Exception {
        try (InstanceProcess old = InstanceProcess.ready(backend, "pod-1")) {
            TestPlayer ada = TestPlayer.join(old, backend.ticket("ada", seat));
            assertThat(old.status("/hand-over")).isEqualTo(200);
            old.process.signal(Signal.TERMINATE);
            Thread.sleep(1_000);
            ada.durable(ada.place("crate", 35, 35));
            assertThat(old.status("/readyz")).isEqualTo(200);
            assertThat(old.process.isAlive()).isTrue();

            InstanceProcess successor = InstanceProcess.ready(backend, "pod-2");
            try {
                assertThat(old.process.onExit()).succeedsWithin(SOON).isEqualTo(ExitCode.OK);
                ada.awaitClosed();
                assertThat(ada.refusal()).isEqualTo(GoodbyeReason.CLOSING);
                assertThat(old.log()).contains("to pod pod-2");
                try (TestPlayer back = TestPlayer.join(successor, backend.session("ada", seat))) {
                    assertThat(back.welcome().resumed()).isTrue();
                    assertThat(back.welcome().epoch()).isEqualTo(2);
                }
                assertThat(backend.stored()).hasSize(1);
            } finally {
                successor.close();
            }
        }
    }

    @Test
    void whereNobodyIsInsideItEndsAtOnceAndWhereNobodyComesInTime() {
        try (InstanceProcess empty = InstanceProcess.ready(backend, "pod-1")) {
            assertThat(empty.status("/hand-over")).isEqualTo(200);
            empty.process.signal(Signal.TERMINATE);
            assertThat(empty.process.onExit()).succeedsWithin(SOON).isEqualTo(ExitCode.OK);
        }
        Map<String, String> oneSecond = Map.of("OTHERWORLD_HAND_OVER_TIMEOUT", "1s");
        try (InstanceProcess alone = InstanceProcess.ready(backend, "pod-2", oneSecond)) {
            TestPlayer ada = TestPlayer.join(alone, backend.ticket("ada", seat));
            assertThat(alone.status("/hand-over")).isEqualTo(200);
            alone.process.signal(Signal.TERMINATE);
            assertThat(alone.process.onExit()).succeedsWithin(SOON).isEqualTo(ExitCode.OK);
            ada.awaitClosed();
            assertThat(alone.log()).contains("to nobody yet");
        }
    }
}
