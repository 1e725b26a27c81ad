package otherworld.instance.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;
import otherworld.instance.config.Limits;
import otherworld.instance.loop.SimulatedInstance.Client;
import otherworld.instance.session.Entry;
import otherworld.instance.session.Link;
import otherworld.persistence.EntityPatch;
import otherworld.persistence.InstanceStore.Loaded;
import otherworld.persistence.InstanceStore.RecentEdit;
import otherworld.persistence.Ownership;
import otherworld.persistence.PatchWriter;
import otherworld.persistence.PropBody;
import otherworld.protocol.EditApplied;
import otherworld.protocol.EditDurable;
import otherworld.protocol.EditRefused;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Leave;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.Notice;
import otherworld.protocol.NoticeKind;
import otherworld.protocol.PlaceProp;
import otherworld.protocol.Pose;
import otherworld.protocol.PresenceDelta;
import otherworld.protocol.PropDelta;
import otherworld.protocol.PropState;
import otherworld.protocol.RefusalReason;
import otherworld.protocol.Rotation;
import otherworld.protocol.Welcome;
import otherworld.protocol.ZoneSnapshot;
import otherworld.tickets.SessionToken;

class TurnsAndTicksTest {
    private final SimulatedInstance world = new SimulatedInstance();
    private final Client ada = new Client();
    private final Client bob = new Client();

    @Test
    void welcomesThenShowsTheZoneThenOnlyWhatChanges() {
        Player first = world.join("ada", 0, ada);
        world.join("bob", 1, bob);
        world.ticks(4);
        assertThat(ada.heard.getFirst()).isInstanceOf(Welcome.class);
        assertThat(ada.all(ZoneSnapshot.class)).hasSize(1);
        assertThat(ada.all(ZoneSnapshot.class).getFirst().avatars()).hasSize(2);
        int quiet = ada.heard.size();
        world.ticks(30);
        assertThat(ada.heard).hasSize(quiet); // nothing happened, nothing is said
        Pose there = new Pose(33, 0, 33, first.avatar.pose().rotation());
        world.simulation.receive(first, ada, new MoveIntent(1, there, 99));
        world.ticks(2);
        PresenceDelta delta = bob.all(PresenceDelta.class).getLast();
        assertThat(delta.moved()).hasSize(1);
        assertThat(delta.moved().getFirst().pose()).isEqualTo(there);
        assertThat(delta.moved().getFirst().sourceTimeMs()).isEqualTo(99);
    }

    @Test
    void aMoveMayBeLostButWhereItEndedIsToldOnceMoreReliably() {
        Player walker = world.join("ada", 0, ada);
        world.join("bob", 1, bob);
        world.ticks(4);
        for (int step = 1; step <= 20; step++) {
            Pose next = new Pose(33, 0, 33 + step * 0.1f, walker.avatar.pose().rotation());
            world.simulation.receive(walker, ada, new MoveIntent(step, next, step));
            world.ticks(4); // 7.5 a second, fewer than the presence rate
        }
        assertThat(bob.all(PresenceDelta.class)).hasSize(1 + 20); // who came, and each step
        assertThat(bob.mayBeLost).hasSize(20);
        world.ticks(30);
        assertThat(bob.mayBeLost).hasSize(20);
        assertThat(bob.all(PresenceDelta.class)).hasSize(1 + 20 + 1);
        assertThat(bob.all(PresenceDelta.class).getLast().moved())
                .extracting(move -> move.pose())
                .containsExactly(walker.avatar.pose());
    }

    @Test
    void whoMovesIsToldInFullDatagramsWhichEachStandForThemselves() {
        List<Player> players = new ArrayList<>();
        for (int seat = 0; seat < 100; seat++) {
            players.add(world.join("p" + seat, seat, seat == 0 ? ada : new Client()));
        }
        world.ticks(4);
        players.forEach(player -> {
            Link link = Objects.requireNonNull(player.avatar.link());
            Pose next = new Pose(33, 0, 33, player.avatar.pose().rotation());
            world.simulation.receive(player, link, new MoveIntent(1, next, 1_795_253_000_123L));
        });
        world.ticks(2);
        assertThat(ada.mayBeLost).hasSize(3);
        assertThat(ada.mayBeLost).allMatch(message -> message.length <= 1150);
        assertThat(ada.mayBeLost.subList(0, 2)).allMatch(message -> message.length > 1100);
        assertThat(ada.all(PresenceDelta.class).stream().mapToInt(d -> d.moved().size()).sum())
                .isEqualTo(100);
    }

    @Test
    void anIntentThatComesLateCountsForNothing() {
        Player walker = world.join("ada", 0, ada);
        Pose newer = new Pose(33, 0, 33, walker.avatar.pose().rotation());
        world.simulation.receive(walker, ada, new MoveIntent(7, newer, 7));
        world.simulation.receive(walker, ada, new MoveIntent(6, Pose.ORIGIN, 6));
        world.simulation.receive(walker, ada, new MoveIntent(7, Pose.ORIGIN, 7));
        assertThat(walker.avatar.pose()).isEqualTo(newer);
        assertThat(ada.heard).hasSize(1); // Welcome, and no correction
    }

    @Test
    void whoCameAndWentBetweenTwoDeltasIsToldAsGone() {
        world.join("ada", 0, ada);
        world.ticks(4);
        Player guest = world.join("bob", 1, bob);
        world.simulation.tick(); // a snapshot may have told somebody of bob
        world.simulation.receive(guest, bob, new Leave());
        world.ticks(3);
        assertThat(ada.all(PresenceDelta.class).getLast().left())
                .containsExactly(guest.avatar.number);
        assertThat(bob.goodbyes).containsExactly(GoodbyeReason.LEFT);
        assertThat(world.seatChanges).containsExactly("released bob");
    }

    @Test
    void anEditIsAppliedThenDurableAndToldToTheZone() {
        Player builder = world.join("ada", 0, ada);
        world.join("bob", 1, bob);
        world.ticks(2);
        place(builder, 1);
        world.ticks(1);
        assertThat(ada.all(EditApplied.class)).hasSize(1);
        assertThat(ada.all(EditDurable.class)).isEmpty();
        assertThat(bob.all(PropDelta.class).getLast().changed()).hasSize(1);
        world.storage.commit();
        world.ticks(1);
        assertThat(ada.all(EditDurable.class).getFirst().clientSequences()).containsExactly(1L);
        place(builder, 1); // sent again
        world.ticks(1);
        assertThat(ada.all(EditApplied.class)).hasSize(2);
        assertThat(ada.all(EditDurable.class)).hasSize(2);
        assertThat(world.storage.offered).hasSize(1);
    }

    @Test
    void aSlowDatabaseRefusesEditsAtItsBoundBeforeAnythingIsChanged() {
        world.storage.room = 2;
        Player builder = world.join("ada", 0, ada);
        for (int sequence = 1; sequence <= 3; sequence++) {
            place(builder, sequence);
        }
        world.ticks(1);
        assertThat(ada.all(EditApplied.class)).hasSize(2);
        assertThat(ada.all(EditRefused.class).getFirst().reason())
                .isEqualTo(RefusalReason.STORAGE_SLOW);
        world.storage.commit();
        place(builder, 3);
        assertThat(ada.all(EditApplied.class)).hasSize(3);
    }

    @Test
    void editsBeyondTheirRateAreRefused() {
        Player builder = world.join("ada", 0, ada);
        for (int sequence = 1; sequence <= Limits.EDITS_BURST + 1; sequence++) {
            place(builder, sequence);
        }
        assertThat(ada.all(EditApplied.class)).hasSize(Limits.EDITS_BURST);
        assertThat(ada.all(EditRefused.class).getFirst().reason())
                .isEqualTo(RefusalReason.RATE_LIMITED);
    }

    @Test
    void frozenItAcknowledgesNothingAndThawedItGoesOn() {
        Player builder = world.join("ada", 0, ada);
        place(builder, 1);
        world.lease = new Ownership.State.Frozen(5, "no renewal");
        world.storage.commit();
        world.ticks(3);
        place(builder, 2);
        assertThat(ada.all(Notice.class).getLast().kind()).isEqualTo(NoticeKind.FROZEN);
        assertThat(ada.all(EditDurable.class)).isEmpty();
        assertThat(ada.all(EditRefused.class).getFirst().reason()).isEqualTo(RefusalReason.FROZEN);
        assertThat(world.simulation.check(world.ticket("eve", 9)))
                .isInstanceOfSatisfying(
                        Entry.Refused.class,
                        no -> assertThat(no.reason()).isEqualTo(GoodbyeReason.FROZEN));
        assertThat(world.simulation.status().admitting()).isFalse();
        world.lease = new Ownership.State.Held(5);
        world.ticks(1);
        assertThat(ada.all(Notice.class).getLast().kind()).isEqualTo(NoticeKind.THAWED);
        assertThat(ada.all(EditDurable.class)).hasSize(1);
        assertThat(world.fenced).isEmpty();
    }

    @Test
    void aWriterThatCommitsNothingForLongIsToldOnceWhileEditsGoOn() {
        Player builder = world.join("ada", 0, ada);
        world.storage.health =
                new PatchWriter.Health.Stalled(
                        "disk full", Duration.ofMillis(Limits.STORAGE_STALLED_MS - 1));
        world.ticks(3);
        assertThat(ada.all(Notice.class)).isEmpty();
        assertThat(world.simulation.status().storage()).isEmpty();
        world.storage.health =
                new PatchWriter.Health.Stalled(
                        "disk full", Duration.ofMillis(Limits.STORAGE_STALLED_MS));
        world.ticks(3);
        assertThat(ada.all(Notice.class))
                .extracting(Notice::kind)
                .containsExactly(NoticeKind.STORAGE_STALLED);
        assertThat(ada.all(Notice.class).getFirst().detail()).doesNotContain("disk full");
        assertThat(world.simulation.status().storage()).contains("disk full");
        assertThat(world.simulation.status().admitting()).isTrue();
        place(builder, 1);
        assertThat(ada.all(EditApplied.class)).hasSize(1);
        world.join("bob", 1, bob);
        assertThat(bob.all(Notice.class)).hasSize(1);
        world.storage.health = new PatchWriter.Health.Working();
        world.ticks(3);
        assertThat(ada.all(Notice.class).getLast().kind()).isEqualTo(NoticeKind.STORAGE_WORKS);
        assertThat(ada.all(Notice.class)).hasSize(2);
        assertThat(world.simulation.status().storage()).isEmpty();
    }

    @Test
    void damagedStorageRefusesEditsByItsNameAndKeepsPlayers() {
        Player builder = world.join("ada", 0, ada);
        world.storage.health = new PatchWriter.Health.Damaged("group 7 is missing");
        world.ticks(1);
        place(builder, 1);
        assertThat(ada.all(EditRefused.class).getFirst().reason())
                .isEqualTo(RefusalReason.STORAGE_DAMAGED);
        assertThat(world.simulation.status().storage()).contains("group 7");
        assertThat(world.fenced).isEmpty();
        assertThat(ada.goodbyes).isEmpty();
    }

    @Test
    void aHostThatClosesInOrderDoesNotBlameTheDatabase() {
        Player builder = world.join("ada", 0, ada);
        world.simulation.beginClosing();
        place(builder, 1);
        EditRefused refused = ada.all(EditRefused.class).getFirst();
        assertThat(refused.reason()).isEqualTo(RefusalReason.CLOSING);
        assertThat(refused.detail()).doesNotContain("database");
    }

    @Test
    void whatCannotBeReadIsLeftOutAndLocksNobodyOut() {
        PropBody good = new PropBody("crate", 32, 0, 32, Rotation.IDENTITY, "ada");
        byte[] future = good.encode();
        future[0] = 9;
        List<EntityPatch> stored =
                List.of(
                        new EntityPatch(1, false, good.encode()),
                        new EntityPatch(2, false, future),
                        new EntityPatch(3, false, new byte[0]),
                        new EntityPatch(4, false, body("crate", Float.NaN)),
                        new EntityPatch(5, false, body("crate", Float.POSITIVE_INFINITY)),
                        new EntityPatch(6, false, body("c".repeat(129), 32)));
        SimulatedInstance damaged =
                new SimulatedInstance(
                        new Loaded(
                                1,
                                stored,
                                List.of(new RecentEdit(new PlayerId("ada"), 1, new byte[] {9}))));
        Player builder = damaged.join("ada", 0, ada);
        damaged.ticks(2);
        assertThat(ada.all(ZoneSnapshot.class).getLast().props())
                .extracting(PropState::entity)
                .containsExactly(1L);
        assertThat(damaged.ports.metrics().unreadable.get()).isEqualTo(6);
        // Its answer cannot be read, but it was done: not once more.
        damaged.simulation.receive(builder, ada, new PlaceProp(1, "crate", builder.avatar.pose()));
        assertThat(damaged.storage.offered).isEmpty();
    }

    private static byte[] body(String model, float x) {
        return new PropBody(model, x, 0, 32, Rotation.IDENTITY, "ada").encode();
    }

    @Test
    void aHigherEpochOrAFencedWriterEndsTheProcess() {
        world.join("ada", 0, ada);
        world.lease = new Ownership.State.Lost(5, 6);
        world.ticks(1);
        assertThat(world.fenced).isNotEmpty();
        SimulatedInstance failed = new SimulatedInstance();
        failed.lease = new Ownership.State.Failed("a bug");
        failed.ticks(1);
        assertThat(failed.fenced).contains("a bug");
        SimulatedInstance other = new SimulatedInstance();
        other.storage.health = new PatchWriter.Health.Fenced("epoch 6 writes");
        other.ticks(1);
        assertThat(other.fenced).contains("epoch 6 writes");
    }

    @Test
    void aLostPlayerIsHeldUntilTheWindowHasPassedAndComesBackWhereTheyStood() {
        Player lost = world.join("ada", 0, ada);
        Pose there = new Pose(40, 0, 40, lost.avatar.pose().rotation());
        world.simulation.receive(lost, ada, new MoveIntent(1, there, 1));
        world.simulation.disconnected(lost, ada);
        world.ticks(30 * 29);
        SessionToken token =
                new SessionToken(
                        lost.id,
                        SimulatedInstance.PLAZA,
                        lost.seat,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        "r");
        Client again = new Client();
        assertThat(world.simulation.admit(token, again)).isInstanceOf(Seating.Seated.class);
        assertThat(((Welcome) again.heard.getFirst()).pose()).isEqualTo(there);
        world.simulation.disconnected(lost, again);
        world.ticks(30 * 31);
        assertThat(world.seatChanges)
                .containsExactly("held ada", "resumed ada", "held ada", "released ada");
        assertThat(world.simulation.admit(token, again)).isInstanceOf(Seating.Refused.class);
    }

    @Test
    void whoSaysNothingForLongIsEnded() {
        world.join("ada", 0, ada);
        world.ticks(30 * Limits.IDLE_MS / 1000 + 2);
        assertThat(ada.goodbyes).containsExactly(GoodbyeReason.IDLE);
    }

    @Test
    void posesAreOfferedWhileSomebodyMovesAndLogsWhoIsWhere() {
        Player walker = world.join("ada", 0, ada);
        world.ticks(1);
        int before = world.poses.size();
        world.ticks(60);
        assertThat(world.poses).hasSize(before);
        world.simulation.receive(
                walker,
                ada,
                new MoveIntent(1, new Pose(33, 0, 33, walker.avatar.pose().rotation()), 1));
        world.ticks(1);
        assertThat(world.poses).hasSize(before + 1);
        assertThat(world.zoneLog.jsonLinesAfter(0))
                .isEqualTo(
                        "{\"seq\":1,\"timeMs\":1000000,\"player\":\"ada\",\"zone\":\"0,0\",\"event\":\"enter\"}\n");
        assertThat(world.zoneLog.jsonLinesAfter(1)).isEmpty();
    }

    private void place(Player builder, long sequence) {
        world.simulation.receive(
                builder, ada, new PlaceProp(sequence, "crate", builder.avatar.pose()));
    }
}
