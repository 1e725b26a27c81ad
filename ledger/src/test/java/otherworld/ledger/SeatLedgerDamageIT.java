package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.ledger.InstanceLedger.Reply;
import otherworld.ledger.InstanceLedger.SeatState;
import otherworld.ledger.InstanceLedger.TakenSeat;
import otherworld.ledger.SeatLedger.Location;
import otherworld.ledger.SeatLedgerModel.Sitting;

/**
 * Any keys of a World are lost or damaged at any time, as by eviction: no two players get one seat,
 * no more are promised than there are, no script fails, and soon all is as it was. Replay with
 * {@code -Dseed=}; {@code -Dsteps=} for more rounds.
 */
class SeatLedgerDamageIT extends SeatLedgerSimulation {
    private static final List<String> GARBAGE =
            List.of("x", "-1", "1e99", "nan", "0 0", "R 0 0 0 0 - -", "O 9e9 x", "{}", "99999999");

    private final RedisInstanceLedger[] processes = new RedisInstanceLedger[INSTANCES];
    private RedisClient client;
    private StatefulRedisConnection<String, String> connection;
    private RedisCommands<String, String> commands;
    private String mark = "";
    private boolean suspect;

    @BeforeEach
    void connect() {
        client = RedisClient.create(redis.url());
        connection = client.connect();
        commands = connection.sync();
        for (int i = 0; i < INSTANCES; i++) {
            processes[i] = newProcess();
        }
    }

    @AfterEach
    void disconnect() {
        for (RedisInstanceLedger process : processes) {
            process.close();
        }
        connection.close();
        client.shutdown();
    }

    @Test
    void nobodyIsHarmedByTheLossOfAnyOneKey() {
        begin("one key", Integer.getInteger("steps", 7));
    }

    @Test
    void norOfSeveral() {
        begin("keys", Integer.getInteger("steps", 5));
    }

    @Test
    void norByKeysOfAnotherType() {
        begin("type", Integer.getInteger("steps", 5));
    }

    @Test
    void norByValuesThatNobodyWrote() {
        begin("values", Integer.getInteger("steps", 7));
    }

    @ParameterizedTest
    @ValueSource(strings = {"one key", "keys", "type", "values"})
    @Tag("heavy")
    void manyRounds(String kind) {
        begin(kind, Integer.getInteger("steps", 100));
    }

    @Override
    int hint() {
        return anyHint();
    }

    private void begin(String kind, int rounds) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.printf("SeatLedgerDamageIT %s -Dseed=%d -Dsteps=%d%n", kind, seed, rounds);
        random = new Random(seed);
        fleet();
        settle();
        for (int round = 0; round < rounds; round++) {
            List<String> did = new ArrayList<>();
            try {
                for (int i = 0; i < 25; i++) {
                    act();
                    model.check(f);
                }
                did.addAll(damage(kind, round));
                suspect = true;
                model.damaged();
                boolean dies = random.nextInt(3) == 0;
                for (int i = 0; i < 12; i++) {
                    if (dies && i == 2) {
                        did.add("host of instance 0 died");
                        hostDies(0);
                    }
                    act();
                    checkSafe();
                }
                settle();
                suspect = false;
                model.check(f);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("Round %d of seed %d: %s".formatted(round, seed, did), e);
            }
        }
    }

    // ---- damage --------------------------------------------------------------------------------

    private List<String> damage(String kind, int round) {
        List<String> keys = new ArrayList<>(commands.keys("ow:{" + f.world + "}:*"));
        keys.add("ow:worlds");
        Collections.sort(keys);
        String key = keys.get(round % 2 == 0 ? random.nextInt(keys.size()) : structural(keys));
        return switch (kind) {
            case "one key" -> delete(List.of(key));
            case "keys" -> delete(keys.stream().filter(_ -> random.nextInt(3) == 0).toList());
            case "type" -> retype(key);
            default -> garble(key);
        };
    }

    /** One that is not an answer to a request, of which there are most. */
    private int structural(List<String> keys) {
        List<Integer> places = new ArrayList<>();
        for (int i = 0; i < keys.size(); i++) {
            if (!keys.get(i).contains(":request:") && !keys.get(i).contains(":asked:")) {
                places.add(i);
            }
        }
        return pick(places);
    }

    private List<String> delete(List<String> keys) {
        keys.forEach(commands::del);
        return keys;
    }

    private List<String> retype(String key) {
        String type = commands.type(key);
        commands.del(key);
        if (type.equals("list")) {
            commands.set(key, "x");
        } else {
            commands.lpush(key, "x", "y");
        }
        return List.of(key + " became a list");
    }

    private List<String> garble(String key) {
        String garbage = pick(GARBAGE);
        return switch (commands.type(key)) {
            case "hash" -> {
                List<String> fields = new ArrayList<>(commands.hkeys(key));
                Collections.sort(fields); // Redis' order is another in each process
                String field = pick(fields);
                if (field.startsWith("host:")) {
                    yield List.of();
                }
                commands.hset(key, field, garbage);
                yield List.of(key + " " + field + " = " + garbage);
            }
            case "zset" -> {
                commands.zadd(key, f.nowUs.get() / 1_000.0, garbage);
                yield List.of(key + " got " + garbage);
            }
            case "set" -> {
                commands.sadd(key, garbage);
                yield List.of(key + " got " + garbage);
            }
            case "string" -> {
                commands.set(key, garbage);
                yield List.of(key + " = " + garbage);
            }
            default -> List.of();
        };
    }

    /**
     * Its successor, a new process, takes what the ledger has; players it does not know come back
     * with their session tokens, which the matchmaker must not send away.
     */
    private void hostDies(int ordinal) {
        epochs[ordinal]++;
        processes[ordinal].close();
        processes[ordinal] = newProcess();
        for (Sitting sitting : model.books.get(ordinal).values()) {
            Location location = f.seats.locate(f.id(ordinal), sitting.seat(), sitting.player());
            assertThat(location).as("of %s", sitting).isNotInstanceOf(Location.Ended.class);
        }
        wantsSeats[ordinal] = false;
        beat(ordinal);
        Map<Integer, Sitting> came = new TreeMap<>(model.books.get(ordinal));
        model.books.get(ordinal).clear();
        for (TakenSeat taken : processes[ordinal].takenSeats(f.id(ordinal))) {
            Sitting sitting = came.get(taken.seat().number());
            if (taken.state() != SeatState.RESERVED) {
                assertThat(sitting).as("who sits on %s", taken).isNotNull();
                model.books
                        .get(ordinal)
                        .put(taken.seat().number(), Objects.requireNonNull(sitting));
            }
        }
        wantsSeats[ordinal] = true;
        beat(ordinal);
        came.forEach((number, sitting) -> {
            assertThat(f.seats.locate(f.id(ordinal), sitting.seat(), sitting.player()))
                    .as("of %s, after the new host has reported", sitting)
                    .isNotInstanceOf(Location.Ended.class);
            assertThat(
                            processes[ordinal].resume(
                                    f.id(ordinal),
                                    epochs[ordinal],
                                    sitting.seat(),
                                    sitting.player()))
                    .isEqualTo(new Reply.Done());
            model.books
                    .get(ordinal)
                    .put(number, new Sitting(sitting.seat(), sitting.player(), SeatState.OCCUPIED));
        });
    }

    // ---- checks --------------------------------------------------------------------------------

    private void checkSafe() {
        WorldState state = f.seats.read(f.world);
        for (WorldState.InstanceState instance : state.instances()) {
            assertThat(List.of(instance.occupied(), instance.held(), instance.reserved()))
                    .as("counts of %s", instance)
                    .allMatch(count -> count >= 0 && count <= SeatLedgerModel.CAPACITY);
            int taken = instance.occupied() + instance.held() + instance.reserved();
            assertThat(taken + instance.free())
                    .as("seats of %s", instance)
                    .isLessThanOrEqualTo(SeatLedgerModel.CAPACITY);
        }
        for (int i = 0; i < INSTANCES; i++) {
            assertThat(f.instances.takenSeats(f.id(i))).hasSizeLessThanOrEqualTo(5);
        }
    }

    /** What is lost has been reported, told and waited for: the World is whole. */
    private void settle() {
        for (int i = 0; i < 20; i++) {
            tellFleet();
            beatAll();
            f.pass(Duration.ofMillis(1_700));
            model.passed(f.nowUs.get());
            checkSafe();
        }
        wholeReports();
        WorldState state = f.seats.read(f.world);
        assertThat(state.policy()).isPresent();
        assertThat(f.seats.worlds()).contains(f.world);
        assertThat(state.waitingParties()).as("who waits and does not ask").isZero();
        assertThat(state.instances()).hasSize(INSTANCES);
        for (WorldState.InstanceState instance : state.instances()) {
            assertThat(instance.closed()).as("%s", instance).isEmpty();
            int sitting = model.books.get(instance.ordinal()).size();
            assertThat(instance.reserved()).as("%s", instance).isZero();
            assertThat(instance.players()).as("%s", instance).isEqualTo(sitting);
            assertThat(instance.free()).isEqualTo(SeatLedgerModel.CAPACITY - sitting);
        }
    }

    private void wholeReports() {
        java.util.Arrays.fill(wantsSeats, true);
        beatAll();
    }

    /** As the matchmaker's pump: what the ledger lost of the operator's words is written again. */
    private void tellFleet() {
        String now = f.seats.read(f.world).incarnation();
        if (!now.equals(mark) || !f.seats.worlds().contains(f.world)) {
            fleet();
            mark = f.seats.read(f.world).incarnation();
        }
    }

    private RedisInstanceLedger newProcess() {
        return new RedisInstanceLedger(
                RedisSettings.of(redis.url()), () -> Long.toString(f.nowUs.get()));
    }

    @Override
    RedisInstanceLedger process(int ordinal) {
        return processes[ordinal];
    }

    @Override
    boolean promptly() {
        return !suspect;
    }

    @Override
    void takeOver(int ordinal) {
        if (!suspect) {
            super.takeOver(ordinal);
        }
    }
}
