package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import otherworld.ops.ExitCode;

/** Instances in which nobody is, on long leases, and players who come then. */
class IdleHostIT {
    /** An instance is idle after 30 s, and its lease then lasts 30 s. */
    private static final Duration IDLE_WITHIN = Duration.ofSeconds(90);

    private final Backend quiet = new Backend();
    private final Backend crashed = new Backend();
    private final Backend doubled = new Backend();

    @AfterEach
    void stop() {
        quiet.close();
        crashed.close();
        doubled.close();
    }

    @Test
    void whoComesToAnIdleHostIsLetInOnAShortLeaseAndOneThatIsGoneIsReplacedAtOnce() {
        try (InstanceProcess host = InstanceProcess.ready(quiet, "pod-1");
                InstanceProcess killed = InstanceProcess.ready(crashed, "pod-1");
                InstanceProcess stale = InstanceProcess.ready(doubled, "pod-1")) {
            for (Backend backend : new Backend[] {quiet, crashed, doubled}) {
                await().atMost(IDLE_WITHIN)
                        .pollInterval(Duration.ofSeconds(1))
                        .until(backend::isIdle);
            }
            comesToAnIdleHost(host);
            killed.process.kill();
            isReplacedAtOnce(crashed);
            isReplacedAtOnce(doubled);
            assertThat(stale.process.onExit())
                    .succeedsWithin(TestPlayer.PATIENCE)
                    .isEqualTo(ExitCode.FENCED);
        }
    }

    private void comesToAnIdleHost(InstanceProcess host) {
        try (TestPlayer ada = TestPlayer.join(host, quiet.ticket("ada", quiet.seat(0)))) {
            assertThat(quiet.isIdle()).isFalse();
            assertThat(ada.welcome().epoch()).isEqualTo(1);
            ada.durable(ada.place("crate", 32, 32));
        }
    }

    /** Starting takes a JVM some seconds; the lease had some 25 left. */
    private static void isReplacedAtOnce(Backend backend) {
        long startNs = System.nanoTime();
        try (InstanceProcess successor = InstanceProcess.ready(backend, "pod-2");
                TestPlayer bob =
                        TestPlayer.join(successor, backend.ticket("bob", backend.seat(0)))) {
            assertThat(bob.welcome().epoch()).isEqualTo(2);
            assertThat(successor.log()).doesNotContain("Waiting for the lease: pod pod-1");
            assertThat(Duration.ofNanos(System.nanoTime() - startNs))
                    .isLessThan(Duration.ofSeconds(20));
        }
    }
}
