package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.ScriptOutputType;
import io.lettuce.core.api.sync.RedisCommands;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import otherworld.local.redis.RedisServer;

/**
 * The quick way of a script and its thorough way do the same: each call goes to two databases of
 * one server, to one of them with the quick way, and after each the answers and all contents are
 * equal. Keys are lost and damaged in between. Replay with {@code -Dseed=}.
 */
class QuickScriptsIT {
    private static final int INSTANCES = 3;
    private static final List<Script> WITH_A_QUICK_WAY =
            List.of(Script.ASSIGN, Script.TRANSITION, Script.HEARTBEAT);
    private static final List<String> GARBAGE =
            List.of("x", "-1", "1e99", "", "0 0", "R 0 0 0 0 - -", "7.5", "99999999");

    /** A ticket that was given: what a host knows of a seat. */
    private record Ticket(String ordinal, String number, String generation, String player) {}

    private final RedisServer redis = RedisServer.start();
    private final RedisClient client = RedisClient.create();
    private final RedisCommands<String, String> quick = database(0);
    private final RedisCommands<String, String> thorough = database(1);
    private final String contents = contents();
    private final Map<Script, Integer> quickly = new EnumMap<>(Script.class);
    private final long[] epochs = {1, 1, 1};
    private final List<String> requests = new ArrayList<>();
    private final List<Ticket> tickets = new ArrayList<>();
    private Random random = new Random(0);
    private boolean allUsual = true;
    private long nowUs = 1_795_253_000_000_000L;
    private int names;
    private String incarnation = "";

    private RedisCommands<String, String> database(int number) {
        RedisURI uri = RedisURI.create(redis.url());
        uri.setDatabase(number);
        return client.connect(uri).sync();
    }

    @BeforeEach
    void open() {
        policy("PACKED");
        for (int i = 0; i < INSTANCES; i++) {
            host(i, "READY");
            beat(i, true);
        }
    }

    @AfterEach
    void close() {
        client.shutdown();
        redis.close();
    }

    @Test
    void whatIsUsualIsDoneTheQuickWay() {
        for (String operation : List.of("claim", "hold", "resume", "release")) {
            int before = quickly.getOrDefault(Script.TRANSITION, 0);
            if (operation.equals("claim")) {
                assign("p", "", "");
                assertThat(quickly).containsEntry(Script.ASSIGN, 1);
            }
            transition(operation, tickets.get(0), 1);
            assertThat(quickly).as(operation).containsEntry(Script.TRANSITION, before + 1);
        }
        beat(0, false);
        assertThat(quickly).containsEntry(Script.HEARTBEAT, 1);
    }

    @Test
    void aTakenSeatIsNotGivenAgainThoughItsBitIsClearAndTheCountRight() {
        assign("p", "", "");
        Ticket taken = tickets.get(0);
        String used = "ow:{w}:used:" + taken.ordinal;
        for (RedisCommands<String, String> database : List.of(quick, thorough)) {
            database.setbit(used, Long.parseLong(taken.number), 0);
            database.setbit(used, 2, 1);
        }
        assign("q", taken.ordinal, "");
        assertThat(tickets.get(1).number).isNotEqualTo(taken.number);
        assertThat(contents(quick)).isEqualTo(contents(thorough));
    }

    @Test
    void theQuickWayDoesWhatTheThoroughWayDoes() {
        compare(400);
    }

    @Test
    @Tag("heavy")
    void manySteps() {
        compare(15_000);
    }

    private void compare(int steps) {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.printf("QuickScriptsIT -Dseed=%d%n", seed);
        random = new Random(seed);
        allUsual = false;
        // Few steps may be unusual ones by chance: on until the usual was met often enough.
        for (int step = 0; step < steps || (step < 10 * steps && !metOften(steps / 100)); step++) {
            nowUs += random.nextInt(400_000);
            String did = act();
            assertThat(contents(quick))
                    .as("step %d of seed %d: %s", step, seed, did)
                    .isEqualTo(contents(thorough));
        }
        for (Script script : WITH_A_QUICK_WAY) {
            assertThat(quickly.getOrDefault(script, 0))
                    .as("how often %s went the quick way", script)
                    .isGreaterThan(steps / 100);
        }
    }

    private boolean metOften(int times) {
        return WITH_A_QUICK_WAY.stream()
                .allMatch(script -> quickly.getOrDefault(script, 0) > times);
    }

    private String act() {
        int ordinal = random.nextInt(INSTANCES);
        return switch (random.nextInt(60)) {
            case 0 -> oneIn(2) ? damage() : "nothing";
            case 1 -> {
                nowUs += random.nextInt(40_000) * 1_000L;
                yield "time passed";
            }
            case 2 -> {
                epochs[ordinal]++;
                yield beat(ordinal, false);
            }
            case 3 -> policy(random.nextBoolean() ? "PACKED" : "SPREAD");
            case 4 -> host(ordinal, oneIn(8) ? "STOPPING" : "READY");
            case 5 ->
                    both(
                            Script.CORDON,
                            random.nextBoolean() ? "cordon" : "uncordon",
                            Integer.toString(ordinal),
                            "token",
                            "5000");
            case 6 ->
                    assign(
                            player(),
                            oneIn(2) ? Integer.toString(random.nextInt(4)) : "",
                            random.nextBoolean() ? " 0 2 " : "");
            case 7 -> assign(player() + " " + player() + "x", "", "");
            case 8 -> both(Script.READ);
            case 9 -> both(Script.CANCEL, request(), player(), "1");
            case 10, 11, 12, 13, 14, 15, 16, 17, 18, 19 -> assign(player(), "", "");
            case 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32 -> transition("claim");
            case 33, 34 -> transition("hold");
            case 35, 36 -> transition("resume");
            case 37, 38, 39, 40, 41, 42, 43, 44, 45 -> transition("release");
            case 46, 47, 48 -> beat(ordinal, true);
            default -> {
                StringBuilder did = new StringBuilder();
                for (int i = 0; i < INSTANCES; i++) {
                    did.append(beat(i, false));
                }
                yield did.toString();
            }
        };
    }

    private boolean oneIn(int count) {
        return !allUsual && random.nextInt(count) == 0;
    }

    // ---- calls ---------------------------------------------------------------------------------

    private String policy(String placement) {
        return both(
                Script.WORLD,
                ("new capacity 5 spareSeats 2 maxInstances 3 placement %s reconnectWindowMs 30000"
                                + " namespace n name w")
                        .formatted(placement)
                        .split(" ", -1));
    }

    private String host(int ordinal, String phase) {
        return both(Script.HOST, "put", Integer.toString(ordinal), "uid-" + ordinal, phase + "\nw");
    }

    private String beat(int ordinal, boolean withSeats) {
        List<String> words = new ArrayList<>();
        words.add(Integer.toString(ordinal));
        words.add(Long.toString(epochs[ordinal]));
        words.add("uid-" + ordinal);
        words.add(oneIn(40) ? "2" : "3");
        words.add("1");
        words.add("");
        words.add(oneIn(40) ? "" : incarnation);
        words.add(withSeats ? "1" : "0");
        for (Ticket ticket : withSeats ? tickets : List.<Ticket>of()) {
            if (ticket.ordinal.equals(words.get(0)) && random.nextBoolean()) {
                words.addAll(List.of(ticket.number, ticket.generation, "O", "0", ticket.player));
            }
        }
        return both(Script.HEARTBEAT, words.toArray(String[]::new));
    }

    private String player() {
        return "p" + random.nextInt(8);
    }

    /** Mostly a new one. */
    private String request() {
        if (requests.isEmpty() || !oneIn(8)) {
            requests.add("r" + names++);
            return requests.get(requests.size() - 1);
        }
        return requests.get(requests.size() - 1 - random.nextInt(Math.min(4, requests.size())));
    }

    private String assign(String players, String instance, String avoid) {
        List<String> words = new ArrayList<>(List.of(request(), "4", instance, avoid));
        words.addAll(List.of(players.split(" ", -1)));
        return both(Script.ASSIGN, words.toArray(String[]::new));
    }

    private String transition(String operation) {
        if (tickets.isEmpty()) {
            return "nothing";
        }
        Ticket ticket = tickets.get(random.nextInt(tickets.size()));
        long epoch = epochs[Integer.parseInt(ticket.ordinal)];
        return transition(operation, ticket, oneIn(30) ? epoch - 1 : epoch);
    }

    private String transition(String operation, Ticket ticket, long epoch) {
        return both(
                Script.TRANSITION,
                operation,
                ticket.ordinal,
                Long.toString(epoch),
                ticket.number,
                ticket.generation,
                ticket.player,
                "30000");
    }

    // ---- two databases -------------------------------------------------------------------------

    private String both(Script script, String... arguments) {
        String[] words = new String[arguments.length + 2];
        words[0] = Long.toString(nowUs);
        words[1] = script.founds() ? "fresh-" + names++ : "";
        System.arraycopy(arguments, 0, words, 2, arguments.length);
        List<Object> answer = List.of();
        if (WITH_A_QUICK_WAY.contains(script)) {
            answer = run(quick, script.quick(), words);
        }
        if (answer.isEmpty()) {
            answer = run(quick, script.thorough(), words);
        } else {
            quickly.merge(script, 1, Integer::sum);
        }
        String did = script + " " + List.of(words) + " → " + answer;
        assertThat(answer).as(did).isEqualTo(run(thorough, script.thorough(), words));
        remember(script, arguments, answer);
        return did + "\n";
    }

    private void remember(Script script, String[] arguments, List<Object> words) {
        if (script == Script.HEARTBEAT) {
            incarnation = (String) words.get(0);
        } else if (script == Script.ASSIGN && words.get(0).equals("seated")) {
            for (int i = 9; i < words.size(); i += 2) {
                tickets.add(
                        new Ticket(
                                (String) words.get(1),
                                (String) words.get(i),
                                (String) words.get(i + 1),
                                arguments[4 + (i - 9) / 2]));
            }
            while (tickets.size() > 16) {
                tickets.remove(0);
            }
        }
    }

    /** The answer, as a list if it is one string; none if the script answers nothing. */
    private static List<Object> run(
            RedisCommands<String, String> database, String script, String[] words) {
        List<Object> answer =
                database.eval(script, ScriptOutputType.MULTI, new String[] {"ow:{w}:world"}, words);
        return answer.size() == 1 && answer.get(0) == null ? List.of() : answer;
    }

    private String contents(RedisCommands<String, String> database) {
        return Objects.requireNonNull(
                database.eval(contents, ScriptOutputType.VALUE, new String[0], new String[0]));
    }

    /** The same in both. */
    private String damage() {
        List<String> keys = new ArrayList<>(quick.keys("*"));
        keys.removeIf(key -> key.contains(":request:") || key.contains(":asked:"));
        keys.sort(null);
        String key = keys.get(random.nextInt(keys.size()));
        String garbage = GARBAGE.get(random.nextInt(GARBAGE.size()));
        String type = quick.type(key);
        int how = random.nextInt(4);
        List<String> fields = new ArrayList<>();
        if (type.equals("hash")) {
            fields.addAll(quick.hkeys(key));
            fields.sort(null);
        }
        String field = fields.isEmpty() ? "" : fields.get(random.nextInt(fields.size()));
        for (RedisCommands<String, String> database : List.of(quick, thorough)) {
            if (how == 0) {
                database.del(key);
            } else if (how == 1) {
                database.del(key);
                database.lpush(key, "x");
            } else if (type.equals("hash") && how == 2) {
                database.hdel(key, field);
            } else if (type.equals("hash")) {
                database.hset(key, field, garbage);
            } else if (type.equals("zset")) {
                database.zadd(key, nowUs / 1_000.0, garbage);
            } else if (type.equals("set")) {
                database.sadd(key, garbage);
            } else if (type.equals("string") && how == 2) {
                // as many bits as before, but not the same
                long first = database.bitpos(key, true);
                if (first >= 0) {
                    database.setbit(key, first, 0);
                    database.setbit(key, database.bitpos(key, false) + (first == 0 ? 4 : 0), 1);
                }
            } else if (type.equals("string")) {
                database.set(key, garbage);
            }
        }
        return "%s of %s: %d, %s %s".formatted(type, key, how, field, garbage);
    }

    private static String contents() {
        try (InputStream file = QuickScriptsIT.class.getResourceAsStream("contents.lua")) {
            return new String(
                    Objects.requireNonNull(file, "contents.lua").readAllBytes(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
