package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.WorldId;
import otherworld.ledger.InstanceLedger.Reply;
import otherworld.ledger.InstanceLedger.SeatState;
import otherworld.ledger.InstanceLedger.TakenSeat;
import otherworld.ledger.SeatLedger.Assignment;
import otherworld.ledger.SeatLedger.Location;
import otherworld.ledger.SeatLedger.Refusal;
import otherworld.ledger.SeatLedger.Rejected;
import otherworld.ledger.SeatLedger.SeatRequest;
import otherworld.ledger.SeatLedger.Waited;
import otherworld.ledger.WorldPolicy.Placement;
import otherworld.local.redis.RedisServer;

class SeatLedgerIT extends LedgerTests {
    private static final PlayerId ANN = new PlayerId("ann|\"x\"");

    // ---- assign
    // ----------------------------------------------------------------------------------

    @Test
    void seatsAPlayerAndSaysWhereAndWhy() {
        f.open(0, 4);
        Assignment.Seated seated = f.seated("r-1", "ann");
        assertThat(seated.instance()).isEqualTo(f.id(0));
        assertThat(seated.seats()).containsExactly(new Seat(0, 1_795_253_000_000_000L));
        assertThat(seated.endpoints()).containsExactly("ws://127.0.0.1:20000/v1/play");
        assertThat(seated.chosen()).isEqualTo("fullest instance that fits");
        assertThat(seated.capacity()).isEqualTo(4);
        assertThat(f.state(0).reserved()).isEqualTo(1);
        assertThat(f.state(0).free()).isEqualTo(3);
    }

    @Test
    void knowsNoWorldWithoutPolicy() {
        assertThat(
                        f.seats.assign(
                                new WorldId("test.none"), SeatRequest.of("r", new PlayerId("ann"))))
                .isEqualTo(new Assignment.UnknownWorld());
    }

    @Test
    void fillsToCapacityAndNotOneMore() {
        f.open(0, 4);
        Set<Integer> numbers = new java.util.HashSet<>();
        for (int i = 0; i < 4; i++) {
            numbers.add(f.seated("r-" + i, "p" + i).seats().get(0).number());
        }
        assertThat(numbers).containsExactlyInAnyOrder(0, 1, 2, 3);
        assertThat(f.ask("r-4", "p4"))
                .isEqualTo(
                        new Assignment.Waiting(
                                1,
                                "no free seat",
                                List.of(new Rejected(0, "full")),
                                new Waited(0, 0)));
        assertThat(f.seats.read(f.world).oldestParties()).containsExactly(1);
    }

    @Test
    void howLongARequestHasWaitedIsCountedFromItsFirstAsk() {
        f.open(0, 1);
        assertThat(f.seated("taken", "ann").waited()).contains(new Waited(0, 0));
        assertThat(f.seated("taken", "ann").waited()).as("answered before").isEmpty();
        assertThat(waited(f.ask("r", "bob"))).isEqualTo(new Waited(0, 0));
        f.pass(Duration.ofMillis(1_500));
        assertThat(waited(f.ask("r", "bob"))).isEqualTo(new Waited(1_500, 0));
        f.pass(Duration.ofMillis(700));
        assertThat(waited(f.ask("r", "bob"))).isEqualTo(new Waited(2_200, 1_500));
        f.pass(Duration.ofMillis(300));
        f.open(1, 4);
        assertThat(f.seated("r", "bob").waited()).contains(new Waited(2_500, 2_200));
        assertThat(f.seated("r", "bob").waited()).isEmpty();
    }

    /** One that is named is waited for outside of the queue. */
    @Test
    void whoWaitsForAStoppedInstanceWaitsFromTheFirstAskToo() {
        f.open(0, 4);
        assertThat(waited(f.ask(7, "r", "ann"))).isEqualTo(new Waited(0, 0));
        f.pass(Duration.ofMillis(900));
        f.open(7, 4);
        assertThat(LedgerFixture.seated(f.ask(7, "r", "ann")).waited())
                .contains(new Waited(900, 0));
    }

    private static Waited waited(Assignment assignment) {
        assertThat(assignment).isInstanceOf(Assignment.Waiting.class);
        return ((Assignment.Waiting) assignment).waited();
    }

    @Test
    void packedFillsTheFullestSpreadTheEmptiest() {
        f.open(0, 4);
        f.open(1, 4);
        assertThat(f.seated("a", "a").instance().ordinal()).isZero();
        assertThat(f.seated("b", "b").instance().ordinal()).isZero();
        f.policy(4, Placement.SPREAD);
        assertThat(f.seated("c", "c").instance().ordinal()).isEqualTo(1);
    }

    @Test
    void aPartySitsTogetherOrNotAtAll() {
        f.open(0, 4);
        f.open(1, 4);
        f.seated("a", "a1", "a2", "a3");
        Assignment.Seated party = f.seated("b", "b1", "b2");
        assertThat(party.instance().ordinal()).isEqualTo(1);
        assertThat(party.seats()).hasSize(2).doesNotHaveDuplicates();
        assertThat(party.rejected()).containsExactly(new Rejected(0, "full"));
        assertThat(f.ask("c", "c1", "c2", "c3")).isInstanceOf(Assignment.Waiting.class);
        assertThat(f.ask("d", "1", "2", "3", "4", "5"))
                .isInstanceOfSatisfying(
                        Assignment.Refused.class,
                        no -> assertThat(no.refusal()).isEqualTo(Refusal.PARTY_TOO_LARGE));
    }

    @Test
    void anOlderWaitingPartyIsNotOvertaken() {
        f.open(0, 4);
        f.seated("a", "a1", "a2", "a3");
        assertThat(f.ask("b", "b1", "b2")).isInstanceOf(Assignment.Waiting.class);
        assertThat(f.ask("c", "c1"))
                .isInstanceOfSatisfying(
                        Assignment.Waiting.class,
                        later -> assertThat(later.position()).isEqualTo(2));
        f.open(1, 4);
        assertThat(f.seated("b", "b1", "b2").instance().ordinal()).isEqualTo(1);
        assertThat(f.seated("c", "c1").instance().ordinal()).isZero();
        assertThat(f.seats.read(f.world).waitingParties()).isZero();
    }

    @Test
    void aPartyThatStopsAskingIsForgotten() {
        f.ask("a", "a");
        assertThat(f.seats.read(f.world).waitingParties()).isEqualTo(1);
        f.pass(Duration.ofSeconds(30));
        assertThat(f.seats.read(f.world).waitingParties()).isZero();
    }

    @Test
    void theQueueHasALimit() {
        try (RedisSeatLedger small =
                new RedisSeatLedger(
                        RedisSettings.of(RedisServer.shared().url()),
                        2,
                        () -> Long.toString(f.nowUs.get()))) {
            for (int i = 0; i < 2; i++) {
                assertThat(small.assign(f.world, LedgerFixture.request("r" + i, -1, "p" + i)))
                        .isInstanceOf(Assignment.Waiting.class);
            }
            assertThat(small.assign(f.world, LedgerFixture.request("r2", -1, "p2")))
                    .isInstanceOfSatisfying(
                            Assignment.Refused.class,
                            no -> assertThat(no.refusal()).isEqualTo(Refusal.QUEUE_FULL));
        }
    }

    // ---- idempotence
    // -----------------------------------------------------------------------------

    @Test
    void theSameRequestGetsTheSameSeatAndItsTimeAgain() {
        f.open(0, 4);
        Assignment first = f.ask("r", "ann", "bob");
        for (int i = 0; i < 3; i++) {
            f.pass(Duration.ofSeconds(14));
            f.beat(0, 1, 4, null);
            assertSame(f.ask("r", "ann", "bob"), first);
        }
        assertThat(f.state(0).reserved()).isEqualTo(2);
    }

    @Test
    void repeatingARequestHoldsAnUnclaimedSeatForAMinuteAtMost() {
        f.open(0, 1);
        Seat seat = f.seated("r", "ann").seats().get(0);
        for (int s = 1; s < 45; s++) {
            f.pass(Duration.ofSeconds(1));
            f.beat(0, 1, 1, null);
            assertThat(f.seated("r", "ann").seats()).as("after %d s", s).containsExactly(seat);
            assertThat(f.ask("b", "bob")).isInstanceOf(Assignment.Waiting.class);
        }
        f.pass(Duration.ofSeconds(1));
        f.beat(0, 1, 1, null);
        assertThat(f.ask("r", "ann"))
                .as("bob has waited longer")
                .isInstanceOfSatisfying(
                        Assignment.Waiting.class, wait -> assertThat(wait.position()).isEqualTo(2));
        Seat bobs = f.seated("b", "bob").seats().get(0);
        assertThat(f.instances.claim(f.id(0), 1, seat, new PlayerId("ann")))
                .isInstanceOf(Reply.Superseded.class);
        assertThat(f.instances.claim(f.id(0), 1, bobs, new PlayerId("bob")))
                .isEqualTo(new Reply.Done());
    }

    @Test
    void whoRepeatsAloneGetsANewSeatAndItIsIdempotentAgain() {
        f.open(0, 4);
        Seat first = f.seated("r", "ann").seats().get(0);
        for (int i = 0; i < 4; i++) {
            f.pass(Duration.ofSeconds(12));
            f.beat(0, 1, 4, null);
            f.seated("r", "ann");
        }
        Seat second = f.seated("r", "ann").seats().get(0);
        assertThat(second.generation()).isGreaterThan(first.generation());
        assertThat(f.seated("r", "ann").seats()).containsExactly(second);
        assertThat(f.state(0).reserved()).isOne();
    }

    @Test
    void newRequestIdsLeaveABoundedNumberOfKeys() {
        f.open(0, 4);
        claimed("r-0", "ann"); // who sits gets a new ticket with each id
        for (int i = 1; i <= 8; i++) {
            f.seated("r-" + i, "ann");
        }
        assertThat(requestKeys()).as("limit + 1").isEqualTo(8);
        Assignment.Seated newest = f.seated("r-8", "ann");
        f.seated("r-8", "ann");
        assertThat(f.seated("r-8", "ann")).isEqualTo(newest);
        for (int i = 9; i < 200; i++) {
            f.seated("r-" + i, "ann");
            f.seated("b-" + i, "bob");
        }
        assertThat(requestKeys()).isEqualTo(16);
        f.seats.cancel(f.world, "b-199", new PlayerId("bob"), 1);
        assertThat(requestKeys()).isEqualTo(15);
        long asked = inRedis(redis -> redis.llen("ow:{" + f.world + "}:asked:bob"));
        assertThat(asked).isEqualTo(7);
    }

    @Test
    void requestsThatWaitLeaveABoundedNumberOfKeysToo() {
        f.open(0, 1);
        f.seated("taken", "ann");
        for (int i = 0; i < 50; i++) {
            assertThat(waited(f.ask("w-" + i, "bob"))).isEqualTo(new Waited(0, 0));
        }
        assertThat(requestKeys()).as("1 of ann's, 8 of bob's").isEqualTo(9);
        f.seats.cancel(f.world, "w-49", new PlayerId("bob"), 1);
        assertThat(requestKeys()).isEqualTo(8);
    }

    /** But for how long it was waited for, which is told once. */
    private static void assertSame(Assignment answer, Assignment earlier) {
        assertThat(answer).usingRecursiveComparison().ignoringFields("waited").isEqualTo(earlier);
    }

    private int requestKeys() {
        return inRedis(redis -> redis.keys("ow:{" + f.world + "}:request:*").size());
    }

    @Test
    void whoNamesAnInstanceDoesNotOvertakeThoseWhoWait() {
        f.open(0, 4);
        f.open(1, 4);
        for (int i = 0; i < 2; i++) {
            f.seated("full-" + i, "a" + i, "b" + i, "c" + i, "d" + i);
        }
        assertThat(f.ask("w", "wim")).isInstanceOf(Assignment.Waiting.class);
        Seat left =
                new Seat(0, f.seated("full-0", "a0", "b0", "c0", "d0").seats().get(0).generation());
        f.instances.claim(f.id(0), 1, left, new PlayerId("a0"));
        f.instances.release(f.id(0), 1, left, new PlayerId("a0"));

        assertThat(f.ask(0, "n", "newcomer"))
                .isInstanceOfSatisfying(
                        Assignment.Waiting.class,
                        wait -> assertThat(wait.reason()).contains("came earlier"));
        assertThat(f.seated("w", "wim").instance()).isEqualTo(f.id(0));
        f.open(2, 4);
        LedgerFixture.seated(f.ask(2, "n", "newcomer"));
    }

    @Test
    void nobodyOvertakesInTheCompanyOfOneWhoSits() {
        f.open(0, 4);
        claimed("r", "ann");
        f.seated("full", "b", "c", "d");
        assertThat(f.ask("w", "wim")).isInstanceOf(Assignment.Waiting.class);
        f.seats.cancel(f.world, "full", new PlayerId("b"), 3);
        f.ask("w-2", "wam", "wom");
        assertThat(f.ask("party", "ann", "newcomer")).isInstanceOf(Assignment.Waiting.class);
        f.seated("w", "wim");
        f.seated("w-2", "wam", "wom");
        assertThat(f.seated("again", "ann").instance()).as("alone").isEqualTo(f.id(0));
    }

    @Test
    void anotherPlayersRequestIdIsAConflict() {
        f.open(0, 4);
        f.seated("r", "ann");
        assertThat(f.ask("r", "bob"))
                .isInstanceOfSatisfying(
                        Assignment.Refused.class,
                        no -> assertThat(no.refusal()).isEqualTo(Refusal.REQUEST_CONFLICT));
    }

    @Test
    void aNewRequestSupersedesAnUnclaimedSeat() {
        f.open(0, 4);
        Seat first = f.seated("r-1", "ann").seats().get(0);
        Seat second = f.seated("r-2", "ann").seats().get(0);
        assertThat(second.generation()).isGreaterThan(first.generation());
        assertThat(f.state(0).reserved()).isEqualTo(1);
        assertThat(f.instances.claim(f.id(0), 1, first, new PlayerId("ann")))
                .isInstanceOf(Reply.Superseded.class);
        assertThat(f.instances.claim(f.id(0), 1, second, new PlayerId("ann")))
                .isEqualTo(new Reply.Done());
    }

    @Test
    void aSeatedPlayerGetsTheirOwnSeatUnderANewGeneration() {
        f.open(0, 4);
        f.open(1, 4);
        Seat first = claimed("r-1", "ann");
        Assignment.Seated again = f.seated("r-2", "ann");
        assertThat(again.chosen()).isEqualTo("has a seat there");
        assertThat(again.seats().get(0).number()).isEqualTo(first.number());
        assertThat(again.seats().get(0).generation()).isGreaterThan(first.generation());
        assertSame(f.ask("r-2", "ann"), again);
        assertThat(f.state(0).occupied()).isEqualTo(1);
        assertThat(f.instances.claim(f.id(0), 1, again.seats().get(0), new PlayerId("ann")))
                .isEqualTo(new Reply.Done());
        assertThat(f.state(0).occupied()).isEqualTo(1);
        assertThat(f.ask(1, "r-3", "ann"))
                .isInstanceOfSatisfying(
                        Assignment.Refused.class,
                        no -> assertThat(no.refusal()).isEqualTo(Refusal.SEATED_ELSEWHERE));
    }

    @Test
    void aTicketForASeatThatWasLeftDoesNotSeatAPlayerTwice() {
        f.open(0, 4);
        f.open(1, 4);
        PlayerId ann = new PlayerId("ann");
        Seat left = f.seated("r-1", "ann").seats().get(0);
        f.instances.claim(f.id(0), 1, left, ann);
        Seat unused = f.seated("r-2", "ann").seats().get(0);
        f.instances.release(f.id(0), 1, left, ann);
        Seat newer = LedgerFixture.seated(f.ask(1, "r-3", "ann")).seats().get(0);
        Reply refused = new Reply.Superseded("the player has a newer seat");

        assertThat(f.instances.claim(f.id(0), 1, unused, ann)).isEqualTo(refused);
        assertThat(f.instances.claim(f.id(1), 1, newer, ann)).isEqualTo(new Reply.Done());
        assertThat(f.instances.claim(f.id(0), 1, unused, ann)).isEqualTo(refused);
        assertThat(f.state(0).occupied()).isZero();

        f.instances.release(f.id(1), 1, newer, ann);
        assertThat(f.instances.claim(f.id(0), 1, unused, ann)).isEqualTo(new Reply.Done());
    }

    // ---- cancel and expiry
    // -----------------------------------------------------------------------

    @Test
    void cancelGivesBackUnclaimedSeatsAndWaits() {
        f.open(0, 4);
        Seat seat = f.seated("r", "ann").seats().get(0);
        f.seats.cancel(f.world, "r", new PlayerId("bob"), 1);
        assertThat(f.state(0).reserved()).isEqualTo(1);
        f.seats.cancel(f.world, "r", new PlayerId("ann"), 1);
        f.seats.cancel(f.world, "r", new PlayerId("ann"), 1);
        assertThat(f.state(0).free()).isEqualTo(4);
        assertThat(f.instances.claim(f.id(0), 1, seat, new PlayerId("ann")))
                .isInstanceOf(Reply.Superseded.class);

        f.seated("full", "1", "2", "3", "4");
        f.ask("w", "ann");
        f.seats.cancel(f.world, "w", new PlayerId("ann"), 1);
        assertThat(f.seats.read(f.world).waitingParties()).isZero();
    }

    @Test
    void aReservationEndsAfterItsLifeNotBefore() {
        f.open(0, 4);
        Seat seat = f.seated("r", "ann").seats().get(0);
        f.pass(SeatLedger.RESERVATION.minusMillis(1));
        f.beat(0, 1, 4, null);
        assertThat(f.state(0).reserved()).isEqualTo(1);
        f.pass(Duration.ofMillis(1));
        assertThat(f.state(0).reserved()).isZero();
        assertThat(f.instances.claim(f.id(0), 1, seat, new PlayerId("ann")))
                .isEqualTo(new Reply.Superseded("the seat was given back"));
    }

    @Test
    void theFirstClaimOfAPartyExtendsTheOthersOnce() {
        f.open(0, 4);
        List<Seat> seats = f.seated("r", "ann", "bob", "cy").seats();
        f.pass(Duration.ofSeconds(10));
        f.beat(0, 1, 4, null);
        f.instances.claim(f.id(0), 1, seats.get(0), new PlayerId("ann"));
        f.pass(Duration.ofSeconds(14));
        f.beat(0, 1, 4, null);
        assertThat(f.instances.claim(f.id(0), 1, seats.get(1), new PlayerId("bob")))
                .isEqualTo(new Reply.Done());
        f.pass(Duration.ofSeconds(1));
        assertThat(f.instances.claim(f.id(0), 1, seats.get(2), new PlayerId("cy")))
                .isInstanceOf(Reply.Superseded.class);
    }

    // ---- transitions of the instance
    // -------------------------------------------------------------

    @Test
    void claimHoldResumeReleaseAreCountedAndMayBeRepeated() {
        f.open(0, 4);
        Seat seat = f.seated("r", ANN.value()).seats().get(0);
        for (int i = 0; i < 2; i++) {
            assertThat(f.instances.claim(f.id(0), 1, seat, ANN)).isEqualTo(new Reply.Done());
            assertThat(f.state(0).occupied()).isEqualTo(1);
        }
        for (int i = 0; i < 2; i++) {
            assertThat(f.instances.hold(f.id(0), 1, seat, ANN, Duration.ofSeconds(30)))
                    .isEqualTo(new Reply.Done());
            assertThat(f.state(0).held()).isEqualTo(1);
        }
        f.pass(Duration.ofSeconds(2));
        assertThat(f.instances.takenSeats(f.id(0)))
                .containsExactly(new TakenSeat(seat, SeatState.HELD, ANN, 28_000));
        assertThat(f.instances.resume(f.id(0), 1, seat, ANN)).isEqualTo(new Reply.Done());
        assertThat(f.state(0).idleMs()).isZero();
        for (int i = 0; i < 2; i++) {
            assertThat(f.instances.release(f.id(0), 1, seat, ANN)).isEqualTo(new Reply.Done());
            assertThat(f.state(0).free()).isEqualTo(4);
        }
        assertThat(f.instances.claim(f.id(0), 1, seat, ANN)).isInstanceOf(Reply.Superseded.class);
        f.pass(Duration.ofSeconds(1));
        assertThat(f.state(0).idleMs()).isEqualTo(1_000);
    }

    @Test
    void aLowerEpochIsStale() {
        f.open(0, 4);
        Seat seat = f.seated("r", "ann").seats().get(0);
        f.beat(0, 5, 4, List.of());
        assertThat(f.instances.claim(f.id(0), 4, seat, new PlayerId("ann")))
                .isEqualTo(new Reply.StaleEpoch(5));
        assertThat(f.beat(0, 4, 4, null).newestEpoch()).isEqualTo(5);
        assertThat(f.instances.claim(f.id(0), 5, seat, new PlayerId("ann")))
                .isEqualTo(new Reply.Done());
    }

    @Test
    void anotherPlayerCannotClaimTheSeat() {
        f.open(0, 4);
        Seat seat = f.seated("r", "ann").seats().get(0);
        assertThat(f.instances.claim(f.id(0), 1, seat, new PlayerId("eve")))
                .isInstanceOf(Reply.Superseded.class);
    }

    // ---- heartbeats
    // ------------------------------------------------------------------------------

    @Test
    void aSilentInstanceTakesNobody() {
        f.open(0, 4);
        f.pass(Duration.ofSeconds(3));
        f.seated("r-1", "ann");
        f.pass(Duration.ofMillis(1));
        assertThat(f.ask("r-2", "bob"))
                .isInstanceOfSatisfying(
                        Assignment.Waiting.class,
                        wait ->
                                assertThat(wait.rejected())
                                        .containsExactly(new Rejected(0, "silent")));
        assertThat(f.state(0).known()).isFalse();
        f.beat(0, 1, 4, null);
        f.seated("r-2", "bob");
    }

    @Test
    void anInstanceIsUnknownUntilItHasSentItsSeats() {
        f.host(0);
        assertThat(f.beat(0, 1, 4, null).wantsSeats()).isTrue();
        assertThat(f.state(0).closed()).isEqualTo("unknown");
        assertThat(f.ask("r", "ann")).isInstanceOf(Assignment.Waiting.class);
        assertThat(f.beat(0, 1, 4, List.of()).wantsSeats()).isFalse();
        f.seated("r", "ann");
        // a new host of the instance, perhaps with other seats
        assertThat(f.beat(0, 2, 4, null).wantsSeats()).isTrue();
    }

    @Test
    void aReportBringsTheLedgerInLine() {
        f.open(0, 4);
        Seat seat = claimed("r", "ann");
        f.beat(0, 1, 4, List.of());
        assertThat(f.state(0).occupied()).as("a list made before the claim").isEqualTo(1);
        f.pass(Duration.ofSeconds(4));
        f.beat(0, 1, 4, List.of());
        assertThat(f.state(0).occupied()).isZero();
        List<TakenSeat> real =
                List.of(
                        new TakenSeat(seat, SeatState.HELD, new PlayerId("ann"), 5_000),
                        new TakenSeat(
                                new Seat(3, seat.generation() + 7),
                                SeatState.OCCUPIED,
                                new PlayerId("bob"),
                                0));
        f.beat(0, 1, 4, real);
        assertThat(f.instances.takenSeats(f.id(0))).containsExactlyInAnyOrderElementsOf(real);
        f.instances.release(f.id(0), 1, seat, new PlayerId("ann"));
        f.beat(0, 1, 4, real);
        assertThat(f.state(0).held()).as("a list made before the release").isZero();
    }

    @Test
    void theLowerOfTheTwoCapacitiesCounts() {
        f.open(0, 2);
        f.seated("a", "a");
        f.seated("b", "b");
        assertThat(f.ask("c", "c")).isInstanceOf(Assignment.Waiting.class);
        f.beat(0, 1, 8, null);
        f.seated("c", "c");
        f.policy(3, Placement.PACKED);
        assertThat(f.ask("d", "d")).isInstanceOf(Assignment.Waiting.class);
        assertThat(f.state(0).free()).isZero();
        assertThat(f.beat(0, 1, 8, null).policy())
                .isEqualTo(new LivePolicy(3, Duration.ofSeconds(30), Permissions.OPEN));
    }

    // ---- hosts, wake, cordon
    // ---------------------------------------------------------------------

    @Test
    void aStoppedInstanceThatIsNamedIsWanted() {
        f.open(0, 4);
        assertThat(f.ask(7, "r", "ann"))
                .isEqualTo(
                        new Assignment.Waiting(
                                0,
                                "instance 7 is not running",
                                List.of(new Rejected(7, "not running")),
                                new Waited(0, 0)));
        assertThat(f.seats.read(f.world).wanted()).containsExactly(7);
        f.open(7, 4);
        assertThat(LedgerFixture.seated(f.ask(7, "r", "ann")).chosen()).isEqualTo("asked for");
        assertThat(f.seats.read(f.world).wanted()).isEmpty();
    }

    @Test
    void onlyInstancesThatMayRunOrHaveRunAreWoken() {
        assertThat(f.ask(9, "r-9", "ann")).isInstanceOf(Assignment.Waiting.class);
        assertThat(f.ask(10, "r-10", "bob"))
                .isEqualTo(
                        new Assignment.Refused(
                                Refusal.UNKNOWN_INSTANCE, "instance 10 has never run"));
        f.open(12, 4);
        f.seats.removeHost(f.id(12), "uid-12");
        assertThat(f.ask(12, "r-12", "bob")).as("it ran").isInstanceOf(Assignment.Waiting.class);
        assertThat(f.ask(13, "r-13", "cy")).isInstanceOf(Assignment.Refused.class);
        assertThat(f.seats.read(f.world).wanted()).containsExactlyInAnyOrder(9, 12);
    }

    @Test
    void aPlayerWakesOneInstanceAtATime() {
        assertThat(f.ask(7, "r-1", "ann")).isInstanceOf(Assignment.Waiting.class);
        f.pass(Duration.ofSeconds(1));
        assertThat(f.ask(8, "r-2", "ann"))
                .isEqualTo(
                        new Assignment.Refused(
                                Refusal.WAKES_ANOTHER,
                                "ann woke instance 7: ask for another in 29 s"));
        assertThat(f.ask(7, "r-3", "ann")).isInstanceOf(Assignment.Waiting.class);
        assertThat(f.ask(8, "r-4", "bob")).isInstanceOf(Assignment.Waiting.class);
        f.pass(Duration.ofSeconds(30));
        assertThat(f.ask(9, "r-5", "ann")).isInstanceOf(Assignment.Waiting.class);
        assertThat(f.seats.read(f.world).wanted()).containsExactly(9);
    }

    @Test
    void aFullInstanceMayClose() {
        f.open(0, 1);
        f.seated("r", "ann");
        f.seats.retire(f.world);
        assertThat(f.ask("r-2", "bob")).isEqualTo(new Assignment.UnknownWorld());
        f.policy(1, Placement.PACKED);
        f.open(0, 1);
        assertThat(f.state(0).reserved()).isEqualTo(1);
    }

    @Test
    void hostsComeAndGo() {
        f.open(0, 4);
        f.open(1, 4);
        f.seats.syncHosts(
                f.world,
                List.of(
                        new InstanceHost(
                                1,
                                "w-1",
                                "uid-1",
                                List.of("ws://a", "ws://b"),
                                InstanceHost.Phase.STOPPING)));
        assertThat(f.ask("r", "ann")).isInstanceOf(Assignment.Waiting.class);
        assertThat(f.state(1).closed()).isEqualTo("stopping");
        assertThat(f.state(1).endpoints()).containsExactly("ws://a", "ws://b");
        assertThat(f.state(0).closed()).isEqualTo("no host");
        f.pass(Duration.ofSeconds(4));
        assertThat(f.seats.read(f.world).instances()).hasSize(1);
    }

    @Test
    void aSeatInAnInstanceWithoutAPodIsGivenUpAfterTheWindow() {
        f.open(0, 4);
        claimed("r-1", "ann");
        f.seats.removeHost(f.id(0), "uid-0");
        f.open(1, 4);
        assertThat(f.ask("r-2", "ann")).isInstanceOf(Assignment.Waiting.class);
        f.pass(Duration.ofSeconds(34));
        f.beat(1, 1, 4, null);
        assertThat(f.seated("r-2", "ann").instance().ordinal()).isEqualTo(1);
        assertThat(f.instances.takenSeats(f.id(0))).isEmpty();
    }

    @Test
    void aCordonIsConfirmedByTheInstanceAndTimesOutOpen() {
        f.open(0, 4);
        f.seats.cordon(f.id(0), "c-1", Duration.ofSeconds(2));
        assertThat(f.ask("r", "ann")).isInstanceOf(Assignment.Waiting.class);
        assertThat(f.state(0).cordon()).isEqualTo(WorldState.Cordon.REQUESTED);
        assertThat(f.beat(0, 1, 4, null).cordon()).isEqualTo("c-1");
        f.beat(0, 1, 4, "c-1", null);
        assertThat(f.state(0).cordon()).isEqualTo(WorldState.Cordon.CONFIRMED);
        assertThat(f.state(0).cordonToken()).isEqualTo("c-1");
        f.seats.uncordon(f.id(0), "other");
        assertThat(f.state(0).cordon()).isEqualTo(WorldState.Cordon.CONFIRMED);
        f.pass(Duration.ofSeconds(2));
        assertThat(f.beat(0, 1, 4, "c-1", null).cordon()).isEmpty();
        assertThat(f.state(0).cordon()).isEqualTo(WorldState.Cordon.OPEN);
        f.seated("r", "ann");
        f.seats.cordon(f.id(0), "c-2", Duration.ofSeconds(2));
        f.seats.uncordon(f.id(0), "c-2");
        f.seated("r-2", "bob");
    }

    @Test
    void locatesAClaimedSeat() {
        f.open(0, 4);
        Seat seat = claimed("r", "ann");
        assertThat(f.seats.locate(f.id(0), seat, new PlayerId("ann")))
                .isEqualTo(new Location.Found(1, List.of("ws://127.0.0.1:20000/v1/play"), ""));
        assertThat(f.seats.locate(f.id(0), seat, new PlayerId("eve")))
                .isEqualTo(new Location.Ended());
        f.instances.release(f.id(0), 1, seat, new PlayerId("ann"));
        assertThat(f.seats.locate(f.id(0), seat, new PlayerId("ann")))
                .isEqualTo(new Location.Ended());
    }

    @Test
    void tellsSubscribersOfChanges() {
        List<WorldId> told = new CopyOnWriteArrayList<>();
        try (var _ = f.seats.subscribe(told::add)) {
            f.open(0, 4);
            Awaitility.await().until(() -> told.contains(f.world));
            told.clear();
            f.seated("r", "ann");
            Awaitility.await().until(() -> told.contains(f.world));
        }
    }

    @Test
    void forgetLeavesNothing() {
        f.open(0, 4);
        f.seated("r", "ann");
        assertThat(f.seats.worlds()).contains(f.world);
        f.seats.forget(f.world);
        assertThat(f.seats.worlds()).doesNotContain(f.world);
        assertThat(f.ask("r-2", "ann")).isEqualTo(new Assignment.UnknownWorld());
        assertThat(f.seats.inspect()).as("of a server as up starts it").isEmpty();
    }

    @Test
    void readsAManyInstanceWorldWithoutLosingAny() {
        List<InstanceHost> hosts = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            hosts.add(
                    new InstanceHost(
                            i, "w-" + i, "uid-" + i, List.of(), InstanceHost.Phase.STARTING));
        }
        f.seats.syncHosts(f.world, hosts);
        assertThat(f.seats.read(f.world).instances())
                .hasSize(300)
                .allMatch(instance -> !instance.known() && instance.starting());
    }

    private Seat claimed(String requestId, String player) {
        Assignment.Seated seated = f.seated(requestId, player);
        assertThat(
                        f.instances.claim(
                                seated.instance(), 1, seated.seats().get(0), new PlayerId(player)))
                .isEqualTo(new Reply.Done());
        return seated.seats().get(0);
    }
}
