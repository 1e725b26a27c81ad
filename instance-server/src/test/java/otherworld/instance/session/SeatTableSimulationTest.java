package otherworld.instance.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
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
import otherworld.tickets.SessionToken;
import otherworld.tickets.Ticket;
import otherworld.tickets.Token;

/**
 * A ledger that is right, wrong, late, doubled and wiped, and players who come, go, vanish and try
 * every token again: the promises of the seat table hold in each step.
 */
class SeatTableSimulationTest {
    private static final InstanceId HERE = new InstanceId(new WorldId("default.plaza"), 0);
    private static final int STEPS = 60_000;
    private static final int PLAYERS = 30;
    private static final int NUMBERS = 24;

    private final long seed = Long.getLong("seed", System.nanoTime());
    private final Random random = new Random(seed);
    private final List<Token> tokens = new ArrayList<>();
    private final long[] generations = new long[NUMBERS];
    private SeatTable seats = new SeatTable(policy(16), 0);
    private int highestCap = 16;
    private long nowMs;
    private long clock = 1;

    @Test
    void keepsItsPromisesWhateverHappens() {
        System.out.println("SeatTableSimulationTest -Dseed=" + seed);
        for (int step = 0; step < STEPS; step++) {
            act();
            check(step);
        }
    }

    private void act() {
        nowMs += random.nextInt(20);
        switch (random.nextInt(12)) {
            case 0, 1, 2 -> admit(newTicket());
            case 3, 4 -> tokens.stream().skip(anyToken()).findFirst().ifPresent(this::admit);
            case 5, 6 -> admit(sessionOf(anySeat()));
            case 7 -> seats.lost(anySeat(), nowMs + random.nextInt(500));
            case 8 -> seats.left(anySeat());
            case 9 -> seats.expire(nowMs);
            case 10 -> policy();
            default -> {
                if (random.nextInt(200) == 0) {
                    takeover();
                }
            }
        }
    }

    private void admit(Token token) {
        int number = token.seat().number();
        long before = seats.generation(number);
        SeatState was = seats.state(number);
        switch (seats.admit(token, nowMs)) {
            case Verdict.Refused<Taken> _ ->
                    assertThat(seats.state(number)).as("a refusal changes nothing").isEqualTo(was);
            case Verdict.Seated<Taken>(Taken(boolean resumed, _)) -> {
                assertThat(seats.state(number))
                        .isEqualTo(
                                new SeatState.Occupied(token.seat().generation(), token.player()));
                if (!resumed) {
                    assertThat(token.seat().generation())
                            .as("a ticket seats once")
                            .isGreaterThan(before);
                }
            }
            case Verdict.Claim<Taken> _,
                    Verdict.Resume<Taken> _,
                    Verdict.ResumeUnlessSuperseded<Taken> _ ->
                    throw new AssertionError("an admission leaves nothing open");
        }
    }

    private Ticket newTicket() {
        int number = random.nextInt(NUMBERS);
        clock += random.nextInt(3); // sometimes the same again, as a wiped ledger might
        Ticket ticket =
                new Ticket(
                        player(),
                        HERE,
                        new Seat(number, clock),
                        Instant.EPOCH,
                        Instant.EPOCH,
                        "r",
                        List.of(),
                        seats.policy().capacity());
        tokens.add(ticket);
        if (tokens.size() > 100) {
            tokens.removeFirst();
        }
        return ticket;
    }

    private SessionToken sessionOf(Seat seat) {
        return new SessionToken(player(), HERE, seat, Instant.EPOCH, Instant.EPOCH, "r", List.of());
    }

    private static LivePolicy policy(int capacity) {
        return new LivePolicy(capacity, Duration.ofSeconds(30), Permissions.OPEN);
    }

    private Seat anySeat() {
        int number = random.nextInt(NUMBERS);
        return new Seat(number, Math.max(1, seats.generation(number) - random.nextInt(2)));
    }

    private PlayerId player() {
        return new PlayerId("p" + random.nextInt(PLAYERS));
    }

    private int anyToken() {
        return tokens.isEmpty() ? 0 : random.nextInt(tokens.size());
    }

    private void policy() {
        int capacity = 8 + random.nextInt(NUMBERS - 8);
        seats.policy(policy(capacity));
        highestCap = Math.max(highestCap, capacity);
        seats.cordon(random.nextInt(3) == 0 ? "token" : "");
    }

    /** A new host: it knows what the ledger kept, which may be all, some or nothing. */
    private void takeover() {
        List<TakenSeat> kept = new ArrayList<>(seats.report(nowMs));
        kept.removeIf(_ -> random.nextInt(4) == 0);
        seats = new SeatTable(seats.policy(), nowMs + 300);
        Arrays.fill(generations, 0);
        seats.adopt(kept, nowMs + 300);
        assertThat(seats.held()).isEqualTo(kept.size());
    }

    private void check(int step) {
        Map<PlayerId, Integer> seatOf = new HashMap<>();
        int occupied = 0;
        int held = 0;
        for (int number = 0; number < NUMBERS; number++) {
            long generation = seats.generation(number);
            assertThat(generation)
                    .as("generation of seat %d in step %d, seed %d", number, step, seed)
                    .isGreaterThanOrEqualTo(generations[number]);
            generations[number] = generation;
            PlayerId player =
                    switch (seats.state(number)) {
                        case SeatState.Free _ -> null;
                        case SeatState.Occupied(long _, PlayerId who) -> who;
                        case SeatState.Held(long _, PlayerId who, long _) -> who;
                    };
            if (player != null) {
                assertThat(seatOf.put(player, number))
                        .as("one seat per player in step %d, seed %d", step, seed)
                        .isNull();
                assertThat(number).as("cap in step %d, seed %d", step, seed).isLessThan(highestCap);
                if (seats.state(number) instanceof SeatState.Held) {
                    held++;
                } else {
                    occupied++;
                }
            }
        }
        assertThat(seats.occupied()).isEqualTo(occupied);
        assertThat(seats.held()).isEqualTo(held);
        assertThat(seats.report(nowMs)).hasSize(occupied + held);
        assertThat(seats.report(nowMs))
                .noneMatch(taken -> taken.state() == InstanceLedger.SeatState.RESERVED);
    }
}
