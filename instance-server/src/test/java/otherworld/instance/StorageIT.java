package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import otherworld.base.Seat;
import otherworld.ledger.WorldState.InstanceState;
import otherworld.local.database.DatabaseServer;
import otherworld.protocol.EditDurable;
import otherworld.protocol.Notice;
import otherworld.protocol.NoticeKind;

/** A database that answers and does not keep, or has not kept, what it should. */
class StorageIT {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Backend backend = new Backend();
    private final Seat seat = backend.seat(3);

    @AfterEach
    void stop() {
        backend.close();
    }

    @Test
    void aWriterThatCannotCommitWhileTheLeaseIsRenewedIsToldToEveryone() throws Exception {
        assumeTrue(backend.sql.kind() == DatabaseServer.Kind.POSTGRESQL, "locks are PostgreSQL's");
        try (InstanceProcess instance = InstanceProcess.ready(backend, "pod-1");
                TestPlayer ada = TestPlayer.join(instance, backend.ticket("ada", seat))) {
            ada.walkTo(35, 35);
            long locked;
            try (Connection connection = backend.connect();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("LOCK TABLE journal IN ACCESS EXCLUSIVE MODE");
                locked = ada.place("crate", 35, 35);
                ada.applied(locked);
                stalls(instance, ada, 1, "the database commits nothing");
                try (TestPlayer late =
                        TestPlayer.join(instance, backend.ticket("eve", backend.seat(4)))) {
                    late.await(Notice.class, it -> it.kind() == NoticeKind.STORAGE_STALLED);
                }
                assertThat(ada.find(EditDurable.class, _ -> true)).isEmpty();
                connection.rollback();
            }
            works(instance, ada, 1);
            ada.durable(locked);

            backend.readOnly(true);
            long unwritten = ada.place("crate", 36, 35);
            ada.applied(unwritten);
            stalls(instance, ada, 2, "read-only");
            backend.readOnly(false);
            works(instance, ada, 2);
            ada.durable(unwritten);
            assertThat(ada.find(Notice.class, it -> it.kind() == NoticeKind.FROZEN)).isEmpty();
        }
    }

    private void stalls(InstanceProcess instance, TestPlayer player, int times, String cause)
            throws IOException {
        await().atMost(PATIENCE).until(() -> notices(player, NoticeKind.STORAGE_STALLED) == times);
        await().atMost(PATIENCE).until(() -> instance.status("/readyz") == 503);
        assertThat(instance.get("/readyz").body()).contains("the database commits nothing");
        assertThat(instance.metric("otherworld_instance_storage_stalled")).isEqualTo(1);
        await().atMost(PATIENCE).until(() -> toldLedger().contains(cause));
    }

    private void works(InstanceProcess instance, TestPlayer player, int times) throws IOException {
        await().atMost(PATIENCE).until(() -> notices(player, NoticeKind.STORAGE_WORKS) == times);
        instance.awaitReady();
        assertThat(instance.metric("otherworld_instance_storage_stalled")).isZero();
        await().atMost(PATIENCE).until(() -> toldLedger().isEmpty());
    }

    private static int notices(TestPlayer player, NoticeKind kind) {
        return player.find(Notice.class, it -> it.kind() == kind).size();
    }

    private String toldLedger() {
        return backend.seats.read(backend.instance.world()).instances().stream()
                .map(InstanceState::storage)
                .findFirst()
                .orElse("");
    }

    /** One life after another of one instance, each on a database that was tampered with. */
    @Test
    void startsAboveWhatRedisHasSeenWithoutWhatCannotBeReadAndNotOverAGap() throws Exception {
        try (InstanceProcess first = InstanceProcess.ready(backend, "pod-1");
                TestPlayer ada = TestPlayer.join(first, backend.ticket("ada", seat))) {
            ada.walkTo(35, 35);
            ada.durable(ada.place("crate", 35, 35));
            ada.durable(ada.place("crate", 36, 35));
        }
        backend.execute("UPDATE instance SET epoch = 40, holder = '', lease_until = now()");
        try (InstanceProcess second = InstanceProcess.ready(backend, "pod-2")) {
            assertThat(second.metric("otherworld_instance_epoch")).isEqualTo(41);
        }

        // As from a back-up: SQL is older than the ledger; and two entities are spoilt.
        backend.execute("UPDATE instance SET epoch = 3, holder = '', lease_until = now()");
        String entity =
                "INSERT INTO entity (world, ordinal, id, seq, body) VALUES ('%s', 0, %s, 0, '%s'::bytea)";
        backend.execute(entity.formatted(backend.instance.world(), "501", "\\x09"));
        backend.execute( // NaN for a place
                entity.formatted(
                        backend.instance.world(),
                        "502",
                        "\\x010000c07f0000c07f0000c07f00000000010061010062"));
        try (InstanceProcess third = InstanceProcess.ready(backend, "pod-3");
                TestPlayer ada = TestPlayer.join(third, backend.session("ada", seat))) {
            assertThat(ada.welcome().epoch()).isEqualTo(42);
            assertThat(third.metric("otherworld_instance_epochs_raised_total")).isEqualTo(1);
            assertThat(third.metric("otherworld_instance_unreadable_rows")).isEqualTo(2);
            assertThat(third.metric("otherworld_instance_entities")).isEqualTo(2);
            ada.walkTo(35, 35);
            ada.durable(ada.place("crate", 37, 35));
        }

        // A group that was committed, whose row is lost.
        backend.execute("UPDATE instance SET seq = seq + 1");
        try (InstanceProcess fourth = InstanceProcess.start(backend, "pod-4", Map.of())) {
            await().atMost(PATIENCE).until(() -> toldLedger().contains(" is missing, committed "));
            assertThat(fourth.status("/readyz")).isEqualTo(503);
            assertThat(fourth.get("/readyz").body()).contains("otherworld.persistence.Repair");
            backend.execute(
                    "INSERT INTO journal_gap (world, ordinal, seq, reason) SELECT world, ordinal, seq, 'test' FROM instance");
            fourth.awaitReady();
            assertThat(fourth.metric("otherworld_instance_entities")).isEqualTo(3);
            await().atMost(PATIENCE).until(() -> toldLedger().isEmpty());
        }
    }
}
