package otherworld.instance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import otherworld.base.Seat;
import otherworld.ops.ExitCode;
import otherworld.protocol.EditApplied;
import otherworld.protocol.EditDurable;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Notice;
import otherworld.protocol.NoticeKind;
import otherworld.protocol.PlaceEntity;
import otherworld.protocol.RefusalReason;
import otherworld.protocol.Welcome;

/** What happens to players and what they built when a part fails. */
class FaultsIT {
    private static final int EDITS = 40;

    private final Backend backend = new Backend();
    private final Seat seat = backend.seat(3);
    private InstanceProcess instance;

    @BeforeEach
    void start() {
        instance = InstanceProcess.ready(backend, "pod-1");
    }

    @AfterEach
    void stop() {
        instance.close();
        backend.close();
    }

    @Test
    void killedWhileSomebodyBuildsNothingDurableIsLostAndResendsAreDoneOnce() {
        TestPlayer ada = TestPlayer.join(instance, backend.ticket("ada", seat));
        ada.walkTo(35, 35);
        long first = ada.place("crate", 35, 35);
        ada.durable(first);
        for (int i = 1; i < EDITS; i++) {
            ada.place("crate", 35, 35 + i * 0.1f);
        }
        ada.await(EditApplied.class, answer -> answer.clientSequence() > first);
        instance.process.kill();
        ada.awaitClosed();
        Map<Long, Long> answers = answers(ada);
        Set<Long> durable = durable(ada);

        InstanceProcess successor = InstanceProcess.ready(backend, "pod-2");
        try (TestPlayer back = TestPlayer.join(successor, backend.session("ada", seat))) {
            Welcome welcome = back.welcome();
            assertThat(welcome.resumed()).isTrue();
            assertThat(welcome.seat()).isEqualTo(seat.number());
            assertThat(welcome.epoch()).isEqualTo(2);
            assertThat(welcome.lastClientSequence())
                    .isGreaterThanOrEqualTo(durable.stream().max(Long::compare).orElseThrow());
            for (long sequence = 1; sequence <= EDITS; sequence++) {
                back.say(
                        new PlaceEntity(
                                sequence, "crate", TestPlayer.at(35, 35 + (sequence - 1) * 0.1f)));
            }
            for (long sequence = 1; sequence <= EDITS; sequence++) {
                EditApplied answer = back.applied(sequence);
                if (durable.contains(sequence)) {
                    assertThat(answer.entity()).isEqualTo(answers.get(sequence));
                }
                back.durable(sequence);
            }
            assertThat(backend.stored()).hasSize(EDITS);
            assertThat(new HashSet<>(answers(back).values())).hasSize(EDITS);
            await().atMost(TestPlayer.PATIENCE)
                    .untilAsserted(() -> assertThat(back.props).hasSize(EDITS));
        } finally {
            successor.close();
        }
    }

    @Test
    void stoppedPastItsLeaseItIsReplacedAndEndsWhenItWakes() {
        TestPlayer ada = TestPlayer.join(instance, backend.ticket("ada", seat));
        ada.durable(ada.place("crate", 35, 35));
        instance.process.pause();
        InstanceProcess successor = InstanceProcess.ready(backend, "pod-2");
        try (TestPlayer back = TestPlayer.join(successor, backend.session("ada", seat))) {
            assertThat(back.welcome().epoch()).isEqualTo(2);
            instance.process.resume();
            ada.place("ghost", 35, 35);
            assertThat(instance.process.onExit())
                    .succeedsWithin(TestPlayer.PATIENCE)
                    .isEqualTo(ExitCode.FENCED);
            ada.awaitClosed();
            assertThat(answers(ada)).hasSize(1); // the ghost was not acknowledged
            assertThat(backend.stored().values())
                    .extracting(prop -> prop.model())
                    .containsExactly("crate");
            back.durable(back.place("chair", 35, 35));
        } finally {
            successor.close();
        }
    }

    @Test
    void anErrorInTheKeepingOfTheLeaseEndsTheProcess() throws Exception {
        TestPlayer ada = TestPlayer.join(instance, backend.ticket("ada", seat));
        // A row that the program does not reckon with.
        backend.execute("ALTER TABLE instance ALTER COLUMN candidate DROP NOT NULL");
        backend.execute("UPDATE instance SET candidate = NULL");
        assertThat(instance.process.onExit())
                .succeedsWithin(TestPlayer.PATIENCE)
                .isEqualTo(ExitCode.FENCED);
        ada.awaitClosed();
        assertThat(instance.log()).contains("the lease is not kept");
    }

    @Test
    void withoutRedisPlayersPlayOnAndResumeAndNobodyNewIsAdmitted() throws Exception {
        TestPlayer ada = TestPlayer.join(instance, backend.ticket("ada", seat));
        Seat other = backend.seat(4);
        TestPlayer bob = TestPlayer.join(instance, backend.ticket("bob", other));
        backend.redis.kill();
        try {
            assertThat(TestPlayer.hello(instance, backend.ticket("eve", backend.seat(5))).refusal())
                    .isEqualTo(GoodbyeReason.LEDGER_UNAVAILABLE);
            bob.drop();
            TestPlayer again = TestPlayer.join(instance, backend.session("bob", other));
            assertThat(again.welcome().resumed()).isTrue();
            ada.durable(ada.place("crate", 35, 35));
            assertThat(instance.status("/readyz")).isEqualTo(200);
        } finally {
            backend.redis.restart();
        }
        await().atMost(TestPlayer.PATIENCE)
                .ignoreExceptions()
                .until(() -> {
                    try (TestPlayer eve =
                            TestPlayer.hello(instance, backend.ticket("eve", backend.seat(5)))) {
                        await().atMost(Duration.ofSeconds(3)).until(() -> !eve.heard.isEmpty());
                        return eve.heard.getFirst() instanceof Welcome;
                    }
                });
    }

    @Test
    void withoutItsDatabaseItRefusesEditsLetsPlayersWalkAndGoesOnAfterwards() {
        TestPlayer ada = TestPlayer.join(instance, backend.ticket("ada", seat));
        TestPlayer bob = TestPlayer.join(instance, backend.ticket("bob", backend.seat(4)));
        ada.durable(ada.place("crate", 35, 35));
        backend.sql.pause();
        try {
            ada.await(Notice.class, notice -> notice.kind() == NoticeKind.FROZEN);
            assertThat(ada.refused(ada.place("crate", 35, 36)).reason())
                    .isEqualTo(RefusalReason.FROZEN);
            ada.walkTo(36, 36);
            long avatar = ada.welcome().avatar();
            await().atMost(TestPlayer.PATIENCE)
                    .untilAsserted(() ->
                            assertThat(bob.poses.get(avatar)).isEqualTo(TestPlayer.at(36, 36)));
            assertThat(TestPlayer.hello(instance, backend.ticket("eve", backend.seat(5))).refusal())
                    .isEqualTo(GoodbyeReason.FROZEN);
            assertThat(instance.status("/readyz")).isEqualTo(503);
            assertThat(instance.status("/healthz")).isEqualTo(200);
        } finally {
            backend.sql.resume();
        }
        ada.await(Notice.class, notice -> notice.kind() == NoticeKind.THAWED);
        long sequence = ada.place("chair", 35, 35);
        ada.durable(sequence);
        assertThat(ada.await(EditDurable.class, _ -> true).epoch()).isEqualTo(1);
        assertThat(backend.stored()).hasSize(2);
    }

    @Test
    void askedToStopItSaysSoKeepsEverythingAndLetsTheNextHostInAtOnce() throws Exception {
        TestPlayer ada = TestPlayer.join(instance, backend.ticket("ada", seat));
        ada.walkTo(36, 35);
        for (int i = 0; i < EDITS; i++) {
            ada.place("crate", 35, 35);
        }
        ada.await(EditApplied.class, answer -> answer.clientSequence() == EDITS);
        assertThat(instance.process.stop(Duration.ofSeconds(20))).isEqualTo(ExitCode.OK);
        ada.awaitClosed();
        assertThat(ada.find(Notice.class, n -> n.kind() == NoticeKind.CLOSING)).hasSize(1);
        assertThat(ada.refusal()).isEqualTo(GoodbyeReason.CLOSING);
        assertThat(durable(ada))
                .hasSize(EDITS); // all that was applied, acknowledged before the end
        assertThat(backend.stored()).hasSize(EDITS);
        InstanceProcess successor = InstanceProcess.ready(backend, "pod-2");
        try (TestPlayer back = TestPlayer.join(successor, backend.session("ada", seat))) {
            assertThat(back.welcome().resumed()).isTrue();
            assertThat(back.welcome().pose()).isEqualTo(TestPlayer.at(36, 35));
        } finally {
            successor.close();
        }
    }

    private static Map<Long, Long> answers(TestPlayer player) {
        Map<Long, Long> entities = new HashMap<>();
        player.find(EditApplied.class, _ -> true)
                .forEach(answer -> entities.put(answer.clientSequence(), answer.entity()));
        return entities;
    }

    private static Set<Long> durable(TestPlayer player) {
        Set<Long> sequences = new HashSet<>();
        player.find(EditDurable.class, _ -> true)
                .forEach(answer -> sequences.addAll(answer.clientSequences()));
        return sequences;
    }
}
