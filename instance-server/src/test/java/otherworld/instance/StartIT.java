package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import otherworld.protocol.GoodbyeReason;

/** A pod that comes before what it needs says what it waits for, and is ready once that comes. */
class StartIT {
    private final Backend backend = new Backend();

    @AfterEach
    void stop() {
        backend.close();
    }

    @Test
    void withoutRedisItIsAliveAndNotReadyUntilItComes() throws IOException {
        backend.redis.kill();
        try (InstanceProcess instance = InstanceProcess.start(backend, "pod-1", Map.of())) {
            try {
                notReady(instance, "the ledger has not answered yet");
                says(instance, "The ledger does not answer");
                try (TestPlayer early =
                        TestPlayer.hello(instance, backend.ticket("ada", backend.seat(0)))) {
                    assertThat(early.refusal()).isEqualTo(GoodbyeReason.LEDGER_UNAVAILABLE);
                }
            } finally {
                backend.redis.restart();
            }
            admitsAda(instance);
            says(instance, "The ledger answers again");
        }
    }

    @Test
    void withoutItsDatabaseItIsAliveAndNotReadyUntilItComes() throws IOException {
        backend.sql.kill();
        try (InstanceProcess instance = InstanceProcess.start(backend, "pod-1", Map.of())) {
            try {
                notReady(instance, "refused");
                says(instance, "Waiting for the lease");
                assertThat(instance.log().lines().filter(line -> line.contains("WARN  Lease")))
                        .as("said once, not with every try")
                        .hasSize(1)
                        .allMatch(line -> line.contains("refused"));
                try (TestPlayer early =
                        TestPlayer.hello(instance, backend.ticket("ada", backend.seat(0)))) {
                    assertThat(early.refusal()).isEqualTo(GoodbyeReason.NOT_READY);
                }
            } finally {
                backend.sql.restart();
            }
            admitsAda(instance);
        }
    }

    @Test
    void aDatabaseThatHangsIsWaitedForToo() throws IOException {
        backend.sql.pause();
        try (InstanceProcess instance = InstanceProcess.start(backend, "pod-1", Map.of())) {
            try {
                notReady(instance, "SQLSTATE");
            } finally {
                backend.sql.resume();
            }
            admitsAda(instance);
        }
    }

    private static void says(InstanceProcess instance, String what) {
        await().atMost(TestPlayer.PATIENCE).until(() -> instance.log().contains(what));
    }

    private static void notReady(InstanceProcess instance, String because) throws IOException {
        await().atMost(Duration.ofSeconds(60)).until(() -> instance.status("/readyz") == 503);
        await().atMost(TestPlayer.PATIENCE)
                .untilAsserted(() -> assertThat(instance.get("/readyz").body()).contains(because));
        assertThat(instance.status("/healthz")).isEqualTo(200);
    }

    private void admitsAda(InstanceProcess instance) {
        instance.awaitReady();
        try (TestPlayer ada = TestPlayer.join(instance, backend.ticket("ada", backend.seat(0)))) {
            ada.durable(ada.place("crate", 32, 32));
        }
    }
}
