package otherworld.instance;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import otherworld.base.InstanceId;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.Permissions.Who;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.protocol.CorrectionReason;
import otherworld.protocol.EditApplied;
import otherworld.protocol.EditRefused;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Leave;
import otherworld.protocol.Messages;
import otherworld.protocol.MoveEntity;
import otherworld.protocol.Ping;
import otherworld.protocol.PlaceEntity;
import otherworld.protocol.Pong;
import otherworld.protocol.PositionCorrection;
import otherworld.protocol.RefusalReason;
import otherworld.protocol.RemoveEntity;
import otherworld.protocol.ServerMessage;
import otherworld.protocol.Welcome;
import otherworld.tickets.Ticket;

/** One instance server on real Redis and SQL, and clients over real WebSockets. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class InstanceIT {
    private final List<TestPlayer> players = new ArrayList<>();
    private Backend backend;
    private InstanceProcess instance;

    @BeforeAll
    void start() {
        backend = new Backend();
        instance = InstanceProcess.ready(backend, "pod-1");
    }

    @AfterEach
    void everyoneLeaves() throws IOException {
        permit(Permissions.OPEN);
        for (TestPlayer player : players) {
            if (!player.closed.isDone()) {
                try {
                    player.say(new Leave());
                } catch (RuntimeException e) {
                    player.close(); // it had ended already
                }
            }
        }
        players.clear();
        await().atMost(TestPlayer.PATIENCE)
                .until(() -> instance.metric("otherworld_instance_players") == 0);
    }

    @AfterAll
    void stop() {
        instance.close();
        backend.close();
    }

    @Test
    void tenPlayersWalkSeeEachOtherAndBuildForGood() {
        List<TestPlayer> ten = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            ten.add(join("walker-" + i, backend.seat(i)));
        }
        for (TestPlayer player : ten) {
            await().atMost(TestPlayer.PATIENCE)
                    .untilAsserted(() -> assertThat(player.avatars).hasSize(10));
        }
        for (int i = 0; i < 10; i++) {
            for (int step = 1; step <= 5; step++) {
                ten.get(i).walkTo(30 + i * 0.5f, 30 + step * 0.2f);
            }
        }
        for (TestPlayer player : ten) {
            long avatarOfNine = ten.get(9).welcome().avatar();
            await().atMost(TestPlayer.PATIENCE)
                    .untilAsserted(() ->
                            assertThat(player.poses.get(avatarOfNine))
                                    .isEqualTo(TestPlayer.at(34.5f, 31)));
        }
        Set<Long> entities = new HashSet<>();
        for (TestPlayer player : ten) {
            long sequence = player.place("crate", 31, 31);
            entities.add(player.applied(sequence).entity());
            player.durable(sequence);
        }
        assertThat(entities).hasSize(10);
        assertThat(backend.stored().keySet()).containsAll(entities);
        for (TestPlayer player : ten) {
            await().atMost(TestPlayer.PATIENCE)
                    .untilAsserted(() -> assertThat(player.props.keySet()).containsAll(entities));
        }
    }

    @Test
    void refusesEveryBadTicketWithItsReason() {
        Seat seat = backend.seat(20);
        Instant past = Instant.now().minusSeconds(60);
        String expired =
                backend.sign(
                        Ticket.issue(new PlayerId("late"), backend.instance, seat, "r", 100, past));
        assertThat(refusal(expired)).isEqualTo(GoodbyeReason.TICKET_EXPIRED);

        String good = backend.ticket("ada", seat);
        String forged = good.substring(0, good.length() - 4) + "AAAA";
        assertThat(refusal(forged)).isEqualTo(GoodbyeReason.TICKET_FORGED);
        assertThat(refusal("not a token")).isEqualTo(GoodbyeReason.TICKET_FORGED);

        String elsewhere =
                backend.sign(
                        Ticket.issue(
                                new PlayerId("ada"),
                                new InstanceId(backend.instance.world(), 7),
                                seat,
                                "r",
                                100,
                                Instant.now()));
        assertThat(refusal(elsewhere)).isEqualTo(GoodbyeReason.TICKET_WRONG_INSTANCE);

        TestPlayer ada = enter(good);
        assertThat(ada.welcome().resumed()).isFalse();
        assertThat(refusal(good)).isEqualTo(GoodbyeReason.TICKET_REPLAYED);
        assertThat(refusal(backend.ticket("bob", new Seat(20, seat.generation() - 1))))
                .isEqualTo(GoodbyeReason.TICKET_SUPERSEDED);
        assertThat(refusal(backend.session("bob", seat))).isEqualTo(GoodbyeReason.SESSION_ENDED);
        assertThat(ada.closed).isNotDone();
    }

    @Test
    void the101stPlayerIsRefusedByTheNumberOfTheSeat() {
        join("hundredth", backend.seat(99));
        assertThat(refusal(backend.ticket("hundred-and-first", backend.seat(100))))
                .isEqualTo(GoodbyeReason.INSTANCE_FULL);
    }

    @Test
    void malformedInputEndsThatConnectionAlone() throws IOException {
        TestPlayer bystander = join("bystander", backend.seat(30));
        byte[][] bad = {
            {},
            {99},
            {2, 1, 2, 3},
            new byte[Messages.MAX_CLIENT_BYTES + 1],
            Messages.encode(new Ping(1, 2)), // before Hello
        };
        for (byte[] bytes : bad) {
            TestPlayer rude = track(TestPlayer.connect(instance));
            rude.sendRaw(bytes);
            assertThat(rude.refusal()).isEqualTo(GoodbyeReason.MALFORMED);
            rude.awaitClosed();
        }
        TestPlayer talker = track(TestPlayer.connect(instance));
        talker.sendText("hello");
        assertThat(talker.refusal()).isEqualTo(GoodbyeReason.MALFORMED);
        byte[][] ofOtherTimes = {
            {1, 1, 0, 42}, // laid out in another way
            {
                1, 9, 0, 3, 0, 0, 0, 0, 42
            }, // too new in every version it speaks, and with a field more
        };
        for (byte[] hello : ofOtherTimes) {
            TestPlayer stranger = track(TestPlayer.connect(instance));
            stranger.sendRaw(hello);
            assertThat(stranger.refusal()).isEqualTo(GoodbyeReason.VERSION_UNSUPPORTED);
        }
        TestPlayer giant = track(TestPlayer.connect(instance));
        // Beyond what a frame may have: WebSocket's own refusal, perhaps before all is sent.
        assertThat(catchThrowable(() -> giant.sendRaw(new byte[70 * 1024])))
                .satisfiesAnyOf(
                        error -> assertThat(error).isNull(),
                        error -> assertThat(error).hasRootCauseInstanceOf(IOException.class));
        giant.awaitClosed();

        Random random = new Random(7);
        for (int i = 0; i < 10; i++) {
            TestPlayer noise = join("noise-" + i, backend.seat(31 + i));
            byte[] bytes = new byte[1 + random.nextInt(60)];
            random.nextBytes(bytes);
            bytes[0] = (byte) 200;
            noise.sendRaw(bytes);
            assertThat(noise.refusal()).isEqualTo(GoodbyeReason.MALFORMED);
        }
        bystander.say(new Ping(7, 8));
        assertThat(bystander.await(Pong.class, _ -> true).nonce()).isEqualTo(7);
        assertThat(instance.metric("otherworld_instance_goodbyes_total{reason=\"MALFORMED\"}"))
                .isGreaterThanOrEqualTo(16);
    }

    @Test
    void aNewerConnectionReplacesTheOlderAndADroppedOneResumes() {
        Seat seat = backend.seat(40);
        TestPlayer first = enter(backend.ticket("ada", seat));
        first.walkTo(30, 30);
        first.awaitHeard(); // a connection that is replaced is not heard any more
        TestPlayer second = enter(backend.session("ada", seat));
        assertThat(first.refusal()).isEqualTo(GoodbyeReason.REPLACED);
        first.awaitClosed();
        assertThat(second.welcome().resumed()).isTrue();
        assertThat(second.welcome().avatar()).isEqualTo(first.welcome().avatar());
        second.drop();
        await().atMost(TestPlayer.PATIENCE)
                .until(() -> instance.metric("otherworld_instance_seats{state=\"held\"}") >= 1);
        TestPlayer third = enter(backend.session("ada", seat));
        assertThat(third.welcome().pose()).isEqualTo(TestPlayer.at(30, 30));
        assertThat(third.welcome().seat()).isEqualTo(40);
        third.say(new Leave());
        assertThat(third.refusal()).isEqualTo(GoodbyeReason.LEFT);
        assertThat(refusal(backend.session("ada", seat))).isEqualTo(GoodbyeReason.SESSION_ENDED);
    }

    @Test
    void presenceEndsOutOfSight() throws IOException {
        TestPlayer stays = join("stays", backend.seat(50));
        TestPlayer goes = join("goes", backend.seat(51));
        await().atMost(TestPlayer.PATIENCE)
                .untilAsserted(() -> assertThat(stays.avatars.values()).contains("goes", "stays"));
        Welcome start = goes.welcome();
        float x = start.pose().x();
        while (x < 105) { // sight is half of a zone, and somewhat more for who was seen
            x += 5;
            goes.walkTo(x, start.pose().z());
            sleep(450); // at walking speed, not at a sprint
        }
        await().atMost(TestPlayer.PATIENCE)
                .untilAsserted(() -> assertThat(stays.avatars.values()).doesNotContain("goes"));
        assertThat(goes.avatars.values()).doesNotContain("stays");
        assertThat(goes.find(PositionCorrection.class, _ -> true)).isEmpty();
        String log = instance.getAsPlayer("/debug/zone-log?after=0").body();
        assertThat(log.lines().filter(line -> line.contains("\"player\":\"goes\"")))
                .anyMatch(line -> line.contains("\"event\":\"leave\""))
                .anyMatch(line ->
                        line.contains("\"zone\":\"1,") && line.contains("\"event\":\"enter\""));
    }

    @Test
    void correctsWhoIsTooFastOrOutOfBounds() {
        TestPlayer ada = join("hasty", backend.seat(60));
        ada.walkTo(60, 60);
        assertThat(ada.await(PositionCorrection.class, _ -> true).reason())
                .isEqualTo(CorrectionReason.TOO_FAST);
        assertThat(ada.await(PositionCorrection.class, _ -> true).pose())
                .isEqualTo(ada.welcome().pose());
        ada.walkTo(5000, 0);
        ada.await(
                PositionCorrection.class,
                correction -> correction.reason() == CorrectionReason.OUT_OF_BOUNDS);
    }

    @Test
    void anEditIsRefusedWithAReasonAndOneSentAgainIsAnsweredAgain() {
        TestPlayer ada = join("builder", backend.seat(61));
        Welcome start = ada.welcome();
        assertThat(
                        ada.refused(ada.place("chair", start.pose().x() + 20, start.pose().z()))
                                .reason())
                .isEqualTo(RefusalReason.OUT_OF_REACH);
        long missing = ada.nextSequence();
        ada.say(new RemoveEntity(missing, 12345));
        assertThat(ada.refused(missing).reason()).isEqualTo(RefusalReason.UNKNOWN_ENTITY);

        long placed = ada.place("chair", start.pose().x(), start.pose().z());
        long entity = ada.applied(placed).entity();
        ada.durable(placed);
        ada.say(new PlaceEntity(placed, "chair", start.pose()));
        await().atMost(TestPlayer.PATIENCE)
                .untilAsserted(() ->
                        assertThat(ada.find(EditApplied.class, a -> a.clientSequence() == placed))
                                .hasSize(2)
                                .allMatch(a -> a.entity() == entity));
        long moved = ada.nextSequence();
        ada.say(new MoveEntity(moved, entity, TestPlayer.at(33, 33)));
        ada.durable(moved);
        assertThat(backend.stored().get(entity))
                .satisfies(prop -> {
                    assertThat(prop.x()).isEqualTo(33);
                    assertThat(prop.placedBy()).isEqualTo("builder");
                });
        long removed = ada.nextSequence();
        ada.say(new RemoveEntity(removed, entity));
        ada.durable(removed);
        assertThat(backend.stored()).doesNotContainKey(entity);
    }

    @Test
    void aCordonFromTheLedgerIsConfirmedAndAdmitsNobodyNew() {
        Seat seat = backend.seat(62);
        TestPlayer inside = enter(backend.ticket("inside", seat));
        backend.seats.cordon(backend.instance, "token-1", Duration.ofSeconds(60));
        await().atMost(TestPlayer.PATIENCE)
                .until(() -> instance.metric("otherworld_instance_cordoned") == 1);
        assertThat(refusal(backend.ticket("outside", backend.seat(63))))
                .isEqualTo(GoodbyeReason.CORDONED);
        assertThat(inside.closed).isNotDone();
        backend.seats.uncordon(backend.instance, "token-1");
        await().atMost(TestPlayer.PATIENCE)
                .until(() -> instance.metric("otherworld_instance_cordoned") == 0);
        join("outside", backend.seat(64));
    }

    @Test
    void capacityAndReconnectWindowApplyLive() {
        backend.policy(150, Duration.ofMillis(1_500));
        await().atMost(TestPlayer.PATIENCE)
                .until(() -> instance.metric("otherworld_instance_capacity_players") == 150);
        Seat seat = backend.seat(120);
        TestPlayer far = enter(backend.ticket("far", seat));
        backend.policy(100, Duration.ofMillis(1_500));
        await().atMost(TestPlayer.PATIENCE)
                .until(() -> instance.metric("otherworld_instance_capacity_players") == 100);
        assertThat(far.closed).isNotDone(); // nobody is evicted
        far.drop();
        await().atMost(TestPlayer.PATIENCE)
                .untilAsserted(() ->
                        assertThat(refusalOrResume(backend.session("far", seat)))
                                .isEqualTo("SESSION_ENDED"));
        backend.policy(100, Duration.ofSeconds(10));
        await().atMost(TestPlayer.PATIENCE)
                .until(() ->
                        join("last", backend.seat(65)).welcome().reconnectWindowMs() == 10_000);
    }

    @Test
    void permissionsApplyLiveToWhoIsInsideAndNoTokenMakesItselfAMembers() throws IOException {
        TestPlayer visitor = join("visitor", backend.seat(66));
        TestPlayer member = enter(backend.ticket("member", backend.seat(67), List.of("builders")));
        Welcome here = visitor.welcome();
        long crate =
                visitor.applied(visitor.place("crate", here.pose().x(), here.pose().z())).entity();
        permit(new Permissions(Who.MEMBERS, Who.NOBODY, Set.of("builders"), Set.of()));
        await().atMost(TestPlayer.PATIENCE)
                .until(() -> {
                    long sequence = visitor.place("crate", here.pose().x(), here.pose().z());
                    return answer(visitor, sequence) instanceof EditRefused refused
                            && refused.reason() == RefusalReason.NOT_PERMITTED;
                });
        Welcome there = member.welcome();
        member.durable(member.place("crate", there.pose().x(), there.pose().z()));
        long sequence = member.nextSequence();
        member.say(new RemoveEntity(sequence, crate));
        assertThat(member.refused(sequence).reason()).isEqualTo(RefusalReason.NOT_PERMITTED);
        assertThat(
                        instance.metric(
                                "otherworld_instance_edits_refused_total{reason=\"NOT_PERMITTED\"}"))
                .isGreaterThanOrEqualTo(2);
        String[] parts = backend.ticket("visitor", backend.seat(66)).split("\\.", -1);
        String claims = new String(Base64.getUrlDecoder().decode(parts[1]), US_ASCII);
        String forged = claims.replace("\"cap\"", "\"grp\":[\"builders\"],\"cap\"");
        assertThat(forged).isNotEqualTo(claims);
        parts[1] =
                Base64.getUrlEncoder().withoutPadding().encodeToString(forged.getBytes(US_ASCII));
        assertThat(refusal(String.join(".", parts))).isEqualTo(GoodbyeReason.TICKET_FORGED);
        permit(Permissions.OPEN);
        await().atMost(TestPlayer.PATIENCE)
                .untilAsserted(() -> {
                    long number = visitor.nextSequence();
                    visitor.say(new RemoveEntity(number, crate));
                    assertThat(visitor.find(EditApplied.class, a -> a.entity() == crate))
                            .hasSizeGreaterThan(1);
                });
    }

    private static ServerMessage answer(TestPlayer player, long sequence) {
        return player.await(
                ServerMessage.class,
                message ->
                        (message instanceof EditApplied applied
                                        && applied.clientSequence() == sequence)
                                || (message instanceof EditRefused refused
                                        && refused.clientSequence() == sequence));
    }

    private void permit(Permissions permissions) {
        backend.policy(new LivePolicy(100, Duration.ofSeconds(10), permissions));
    }

    @Test
    void showsHealthAndMetrics() throws IOException {
        assertThat(instance.status("/healthz")).isEqualTo(200);
        assertThat(instance.status("/readyz")).isEqualTo(200);
        assertThat(instance.metric("otherworld_instance_epoch")).isEqualTo(1);
        assertThat(instance.metric("otherworld_instance_lease_held")).isEqualTo(1);
        assertThat(instance.get("/metrics").body())
                .contains("otherworld_instance_tick_seconds_bucket");
        assertThat(instance.getAsPlayer("/debug/zone-log?after=x").statusCode()).isEqualTo(400);
        assertThat(instance.getAsPlayer("/healthz").statusCode()).isEqualTo(200);
        assertThat(instance.getAsPlayer("/metrics").statusCode()).isEqualTo(404);
        assertThat(instance.getAsPlayer("/readyz").statusCode()).isEqualTo(404);
    }

    private TestPlayer join(String player, Seat seat) {
        return enter(backend.ticket(player, seat));
    }

    private TestPlayer enter(String token) {
        return track(TestPlayer.join(instance, token));
    }

    private GoodbyeReason refusal(String token) {
        return track(TestPlayer.hello(instance, token)).refusal();
    }

    /**
     * Waits out the window: while the seat is held the token resumes it, and it is dropped again.
     */
    private String refusalOrResume(String token) {
        sleep(1_600);
        TestPlayer player = track(TestPlayer.hello(instance, token));
        await().atMost(TestPlayer.PATIENCE).until(() -> !player.heard.isEmpty());
        if (player.heard.getFirst() instanceof Welcome) {
            player.drop();
            return "resumed";
        }
        return player.refusal().name();
    }

    private TestPlayer track(TestPlayer player) {
        players.add(player);
        return player;
    }

    private static void sleep(long ms) {
        try {
            Thread.sleep(ms);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
