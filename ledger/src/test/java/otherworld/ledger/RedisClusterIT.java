package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.cluster.SlotHash;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.WorldId;
import otherworld.ledger.InstanceLedger.Reply;
import otherworld.ledger.WorldPolicy.Placement;
import otherworld.local.redis.RedisServer;

/** Three nodes of a Redis Cluster, each with a third of the slots. */
@Tag("heavy")
class RedisClusterIT {
    private static final int NODES = 3;
    private static final int SLOTS = SlotHash.SLOT_COUNT;
    private static final List<RedisServer> nodes = new ArrayList<>();

    @BeforeAll
    static void form() {
        for (int i = 0; i < NODES; i++) {
            nodes.add(
                    RedisServer.start(
                            "one-for-all",
                            List.of("cluster-enabled yes", "cluster-node-timeout 2000")));
        }
        for (int i = 0; i < NODES; i++) {
            int node = i;
            int[] slots =
                    IntStream.range(node * SLOTS / NODES, (node + 1) * SLOTS / NODES).toArray();
            on(node, redis -> redis.clusterAddSlots(slots));
            on(node, redis -> redis.clusterSetConfigEpoch(node + 1));
        }
        for (int i = 1; i < NODES; i++) {
            on(i, redis -> redis.clusterMeet("127.0.0.1", nodes.get(0).port()));
        }
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .until(() ->
                        IntStream.range(0, NODES)
                                .allMatch(i ->
                                        on(i, RedisCommands::clusterInfo)
                                                .contains("cluster_state:ok")));
    }

    @AfterAll
    static void stop() {
        nodes.forEach(RedisServer::close);
    }

    @Test
    void seatsInWorldsOfEverySlot() {
        try (LedgerFixture f = new LedgerFixture(cluster())) {
            Set<Integer> used = new HashSet<>();
            for (WorldId world : worldsOnEveryNode(f)) {
                used.add(SlotHash.getSlot("ow:{" + world + "}:world") * NODES / SLOTS);
                seat(f, world);
            }
            assertThat(used).hasSize(NODES);
            f.seats.probe();
            assertThat(f.seats.inspect()).isEmpty();
            assertThat(f.seats.worlds()).containsAll(worldsOnEveryNode(f));
        }
    }

    @Test
    void isRecognizedBehindThePlainUrlOfAnyNode() {
        for (RedisServer node : nodes) {
            try (LedgerFixture f = new LedgerFixture(RedisSettings.of(node.url()))) {
                worldsOnEveryNode(f).forEach(world -> seat(f, world));
            }
        }
    }

    @Test
    void announcesDemandOfWorldsOnOtherNodes() {
        List<WorldId> told = new CopyOnWriteArrayList<>();
        try (LedgerFixture f = new LedgerFixture(cluster());
                SeatLedger.Subscription _ = f.seats.subscribe(told::add)) {
            List<WorldId> worlds = worldsOnEveryNode(f);
            worlds.forEach(world -> policy(f, world, told.hashCode()));
            Awaitility.await().until(() -> told.containsAll(worlds));
        }
    }

    /** The slot of a World moves to another node while players come. */
    @Test
    void followsASlotThatMoves() {
        try (LedgerFixture f = new LedgerFixture(cluster())) {
            WorldId world = worldsOnEveryNode(f).get(0);
            int slot = SlotHash.getSlot("ow:{" + world + "}:world");
            int from = slot * NODES / SLOTS;
            int to = (from + 1) % NODES;
            seat(f, world);
            String target = on(to, RedisCommands::clusterMyId);
            String source = on(from, RedisCommands::clusterMyId);
            on(to, redis -> redis.clusterSetSlotImporting(slot, source));
            on(from, redis -> redis.clusterSetSlotMigrating(slot, target));
            List<String> keys = on(from, redis -> redis.clusterGetKeysInSlot(slot, 10_000));
            keys.forEach(key ->
                    on(
                            from,
                            redis ->
                                    redis.migrate(
                                            "127.0.0.1",
                                            nodes.get(to).port(),
                                            0,
                                            2_000,
                                            io.lettuce.core.MigrateArgs.Builder.key(key)
                                                    .auth("one-for-all"))));
            on(to, redis -> redis.clusterSetSlotNode(slot, target));
            on(from, redis -> redis.clusterSetSlotNode(slot, target));
            Awaitility.await()
                    .atMost(Duration.ofSeconds(10))
                    .ignoreExceptionsMatching(LedgerUnavailable.class::isInstance)
                    .untilAsserted(() -> {
                        assertThat(f.seats.read(world).instances()).hasSize(1);
                        seat(f, world);
                    });
        }
    }

    private static RedisSettings cluster() {
        return RedisSettings.of(
                "redis-cluster://:one-for-all@127.0.0.1:%d,127.0.0.1:%d"
                        .formatted(nodes.get(0).port(), nodes.get(1).port()));
    }

    /** New ones: each fixture's clock begins at the same time. */
    private static List<WorldId> worldsOnEveryNode(LedgerFixture f) {
        List<WorldId> worlds = new ArrayList<>();
        for (int node = 0; node < NODES; node++) {
            for (int i = 0; worlds.size() == node; i++) {
                WorldId world = new WorldId(f.world + ".w" + i);
                if (SlotHash.getSlot("ow:{" + world + "}:world") * NODES / SLOTS == node) {
                    worlds.add(world);
                }
            }
        }
        return worlds;
    }

    private static void policy(LedgerFixture f, WorldId world, int spareSeats) {
        f.seats.putWorld(
                new WorldPolicy(
                        world,
                        new LivePolicy(4, Duration.ofSeconds(30), Permissions.OPEN),
                        Math.abs(spareSeats % 100),
                        10,
                        Placement.PACKED,
                        "test",
                        "w"));
    }

    /** A player is seated, sits down and leaves. */
    private static void seat(LedgerFixture f, WorldId world) {
        policy(f, world, 4);
        f.seats.putHost(
                world,
                new InstanceHost(
                        0,
                        "w-0",
                        "uid-0",
                        List.of("ws://127.0.0.1:1/v1/play"),
                        InstanceHost.Phase.READY));
        otherworld.base.InstanceId id = new otherworld.base.InstanceId(world, 0);
        for (int i = 0; i < 2; i++) {
            f.instances.heartbeat(
                    new InstanceLedger.Heartbeat(id, 1, "uid-0", 4, true, "", List.of()));
        }
        f.pass(SeatLedger.RESERVATION);
        f.instances.heartbeat(new InstanceLedger.Heartbeat(id, 1, "uid-0", 4, true, "", List.of()));
        PlayerId ann = new PlayerId("ann");
        Seat seat =
                LedgerFixture.seated(
                                f.seats.assign(
                                        world,
                                        SeatLedger.SeatRequest.of("r-" + f.nowUs.get(), ann)))
                        .seats()
                        .get(0);
        assertThat(f.instances.claim(id, 1, seat, ann)).isEqualTo(new Reply.Done());
        assertThat(f.instances.release(id, 1, seat, ann)).isEqualTo(new Reply.Done());
    }

    private static <T> T on(int node, Function<RedisCommands<String, String>, T> command) {
        RedisClient client = RedisClient.create(nodes.get(node).url());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            return command.apply(connection.sync());
        } finally {
            client.shutdown();
        }
    }
}
