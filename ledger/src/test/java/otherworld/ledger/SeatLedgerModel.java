package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.ledger.InstanceLedger.SeatState;
import otherworld.ledger.InstanceLedger.TakenSeat;
import otherworld.ledger.SeatLedger.Assignment;

/**
 * What a seat ledger owes to those it answered, kept in plain Java: which answers still hold, and
 * who sits where by the instances' own books. {@link #check} compares it with the real ledger.
 */
final class SeatLedgerModel {
    /** Of the instances; the World's may be lower. */
    static final int CAPACITY = 5;

    /** Of the World now. Seats that were given when it was higher stay. */
    int capacity = CAPACITY;

    /** An answer to one player: this seat is theirs to claim until the deadline. */
    record Promise(String request, int ordinal, Seat seat, PlayerId player, long deadlineUs) {}

    /** A seat by the book of its instance. */
    record Sitting(Seat seat, PlayerId player, SeatState state) {}

    /** Requests and their players, in the order they were first made. */
    final Map<String, List<PlayerId>> requests = new LinkedHashMap<>();

    /** The last answer of each request that was seated. */
    final Map<String, Assignment.Seated> answers = new HashMap<>();

    final List<Promise> promises = new ArrayList<>();

    /** Every seat ever answered, to tell a phantom. */
    private final Set<String> everAnswered = new HashSet<>();

    private final Map<String, Long> newestGeneration = new HashMap<>();

    /** By instance, by seat number. */
    final List<Map<Integer, Sitting>> books = new ArrayList<>();

    SeatLedgerModel(int instances) {
        for (int i = 0; i < instances; i++) {
            books.add(new TreeMap<>());
        }
    }

    /** A request is about to be made: it supersedes what its players have from other requests. */
    void asked(String request, List<PlayerId> players) {
        requests.putIfAbsent(request, players);
        promises.removeIf(promise ->
                players.contains(promise.player()) && !promise.request().equals(request));
    }

    boolean holdsWhole(String request) {
        return answers.containsKey(request)
                && promises.stream().filter(p -> p.request().equals(request)).count()
                        == players(request).size();
    }

    List<PlayerId> players(String request) {
        return requests.getOrDefault(request, List.of());
    }

    void answered(String request, Assignment answer, long nowUs) {
        if (!(answer instanceof Assignment.Seated seated)) {
            // What was left of an earlier answer was given back.
            promises.removeIf(promise -> promise.request().equals(request));
            answers.remove(request);
            return;
        }
        List<PlayerId> players = players(request);
        assertThat(seated.seats()).hasSameSizeAs(players);
        Assignment.Seated before = answers.get(request);
        if (before != null && holdsWhole(request)) {
            assertThat(seated.seats())
                    .as("the same request gets the same seats")
                    .isEqualTo(before.seats());
            assertThat(seated.instance()).isEqualTo(before.instance());
        }
        boolean repeated = seated.seats().equals(seats(before));
        answers.put(request, seated);
        promises.removeIf(promise -> promise.request().equals(request));
        int ordinal = seated.instance().ordinal();
        for (int i = 0; i < players.size(); i++) {
            Seat seat = seated.seats().get(i);
            String place = ordinal + "/" + seat.number();
            Sitting sitting = books.get(ordinal).get(seat.number());
            boolean theirs = sitting != null && sitting.player().equals(players.get(i));
            assertThat(sitting == null || theirs)
                    .as("%s got the seat of %s", players.get(i), sitting)
                    .isTrue();
            PlayerId asking = players.get(i);
            assertThat(promises)
                    .as("seat %s of instance %d, given to %s", seat, ordinal, asking)
                    .noneMatch(p ->
                            p.ordinal() == ordinal
                                    && p.seat().number() == seat.number()
                                    && !p.player().equals(asking));
            // Cancelling a request leaves a seat that was claimed, and asking again names it again.
            boolean told = theirs && everAnswered.contains(name(ordinal, seat, players.get(i)));
            if (!repeated && !theirs) {
                assertThat(seat.number()).as("a seat that is given now").isLessThan(capacity);
            }
            if (!repeated && !told) {
                Long older = newestGeneration.put(place, seat.generation());
                assertThat(seat.generation()).isGreaterThan(older == null ? 0 : older);
            }
            everAnswered.add(name(ordinal, seat, players.get(i)));
            if (!theirs) {
                promises.add(
                        new Promise(request, ordinal, seat, players.get(i), deadlineUs(nowUs)));
            }
        }
    }

    /** The ledger counts lives in whole milliseconds. */
    private static long deadlineUs(long nowUs) {
        return nowUs / 1_000 * 1_000 + SeatLedger.RESERVATION.toNanos() / 1_000;
    }

    void cancelled(String request) {
        promises.removeIf(promise -> promise.request().equals(request));
        answers.remove(request);
    }

    /** Keys were lost: answers may not be repeated, but a seat stays theirs who have its ticket. */
    void damaged() {
        answers.clear();
        newestGeneration.clear();
    }

    void passed(long nowUs) {
        promises.removeIf(promise -> promise.deadlineUs() <= nowUs);
    }

    /** A player sits down: the promise is kept, and was the only seat they had. */
    void satDown(int ordinal, Seat seat, PlayerId player) {
        Sitting before =
                books.get(ordinal)
                        .put(seat.number(), new Sitting(seat, player, SeatState.OCCUPIED));
        assertThat(before == null || before.player().equals(player))
                .as("%s sat down on %s", player, before)
                .isTrue();
        promises.removeIf(promise ->
                promise.ordinal() == ordinal
                        && promise.seat().equals(seat)
                        && promise.player().equals(player));
    }

    /** All that was promised and not claimed is void; who sits stays. */
    void wiped() {
        promises.clear();
        answers.clear();
        newestGeneration.clear();
    }

    void check(LedgerFixture f) {
        Set<PlayerId> sitting = new HashSet<>();
        for (int ordinal = 0; ordinal < books.size(); ordinal++) {
            List<TakenSeat> taken = f.instances.takenSeats(f.id(ordinal));
            assertThat(taken).hasSizeLessThanOrEqualTo(CAPACITY);
            Map<String, SeatState> byName = new HashMap<>();
            for (TakenSeat seat : taken) {
                byName.put(name(ordinal, seat.seat(), seat.player()), seat.state());
                assertThat(everAnswered)
                        .as("%s was never answered", seat)
                        .contains(name(ordinal, seat.seat(), seat.player()));
                assertThat(seat.leftMs()).isLessThanOrEqualTo(Duration.ofSeconds(30).toMillis());
            }
            for (Sitting claimed : books.get(ordinal).values()) {
                assertThat(byName)
                        .as("a claimed seat of instance %d", ordinal)
                        .containsEntry(
                                name(ordinal, claimed.seat(), claimed.player()), claimed.state());
                assertThat(sitting.add(claimed.player()))
                        .as("%s sits twice", claimed.player())
                        .isTrue();
            }
            for (Promise promise : promises) {
                if (promise.ordinal() == ordinal) {
                    assertThat(byName)
                            .as("what was promised by request %s", promise.request())
                            .containsEntry(
                                    name(ordinal, promise.seat(), promise.player()),
                                    SeatState.RESERVED);
                }
            }
        }
    }

    private static List<Seat> seats(Assignment.@Nullable Seated seated) {
        return seated == null ? List.of() : seated.seats();
    }

    private static String name(int ordinal, Seat seat, PlayerId player) {
        return ordinal + "/" + seat.number() + "/" + seat.generation() + "/" + player;
    }
}
