package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.ledger.InstanceLedger.Heartbeat;
import otherworld.ledger.InstanceLedger.HeartbeatReply;
import otherworld.ledger.InstanceLedger.Reply;
import otherworld.ledger.InstanceLedger.SeatState;
import otherworld.ledger.InstanceLedger.TakenSeat;
import otherworld.ledger.SeatLedger.Assignment;
import otherworld.ledger.SeatLedger.SeatRequest;
import otherworld.ledger.SeatLedgerModel.Sitting;
import otherworld.ledger.WorldPolicy.Placement;
import otherworld.local.redis.RedisServer;

/**
 * Random players and instances against a real Redis, with a {@link SeatLedgerModel} of what they
 * were promised. Tests add the faults.
 */
abstract class SeatLedgerSimulation {
    static final int INSTANCES = 3;
    private static final int PLAYERS = 24;

    final RedisServer redis = RedisServer.start();
    LedgerFixture f;
    SeatLedgerModel model;
    Random random = new Random(0);
    final long[] epochs = {1, 1, 1};
    final boolean[] wantsSeats = {true, true, true};
    private int requestNumber;

    @BeforeEach
    void open() {
        f = new LedgerFixture(redis.url());
        model = new SeatLedgerModel(INSTANCES);
    }

    @AfterEach
    void close() {
        f.close();
        redis.close();
    }

    /** One random step; true if somebody got a seat. */
    boolean act() {
        f.nowUs.addAndGet(1 + random.nextInt(1_000));
        model.passed(f.nowUs.get());
        return switch (random.nextInt(20)) {
            case 0, 1, 2, 3 -> assign("r-" + requestNumber++, party(), hint());
            case 4, 5 -> {
                String request = anyRequest();
                yield request != null && assign(request, model.players(request), hint());
            }
            case 6 -> {
                cancel();
                yield false;
            }
            case 7, 8, 9, 10 -> {
                claim();
                yield false;
            }
            case 11 -> {
                hold();
                yield false;
            }
            case 12 -> {
                resume();
                yield false;
            }
            case 13, 14, 15 -> {
                release();
                yield false;
            }
            case 16 -> {
                takeOver(random.nextInt(INSTANCES));
                yield false;
            }
            default -> {
                f.pass(Duration.ofMillis(random.nextInt(4_000)));
                model.passed(f.nowUs.get());
                beatAll();
                yield false;
            }
        };
    }

    private List<PlayerId> party() {
        List<PlayerId> players = new ArrayList<>();
        int size = random.nextInt(3) == 0 ? 1 + random.nextInt(4) : 1;
        while (players.size() < size) {
            PlayerId player = new PlayerId("p" + random.nextInt(PLAYERS));
            if (!players.contains(player)) {
                players.add(player);
            }
        }
        return players;
    }

    /** The instance that a party asks for, or {@link SeatRequest#ANY}. */
    int hint() {
        return SeatRequest.ANY;
    }

    /** Mostly none; else any instance, be it full, out of reach or never heard of. */
    final int anyHint() {
        return random.nextInt(4) == 0 ? random.nextInt(INSTANCES + 9) : SeatRequest.ANY;
    }

    private boolean assign(String request, List<PlayerId> players, int instance) {
        boolean room =
                instance == SeatRequest.ANY
                        && f.seats.read(f.world).waitingParties() == 0
                        && freeFor(players);
        model.asked(request, players);
        Assignment answer =
                f.seats.assign(f.world, new SeatRequest(request, players, instance, Set.of()));
        if (room && promptly()) {
            assertThat(answer).as("there is room").isInstanceOf(Assignment.Seated.class);
        }
        model.answered(request, answer, f.nowUs.get());
        return answer instanceof Assignment.Seated;
    }

    /** Whether a player must get a seat that is free, at once. */
    boolean promptly() {
        return true;
    }

    /**
     * True if the ledger has no reason to refuse: room for all in one open instance, none seated.
     */
    private boolean freeFor(List<PlayerId> players) {
        boolean anySeated =
                model.books.stream()
                        .flatMap(book -> book.values().stream())
                        .anyMatch(sitting -> players.contains(sitting.player()));
        return !anySeated
                && f.seats.read(f.world).instances().stream()
                        .anyMatch(i -> i.closed().isEmpty() && i.free() >= players.size());
    }

    private @Nullable String anyRequest() {
        if (model.requests.isEmpty()) {
            return null;
        }
        List<String> all = List.copyOf(model.requests.keySet());
        int recent = Math.min(all.size(), 12);
        return all.get(all.size() - 1 - random.nextInt(recent));
    }

    private void cancel() {
        String request = anyRequest();
        if (request != null) {
            List<PlayerId> players = model.players(request);
            f.seats.cancel(f.world, request, players.get(0), players.size());
            model.cancelled(request);
        }
    }

    /** Shows a ticket, good or stale, to its instance, which keeps to its own rules first. */
    private void claim() {
        if (model.answers.isEmpty()) {
            return;
        }
        String request = pick(List.copyOf(model.answers.keySet()));
        Assignment.Seated answer = Objects.requireNonNull(model.answers.get(request));
        int i = random.nextInt(answer.seats().size());
        PlayerId player = model.players(request).get(i);
        Seat seat = answer.seats().get(i);
        int ordinal = answer.instance().ordinal();
        Sitting there = model.books.get(ordinal).get(seat.number());
        if (there != null
                && (!there.player().equals(player)
                        || there.seat().generation() >= seat.generation())) {
            return; // the instance refuses: taken, or replayed
        }
        boolean promised =
                model.promises.stream()
                        .anyMatch(p ->
                                p.ordinal() == ordinal
                                        && p.seat().equals(seat)
                                        && p.player().equals(player));
        Reply reply = f.instances.claim(f.id(ordinal), epochs[ordinal], seat, player);
        if (fenced(ordinal, reply)) {
            return;
        }
        if (promised) {
            assertThat(reply).as("claim of a promised seat").isEqualTo(new Reply.Done());
        }
        if (reply instanceof Reply.Done) {
            model.satDown(ordinal, seat, player);
        }
    }

    private void hold() {
        onSitting((ordinal, sitting) -> {
            Reply reply =
                    f.instances.hold(
                            f.id(ordinal),
                            epochs[ordinal],
                            sitting.seat(),
                            sitting.player(),
                            Duration.ofSeconds(30));
            if (!fenced(ordinal, reply)) {
                put(ordinal, sitting, SeatState.HELD);
            }
        });
    }

    private void resume() {
        onSitting((ordinal, sitting) -> {
            Reply reply =
                    f.instances.resume(
                            f.id(ordinal), epochs[ordinal], sitting.seat(), sitting.player());
            if (!fenced(ordinal, reply)) {
                put(ordinal, sitting, SeatState.OCCUPIED);
            }
        });
    }

    private void release() {
        onSitting((ordinal, sitting) -> {
            Reply reply =
                    f.instances.release(
                            f.id(ordinal), epochs[ordinal], sitting.seat(), sitting.player());
            if (!fenced(ordinal, reply)) {
                assertThat(reply).isEqualTo(new Reply.Done());
                model.books.get(ordinal).remove(sitting.seat().number());
            }
        });
    }

    /**
     * As {@link #succeed}, if an answer says that there is a newer host: damage can make one up.
     */
    private boolean fenced(int ordinal, Reply reply) {
        if (!promptly() && reply instanceof Reply.StaleEpoch(long newest)) {
            succeed(ordinal, newest);
            return true;
        }
        return false;
    }

    /** A host ends, and its successor begins above what the ledger has seen, with its seats. */
    private void succeed(int ordinal, long newest) {
        epochs[ordinal] = newest + 1;
        wantsSeats[ordinal] = true;
    }

    private void put(int ordinal, Sitting sitting, SeatState state) {
        model.books
                .get(ordinal)
                .put(sitting.seat().number(), new Sitting(sitting.seat(), sitting.player(), state));
    }

    private interface SittingAction {
        void on(int ordinal, Sitting sitting);
    }

    private void onSitting(SittingAction action) {
        int ordinal = random.nextInt(INSTANCES);
        List<Sitting> all = List.copyOf(model.books.get(ordinal).values());
        if (!all.isEmpty()) {
            action.on(ordinal, pick(all));
        }
    }

    /** The instance's host dies; a new one at a higher epoch takes its seats from the ledger. */
    void takeOver(int ordinal) {
        long dead = epochs[ordinal]++;
        TreeMap<Integer, Sitting> book = new TreeMap<>();
        for (TakenSeat taken : f.instances.takenSeats(f.id(ordinal))) {
            if (taken.state() != SeatState.RESERVED) {
                book.put(
                        taken.seat().number(),
                        new Sitting(taken.seat(), taken.player(), taken.state()));
            }
        }
        assertThat(book).as("seats of instance %d", ordinal).isEqualTo(model.books.get(ordinal));
        wantsSeats[ordinal] = true;
        beat(ordinal);
        assertThat(f.instances.claim(f.id(ordinal), dead, new Seat(0, 1), new PlayerId("ghost")))
                .isEqualTo(new Reply.StaleEpoch(epochs[ordinal]));
    }

    void wipe() {
        f.seats.forget(f.world);
        redis.wipe();
        untilItAnswers();
        model.wiped();
        fleet();
        beatAll(); // they hear of the new incarnation
        beatAll(); // and send their seats
        assertThat(f.seats.read(f.world).instances())
                .allMatch(instance -> instance.closed().equals("paused"));
        f.pass(SeatLedger.RESERVATION);
        beatAll();
        assertThat(f.seats.read(f.world).instances())
                .allMatch(instance -> instance.closed().isEmpty());
    }

    void fleet() {
        f.policy(model.capacity, random.nextBoolean() ? Placement.PACKED : Placement.SPREAD);
        for (int i = 0; i < INSTANCES; i++) {
            f.host(i);
        }
    }

    void beatAll() {
        for (int i = 0; i < INSTANCES; i++) {
            beat(i);
        }
    }

    /** Which process hosts the instance. */
    RedisInstanceLedger process(int ordinal) {
        return f.instances;
    }

    void beat(int ordinal) {
        List<TakenSeat> seats = null;
        if (wantsSeats[ordinal] || random.nextInt(4) == 0) {
            seats =
                    model.books.get(ordinal).values().stream()
                            .map(s -> new TakenSeat(s.seat(), s.state(), s.player(), 30_000))
                            .toList();
        }
        HeartbeatReply reply =
                process(ordinal)
                        .heartbeat(
                                new Heartbeat(
                                        f.id(ordinal),
                                        epochs[ordinal],
                                        "uid-" + ordinal,
                                        SeatLedgerModel.CAPACITY,
                                        true,
                                        "",
                                        seats));
        wantsSeats[ordinal] = reply.wantsSeats();
        if (reply.newestEpoch() > epochs[ordinal]) {
            succeed(ordinal, reply.newestEpoch());
        }
    }

    void untilItAnswers() {
        Supplier<Boolean> answers =
                () -> {
                    try {
                        f.seats.worlds();
                        f.instances.takenSeats(f.id(0));
                        return true;
                    } catch (LedgerUnavailable e) {
                        return false;
                    }
                };
        org.awaitility.Awaitility.await().atMost(Duration.ofSeconds(20)).until(answers::get);
    }

    <T> T pick(List<T> list) {
        return list.get(random.nextInt(list.size()));
    }
}
