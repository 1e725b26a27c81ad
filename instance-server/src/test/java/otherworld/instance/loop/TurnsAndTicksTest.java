package otherworld.instance.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;
import otherworld.instance.EntityMirror;
import otherworld.instance.config.Limits;
import otherworld.instance.loop.SimulatedInstance.Client;
import otherworld.instance.session.Link;
import otherworld.instance.session.Verdict;
import otherworld.persistence.EntityPatch;
import otherworld.persistence.InstanceStore.Loaded;
import otherworld.persistence.InstanceStore.RecentEdit;
import otherworld.persistence.Ownership;
import otherworld.persistence.PatchWriter;
import otherworld.persistence.PropBody;
import otherworld.protocol.Acknowledge;
import otherworld.protocol.EditApplied;
import otherworld.protocol.EditDurable;
import otherworld.protocol.EditRefused;
import otherworld.protocol.EntityUpdate;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Joint;
import otherworld.protocol.JointPose;
import otherworld.protocol.Leave;
import otherworld.protocol.MoveIntent;
import otherworld.protocol.Notice;
import otherworld.protocol.NoticeKind;
import otherworld.protocol.Ping;
import otherworld.protocol.PlaceEntity;
import otherworld.protocol.Pose;
import otherworld.protocol.PositionCorrection;
import otherworld.protocol.RefusalReason;
import otherworld.protocol.Rotation;
import otherworld.protocol.Welcome;
import otherworld.tickets.SessionToken;

class TurnsAndTicksTest {
    private final SimulatedInstance world = new SimulatedInstance();
    private final Client ada = new Client();
    private final Client bob = new Client();

    @Test
    void welcomesThenShowsWhatIsThereThenOnlyWhatChanges() {
        Player first = world.join("ada", 0, ada);
        world.join("bob", 1, bob);
        world.ticks(30);
        assertThat(ada.heard.getFirst()).isInstanceOf(Welcome.class);
        assertThat(ada.mirror.players.values()).containsExactlyInAnyOrder("ada", "bob");
        int quiet = ada.heard.size();
        world.ticks(30);
        assertThat(ada.heard).hasSize(quiet); // nothing happened, nothing is said
        Pose there = new Pose(33, 0, 33, world.pose(first).rotation());
        world.simulation.receive(first, ada, new MoveIntent(1, there, List.of()));
        world.ticks(2);
        assertThat(bob.heard.getLast()).isInstanceOf(EntityUpdate.class);
        assertThat(bob.mirror.poses).containsEntry(world.entity(first), there);
        int told = bob.heard.size();
        world.ticks(30);
        assertThat(bob.heard).hasSize(told);
    }

    @Test
    void howOldAMovementIsIsMeasuredOnceItsViewersAreTold() {
        Player first = world.join("ada", 0, ada);
        world.join("bob", 1, bob);
        world.ticks(30);
        Pose there = new Pose(33, 0, 33, world.pose(first).rotation());
        world.simulation.receive(first, ada, new MoveIntent(1, there, List.of()));
        world.ticks(30);
        var ages = world.ports.metrics().deliveryAgeSeconds.collect().getDataPoints();
        assertThat(ages.getFirst().getCount()).isEqualTo(1);
        assertThat(ages.getFirst().getSum()).isBetween(0.001, 0.2);
    }

    @Test
    void newcomersAndThoseWhoComeBackAreCountedApart() {
        Player first = world.join("ada", 0, ada);
        world.simulation.disconnected(first, ada);
        SessionToken token =
                new SessionToken(
                        first.id,
                        SimulatedInstance.PLAZA,
                        first.seat,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        "r",
                        List.of());
        world.simulation.admit(token, new Client(), SimulatedInstance.SESSION);
        world.join("bob", 1, bob);
        assertThat(world.ports.metrics().admissions(false)).isEqualTo(2);
        assertThat(world.ports.metrics().admissions(true)).isEqualTo(1);
        assertThat(world.ports.metrics().disconnects.get()).isEqualTo(1);
    }

    @Test
    void aBodyIsSeenWithTheJointsThatItsClientTracks() {
        Player walker = world.join("ada", 0, ada);
        world.join("bob", 1, bob);
        world.ticks(30);
        long avatar = world.entity(walker);
        assertThat(bob.mirror.transforms(avatar)).isEqualTo(1);
        JointPose head = new JointPose(Joint.HEAD, 0, 1.75f, 0, Rotation.ofYaw(1));
        JointPose hand = new JointPose(Joint.RIGHT_HAND, 0.5f, 1, 0.25f, Rotation.IDENTITY);
        Pose there = new Pose(33, 0, 33, Rotation.IDENTITY);
        world.simulation.receive(walker, ada, new MoveIntent(1, there, List.of(head, hand)));
        world.ticks(10);
        assertThat(bob.mirror.transforms(avatar)).isEqualTo(3);
        JointPose far = new JointPose(Joint.RIGHT_HAND, 9, 1, 0.25f, Rotation.IDENTITY);
        world.simulation.receive(walker, ada, new MoveIntent(2, there, List.of(head, far)));
        assertThat(ada.all(PositionCorrection.class)).hasSize(1);
        assertThat(world.world.entities().jointX(walker.avatar, 2)).isEqualTo(0.5f);
    }

    @Test
    void jointsOutOfOrderAreMalformed() {
        Player walker = world.join("ada", 0, ada);
        JointPose head = new JointPose(Joint.HEAD, 0, 1.75f, 0, Rotation.IDENTITY);
        world.simulation.receive(
                walker, ada, new MoveIntent(1, world.pose(walker), List.of(head, head)));
        assertThat(ada.goodbyes).containsExactly(GoodbyeReason.MALFORMED);
    }

    @Test
    void whatWasNeverSentCannotBeAcknowledged() {
        Player liar = world.join("ada", 0, ada);
        world.ticks(4);
        world.simulation.receive(liar, ada, new Acknowledge(0, 0, 1));
        assertThat(ada.goodbyes).isEmpty();
        world.simulation.receive(liar, ada, new Acknowledge(0, 0, 1_000));
        assertThat(ada.goodbyes).containsExactly(GoodbyeReason.MALFORMED);
    }

    @Test
    void whoDoesNotReadIsToldNothingAndAfterSomeSecondsGoes() {
        Player walker = world.join("ada", 0, ada);
        world.join("bob", 1, bob);
        world.ticks(4);
        int told = bob.heard.size();
        bob.behind = true;
        for (int step = 1; step <= 20; step++) {
            Pose next = new Pose(33, 0, 33 + step * 0.1f, Rotation.IDENTITY);
            world.simulation.receive(walker, ada, new MoveIntent(step, next, List.of()));
            world.ticks(2);
        }
        assertThat(bob.heard).hasSize(told);
        bob.behind = false;
        world.ticks(2);
        assertThat(bob.mirror.poses).containsEntry(world.entity(walker), world.pose(walker));
        bob.behind = true;
        for (int second = 0; second < Limits.BEHIND_MS / 1_000; second++) {
            world.ticks(30);
            assertThat(bob.goodbyes).isEmpty();
        }
        world.simulation.receive(walker, ada, new Ping(1, 1));
        world.ticks(30);
        assertThat(bob.goodbyes).containsExactly(GoodbyeReason.TOO_SLOW);
        assertThat(ada.goodbyes).isEmpty();
    }

    @Test
    void whoMovesIsToldInFullDatagramsWithinTheBudget() {
        List<Player> crowd = new ArrayList<>();
        for (int seat = 0; seat < 100; seat++) {
            crowd.add(world.join("p" + seat, seat, seat == 0 ? ada : new Client()));
        }
        world.ticks(60);
        assertThat(ada.mirror.players).hasSize(100);
        ada.mayBeLost.clear();
        for (int step = 1; step <= 60; step++) {
            for (Player player : crowd) {
                Link link = Objects.requireNonNull(player.link);
                Pose next = new Pose(33, 0, 33 + step * 0.05f, Rotation.IDENTITY);
                world.simulation.receive(player, link, new MoveIntent(step, next, List.of()));
            }
            world.ticks(2);
        }
        assertThat(ada.mayBeLost).hasSizeLessThanOrEqualTo(120);
        assertThat(ada.mayBeLost).allMatch(message -> message.length <= 1150);
        assertThat(ada.mayBeLost.stream().mapToInt(message -> message.length).sum())
                .isLessThanOrEqualTo(4 * 256_000 / 8 + 2_400);
        world.ticks(30);
        for (Player player : crowd) {
            Pose seen = Objects.requireNonNull(ada.mirror.poses.get(world.entity(player)));
            assertThat(seen.z())
                    .isCloseTo(world.pose(player).z(), within(EntityMirror.PRECISION_M));
        }
    }

    @Test
    void anIntentThatComesLateCountsForNothing() {
        Player walker = world.join("ada", 0, ada);
        Pose newer = new Pose(33, 0, 33, world.pose(walker).rotation());
        world.simulation.receive(walker, ada, new MoveIntent(7, newer, List.of()));
        world.simulation.receive(walker, ada, new MoveIntent(6, Pose.ORIGIN, List.of()));
        world.simulation.receive(walker, ada, new MoveIntent(7, Pose.ORIGIN, List.of()));
        assertThat(world.pose(walker)).isEqualTo(newer);
        assertThat(ada.heard).hasSize(1); // Welcome, and no correction
    }

    @Test
    void whoLeavesIsNotSeenAnyMore() {
        world.join("ada", 0, ada);
        world.ticks(4);
        Player guest = world.join("bob", 1, bob);
        world.ticks(10);
        assertThat(ada.mirror.players.values()).contains("bob");
        world.simulation.receive(guest, bob, new Leave());
        world.ticks(10);
        assertThat(ada.mirror.players.values()).containsExactly("ada");
        assertThat(bob.goodbyes).containsExactly(GoodbyeReason.LEFT);
        assertThat(world.seatChanges).containsExactly("released bob");
    }

    @Test
    void anEditIsAppliedThenDurableAndSeenByAll() {
        Player builder = world.join("ada", 0, ada);
        world.join("bob", 1, bob);
        world.ticks(2);
        place(builder, 1);
        world.ticks(10);
        assertThat(ada.all(EditApplied.class)).hasSize(1);
        assertThat(ada.all(EditDurable.class)).isEmpty();
        assertThat(bob.mirror.props)
                .containsOnlyKeys(ada.all(EditApplied.class).getFirst().entity());
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
        world.lease = new Ownership.State.Frozen(5, "no renewal: sql.internal:5432 refused");
        world.storage.commit();
        world.ticks(3);
        place(builder, 2);
        assertThat(ada.all(Notice.class).getLast())
                .isEqualTo(
                        new Notice(
                                NoticeKind.FROZEN,
                                "the database is out of reach: nothing that is built now is acknowledged"));
        assertThat(ada.all(EditDurable.class)).isEmpty();
        assertThat(ada.all(EditRefused.class).getFirst().reason()).isEqualTo(RefusalReason.FROZEN);
        assertThat(world.simulation.check(world.ticket("eve", 9)))
                .isInstanceOfSatisfying(
                        Verdict.Refused.class,
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
        damaged.ticks(10);
        assertThat(ada.mirror.props).containsOnlyKeys(1L);
        assertThat(damaged.ports.metrics().unreadable.get()).isEqualTo(6);
        // Its answer cannot be read, but it was done: not once more.
        damaged.simulation.receive(builder, ada, new PlaceEntity(1, "crate", world.pose(builder)));
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
        Pose there = new Pose(40, 0, 40, world.pose(lost).rotation());
        world.simulation.receive(lost, ada, new MoveIntent(1, there, List.of()));
        world.simulation.disconnected(lost, ada);
        world.ticks(30 * 29);
        SessionToken token =
                new SessionToken(
                        lost.id,
                        SimulatedInstance.PLAZA,
                        lost.seat,
                        Instant.EPOCH,
                        Instant.EPOCH,
                        "r",
                        List.of());
        Client again = new Client();
        assertThat(world.simulation.admit(token, again, SimulatedInstance.SESSION))
                .isInstanceOf(Verdict.Seated.class);
        assertThat(((Welcome) again.heard.getFirst()).pose()).isEqualTo(there);
        world.simulation.disconnected(lost, again);
        world.ticks(30 * 31);
        assertThat(world.seatChanges)
                .containsExactly("held ada", "resumed ada", "held ada", "released ada");
        assertThat(world.simulation.admit(token, again, SimulatedInstance.SESSION))
                .isInstanceOf(Verdict.Refused.class);
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
                new MoveIntent(1, new Pose(33, 0, 33, world.pose(walker).rotation()), List.of()));
        world.ticks(1);
        assertThat(world.poses).hasSize(before + 1);
        assertThat(world.zoneLog.jsonLinesAfter(0))
                .isEqualTo(
                        "{\"seq\":1,\"timeMs\":1000000,\"player\":\"ada\",\"zone\":\"0,0\",\"event\":\"enter\"}\n");
        assertThat(world.zoneLog.jsonLinesAfter(1)).isEmpty();
    }

    private void place(Player builder, long sequence) {
        world.simulation.receive(
                builder, ada, new PlaceEntity(sequence, "crate", world.pose(builder)));
    }
}
