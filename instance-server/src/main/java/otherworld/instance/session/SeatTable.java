package otherworld.instance.session;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import otherworld.base.LivePolicy;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.instance.session.SeatState.Free;
import otherworld.instance.session.SeatState.Held;
import otherworld.instance.session.SeatState.Occupied;
import otherworld.ledger.InstanceLedger;
import otherworld.ledger.InstanceLedger.TakenSeat;
import otherworld.protocol.GoodbyeReason;
import otherworld.tickets.SessionToken;
import otherworld.tickets.Ticket;
import otherworld.tickets.Token;

/**
 * The seats of one instance and every rule about them: a state machine per seat number whose
 * generation only grows, and at most one seat per player. Enforces the cap by seat number, so
 * nothing the ledger says, forgets or says twice can over-admit.
 *
 * <p>Pure: time comes in as milliseconds. Simulation thread only.
 */
public final class SeatTable {
    private final SeatState[] seats = new SeatState[Seat.MAX_CAPACITY];
    private final Map<PlayerId, Integer> numberOf = new HashMap<>();
    private final long adoptUntilMs;
    private LivePolicy policy;
    private String cordon = "";
    private int occupied;
    private int held;

    /**
     * @param adoptUntilMs until then a session token resumes a seat this host knows nothing newer
     *     about: it was taken under an earlier host and the ledger may have been wiped since
     */
    public SeatTable(LivePolicy policy, long adoptUntilMs) {
        this.policy = policy;
        this.adoptUntilMs = adoptUntilMs;
        Arrays.fill(seats, new Free(0));
    }

    /** What a seat that was given up or replaced was. */
    public record Ended(Seat seat, PlayerId player) {}

    /**
     * How a player came to a seat.
     *
     * @param resumed they had it before
     * @param given another seat of the same player that is Free now
     */
    public record Taken(boolean resumed, Optional<Ended> given) {}

    /** Whether {@code token}, genuine and in time, may take its seat now. Changes nothing. */
    public Verdict<Taken> check(Token token, long nowMs) {
        return switch (token) {
            case Ticket ticket -> check(ticket);
            case SessionToken session -> check(session, nowMs);
        };
    }

    private Verdict<Taken> check(Ticket ticket) {
        int number = ticket.seat().number();
        long generation = ticket.seat().generation();
        SeatState seat = seats[number];
        // The capacity may have been lowered since the ticket was signed: it is honoured.
        int cap = Math.max(policy.capacity(), ticket.capacity());
        if (number >= cap) {
            return refuse(
                    GoodbyeReason.INSTANCE_FULL,
                    0,
                    "seat %d is beyond the capacity of %d".formatted(number, cap));
        }
        if (generation <= seat.generation()) {
            return generation == seat.generation()
                    ? refuse(
                            GoodbyeReason.TICKET_REPLAYED,
                            0,
                            "this ticket was used: resume with the session token")
                    : refuse(
                            GoodbyeReason.TICKET_SUPERSEDED,
                            0,
                            "seat %d was given again later".formatted(number));
        }
        Integer mine = numberOf.get(ticket.player());
        if (mine != null && mine != number && seats[mine].generation() > generation) {
            return refuse(
                    GoodbyeReason.TICKET_SUPERSEDED,
                    0,
                    "the player was given seat %d later".formatted(mine));
        }
        if (playerOf(seat).filter(player -> !player.equals(ticket.player())).isPresent()) {
            return refuse(
                    GoodbyeReason.INSTANCE_FULL,
                    1_000,
                    "seat %d is still taken here: ask for another".formatted(number));
        }
        if (!cordon.isEmpty() && mine == null) {
            return refuse(GoodbyeReason.CORDONED, 0, "this instance admits nobody new");
        }
        return new Verdict.Claim<>();
    }

    private Verdict<Taken> check(SessionToken token, long nowMs) {
        int number = token.seat().number();
        long generation = token.seat().generation();
        SeatState seat = seats[number];
        boolean mine = playerOf(seat).filter(token.player()::equals).isPresent();
        if (mine && generation == seat.generation()) {
            return new Verdict.Resume<>();
        }
        boolean unknown = generation > seat.generation() && (mine || seat instanceof Free);
        if (!unknown || nowMs >= adoptUntilMs || number >= policy.capacity()) {
            return refuse(GoodbyeReason.SESSION_ENDED, 0, "seat %d is not held".formatted(number));
        }
        if (!cordon.isEmpty()) {
            return refuse(GoodbyeReason.CORDONED, 0, "this instance admits nobody new");
        }
        return new Verdict.ResumeUnlessSuperseded<>();
    }

    /** Seats the bearer of {@code token}; for a ticket, after the ledger agreed to the claim. */
    public Verdict<Taken> admit(Token token, long nowMs) {
        return switch (check(token, nowMs)) {
            case Verdict.Claim<Taken>() -> seat(token, false);
            case Verdict.Resume<Taken>() -> seat(token, true);
            case Verdict.ResumeUnlessSuperseded<Taken>() -> seat(token, true);
            case Verdict.Refused<Taken> why -> why;
            case Verdict.Seated<Taken> seated -> seated;
        };
    }

    private Verdict<Taken> seat(Token token, boolean resumed) {
        Integer before = numberOf.get(token.player());
        int number = token.seat().number();
        Optional<Ended> given =
                before == null || before == number
                        ? Optional.empty()
                        : Optional.of(free(before, token.player()));
        set(number, new Occupied(token.seat().generation(), token.player()));
        numberOf.put(token.player(), number);
        return new Verdict.Seated<>(new Taken(resumed, given));
    }

    /**
     * The connection was lost: Occupied → Held. False if the seat is not Occupied as {@code seat}.
     */
    public boolean lost(Seat seat, long untilMs) {
        if (seats[seat.number()] instanceof Occupied(long generation, PlayerId player)
                && generation == seat.generation()) {
            set(seat.number(), new Held(generation, player, untilMs));
            return true;
        }
        return false;
    }

    /** The player left: Occupied → Free. False if the seat is not Occupied as {@code seat}. */
    public boolean left(Seat seat) {
        if (seats[seat.number()] instanceof Occupied(long generation, PlayerId player)
                && generation == seat.generation()) {
            free(seat.number(), player);
            return true;
        }
        return false;
    }

    /** Frees the seats whose reconnect window has passed. */
    public List<Ended> expire(long nowMs) {
        if (held == 0) {
            return List.of();
        }
        List<Ended> ended = new ArrayList<>();
        for (int number = 0; number < seats.length; number++) {
            if (seats[number] instanceof Held(long _, PlayerId player, long untilMs)
                    && untilMs <= nowMs) {
                ended.add(free(number, player));
            }
        }
        return ended;
    }

    /**
     * Takes over what the ledger knows of the seats under an earlier host: each becomes Held until
     * {@code untilMs}, unless this host knows something as new. A reservation stays the ledger's.
     */
    public void adopt(List<TakenSeat> taken, long untilMs) {
        for (TakenSeat seat : taken) {
            int number = seat.seat().number();
            boolean news =
                    seats[number] instanceof Free(long generation)
                            && seat.seat().generation() > generation
                            && !numberOf.containsKey(seat.player());
            switch (seat.state()) {
                case OCCUPIED, HELD -> {
                    if (news) {
                        set(number, new Held(seat.seat().generation(), seat.player(), untilMs));
                        numberOf.put(seat.player(), number);
                    }
                }
                case RESERVED -> {}
            }
        }
    }

    /** Every seat that is Occupied or Held, for the ledger. */
    public List<TakenSeat> report(long nowMs) {
        List<TakenSeat> taken = new ArrayList<>(occupied + held);
        for (int number = 0; number < seats.length; number++) {
            switch (seats[number]) {
                case Free _ -> {}
                case Occupied(long generation, PlayerId player) ->
                        taken.add(
                                new TakenSeat(
                                        new Seat(number, generation),
                                        InstanceLedger.SeatState.OCCUPIED,
                                        player,
                                        0));
                case Held(long generation, PlayerId player, long untilMs) ->
                        taken.add(
                                new TakenSeat(
                                        new Seat(number, generation),
                                        InstanceLedger.SeatState.HELD,
                                        player,
                                        Math.max(1, untilMs - nowMs)));
            }
        }
        return taken;
    }

    /** Seats beyond a lowered capacity stay as they are until their players go. */
    public void policy(LivePolicy now) {
        policy = now;
    }

    /** What the World says of its seats and players now. */
    public LivePolicy policy() {
        return policy;
    }

    /** Under a token nobody new is admitted; {@code ""} opens. */
    public void cordon(String token) {
        cordon = token;
    }

    public String cordon() {
        return cordon;
    }

    public int occupied() {
        return occupied;
    }

    public int held() {
        return held;
    }

    /** The highest generation seen for a seat number; 0 if none. */
    public long generation(int number) {
        return seats[number].generation();
    }

    SeatState state(int number) {
        return seats[number];
    }

    private Ended free(int number, PlayerId player) {
        long generation = seats[number].generation();
        set(number, new Free(generation));
        numberOf.remove(player, number);
        return new Ended(new Seat(number, generation), player);
    }

    private void set(int number, SeatState next) {
        count(seats[number], -1);
        count(next, 1);
        seats[number] = next;
    }

    private void count(SeatState state, int by) {
        switch (state) {
            case Free _ -> {}
            case Occupied _ -> occupied += by;
            case Held _ -> held += by;
        }
    }

    private static Optional<PlayerId> playerOf(SeatState seat) {
        return switch (seat) {
            case Free _ -> Optional.empty();
            case Occupied(long _, PlayerId player) -> Optional.of(player);
            case Held(long _, PlayerId player, long _) -> Optional.of(player);
        };
    }

    private static Verdict<Taken> refuse(GoodbyeReason reason, int retryAfterMs, String detail) {
        return new Verdict.Refused<>(reason, retryAfterMs, detail);
    }
}
