package otherworld.instance.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import otherworld.base.InstanceId;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.WorldId;
import otherworld.instance.session.SeatTable.Taken;
import otherworld.ledger.InstanceLedger;
import otherworld.ledger.InstanceLedger.TakenSeat;
import otherworld.protocol.GoodbyeReason;
import otherworld.tickets.SessionToken;
import otherworld.tickets.Ticket;
import otherworld.tickets.Token;

class SeatTableTest {
    private static final long ADOPT_UNTIL_MS = 30_000;
    private static final InstanceId HERE = new InstanceId(new WorldId("default.plaza"), 0);

    private final SeatTable seats = new SeatTable(policy(100), ADOPT_UNTIL_MS);
    private final PlayerId ada = new PlayerId("ada");
    private final PlayerId bob = new PlayerId("bob");

    @Test
    void aTicketSeatsItsPlayerOnce() {
        assertThat(admit(ticket(ada, 3, 10))).isEqualTo(newly());
        assertThat(seats.state(3)).isEqualTo(new SeatState.Occupied(10, ada));
        assertThat(refusal(ticket(ada, 3, 10))).isEqualTo(GoodbyeReason.TICKET_REPLAYED);
        assertThat(seats.left(new Seat(3, 10))).isTrue();
        assertThat(refusal(ticket(ada, 3, 10))).isEqualTo(GoodbyeReason.TICKET_REPLAYED);
    }

    @Test
    void aTicketOfALowerGenerationIsSuperseded() {
        admit(ticket(ada, 3, 10));
        seats.left(new Seat(3, 10));
        assertThat(refusal(ticket(bob, 3, 9))).isEqualTo(GoodbyeReason.TICKET_SUPERSEDED);
        assertThat(admit(ticket(bob, 3, 11))).isEqualTo(newly());
    }

    @Test
    void theSeatNumberIsTheCap() {
        assertThat(admit(ticket(ada, 99, 10))).isEqualTo(newly());
        assertThat(refusal(ticket(bob, 100, 11))).isEqualTo(GoodbyeReason.INSTANCE_FULL);
    }

    @Test
    void aTicketFromBeforeTheCapacityWasLoweredIsHonouredAndNobodyIsEvicted() {
        admit(ticket(ada, 99, 10));
        seats.policy(policy(50));
        assertThat(seats.occupied()).isEqualTo(1);
        assertThat(admit(ticket(bob, 80, 11))).isEqualTo(newly()); // its cap claim is 100
        seats.policy(policy(200));
        assertThat(
                        refusal(
                                new Ticket(
                                        bob,
                                        HERE,
                                        new Seat(200, 12),
                                        now(),
                                        now(),
                                        "r",
                                        List.of(),
                                        200)))
                .isEqualTo(GoodbyeReason.INSTANCE_FULL);
    }

    @Test
    void aSeatThatAnotherPlayerHasIsNotGivenAway() {
        admit(ticket(ada, 3, 10));
        assertThat(refusal(ticket(bob, 3, 11))).isEqualTo(GoodbyeReason.INSTANCE_FULL);
        seats.lost(new Seat(3, 10), 1_000);
        assertThat(refusal(ticket(bob, 3, 12))).isEqualTo(GoodbyeReason.INSTANCE_FULL);
    }

    @Test
    void aPlayerHasOneSeat() {
        admit(ticket(ada, 3, 10));
        assertThat(seats.admit(ticket(ada, 7, 11), 0))
                .isEqualTo(
                        new Verdict.Seated<>(
                                new Taken(
                                        false,
                                        Optional.of(new SeatTable.Ended(new Seat(3, 10), ada)))));
        assertThat(seats.state(3)).isEqualTo(new SeatState.Free(10));
        assertThat(seats.occupied()).isEqualTo(1);
        assertThat(refusal(ticket(ada, 4, 9))).isEqualTo(GoodbyeReason.TICKET_SUPERSEDED);
    }

    @Test
    void aSessionTokenResumesWhatIsHeldUntilTheWindowHasPassed() {
        admit(ticket(ada, 3, 10));
        assertThat(seats.lost(new Seat(3, 10), 1_000)).isTrue();
        assertThat(seats.expire(999)).isEmpty();
        assertThat(seats.check(session(ada, 3, 10), 999)).isEqualTo(new Verdict.Resume<>());
        assertThat(seats.admit(session(ada, 3, 10), 999)).isEqualTo(resumed());
        seats.lost(new Seat(3, 10), 2_000);
        assertThat(seats.expire(2_000)).containsExactly(new SeatTable.Ended(new Seat(3, 10), ada));
        assertThat(refusal(session(ada, 3, 10))).isEqualTo(GoodbyeReason.SESSION_ENDED);
        assertThat(seats.held()).isZero();
    }

    @Test
    void aSessionTokenOfASeatLeftOrOfAnotherPlayerEndsTheSession() {
        admit(ticket(ada, 3, 10));
        assertThat(refusal(session(bob, 3, 10))).isEqualTo(GoodbyeReason.SESSION_ENDED);
        assertThat(refusal(session(ada, 3, 9))).isEqualTo(GoodbyeReason.SESSION_ENDED);
        seats.left(new Seat(3, 10));
        assertThat(refusal(session(ada, 3, 10))).isEqualTo(GoodbyeReason.SESSION_ENDED);
    }

    @Test
    void afterATakeoverASessionTokenResumesEvenIfTheLedgerWasWiped() {
        assertThat(seats.check(session(ada, 3, 10), ADOPT_UNTIL_MS - 1))
                .isEqualTo(new Verdict.ResumeUnlessSuperseded<>());
        assertThat(seats.admit(session(ada, 3, 10), ADOPT_UNTIL_MS - 1)).isEqualTo(resumed());
        assertThat(refusal(session(bob, 4, 10), ADOPT_UNTIL_MS))
                .isEqualTo(GoodbyeReason.SESSION_ENDED);
    }

    @Test
    void adoptsWhatTheLedgerKnowsButNothingOlderThanItsOwnKnowledge() {
        admit(ticket(ada, 3, 10));
        seats.adopt(
                List.of(
                        taken(3, 9, InstanceLedger.SeatState.OCCUPIED, bob),
                        taken(5, 20, InstanceLedger.SeatState.HELD, bob),
                        taken(6, 21, InstanceLedger.SeatState.OCCUPIED, ada),
                        taken(7, 22, InstanceLedger.SeatState.RESERVED, new PlayerId("eve"))),
                5_000);
        assertThat(seats.state(3)).isEqualTo(new SeatState.Occupied(10, ada));
        assertThat(seats.state(5)).isEqualTo(new SeatState.Held(20, bob, 5_000));
        assertThat(seats.state(6)).isEqualTo(new SeatState.Free(0));
        assertThat(seats.state(7)).isEqualTo(new SeatState.Free(0));
        assertThat(seats.report(1_000))
                .containsExactly(
                        taken(3, 10, InstanceLedger.SeatState.OCCUPIED, ada),
                        new TakenSeat(new Seat(5, 20), InstanceLedger.SeatState.HELD, bob, 4_000));
    }

    @Test
    void aCordonKeepsNewPlayersOutAndLetsHeldOnesBack() {
        admit(ticket(ada, 3, 10));
        seats.lost(new Seat(3, 10), 1_000);
        seats.cordon("token");
        assertThat(refusal(ticket(bob, 4, 11))).isEqualTo(GoodbyeReason.CORDONED);
        assertThat(refusal(session(bob, 4, 11))).isEqualTo(GoodbyeReason.CORDONED);
        assertThat(seats.admit(session(ada, 3, 10), 0)).isEqualTo(resumed());
        seats.cordon("");
        assertThat(admit(ticket(bob, 4, 11))).isEqualTo(newly());
    }

    private Verdict<Taken> admit(Token token) {
        return seats.admit(token, 0);
    }

    private GoodbyeReason refusal(Token token) {
        return refusal(token, 0);
    }

    private GoodbyeReason refusal(Token token, long nowMs) {
        Verdict<Taken> admitted = seats.admit(token, nowMs);
        assertThat(admitted).isEqualTo(seats.check(token, nowMs));
        return ((Verdict.Refused<Taken>) admitted).reason();
    }

    private static Verdict<Taken> newly() {
        return new Verdict.Seated<>(new Taken(false, Optional.empty()));
    }

    private static Verdict<Taken> resumed() {
        return new Verdict.Seated<>(new Taken(true, Optional.empty()));
    }

    private static Ticket ticket(PlayerId player, int number, long generation) {
        return new Ticket(
                player, HERE, new Seat(number, generation), now(), now(), "r", List.of(), 100);
    }

    private static SessionToken session(PlayerId player, int number, long generation) {
        return new SessionToken(
                player, HERE, new Seat(number, generation), now(), now(), "r", List.of());
    }

    private static TakenSeat taken(
            int number, long generation, InstanceLedger.SeatState state, PlayerId player) {
        return new TakenSeat(new Seat(number, generation), state, player, 0);
    }

    private static LivePolicy policy(int capacity) {
        return new LivePolicy(capacity, Duration.ofSeconds(30), Permissions.OPEN);
    }

    private static Instant now() {
        return Instant.EPOCH;
    }
}
