package otherworld.matchmaker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import otherworld.base.InstanceId;
import otherworld.base.Settings;
import otherworld.base.WorldId;
import otherworld.fleet.v1.FleetSnapshot;
import otherworld.fleet.v1.Host;
import otherworld.fleet.v1.HostPhase;
import otherworld.fleet.v1.Placement;
import otherworld.fleet.v1.World;
import otherworld.ledger.InstanceLedger.Heartbeat;
import otherworld.ledger.InstanceLedger.HeartbeatReply;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ledger.RedisInstanceLedger;
import otherworld.tickets.SigningKeys;

/** A matchmaker on a real Redis, with an issuer, a World of its own and reporting instances. */
final class MatchmakerFixture implements AutoCloseable {
    final TestIssuer issuer = new TestIssuer();
    final WorldId world = new WorldId("test." + UUID.randomUUID());
    final String signingKeys = SigningKeys.generate();
    final RedisInstanceLedger instances;
    private final Path folder;
    private final String redisUrl;
    private volatile int beating;
    private volatile int capacity;
    private volatile boolean closed;
    private final Thread heart;

    MatchmakerFixture(String redisUrl) {
        this.redisUrl = redisUrl;
        instances = RedisInstanceLedger.connect(redisUrl);
        try {
            folder = Files.createTempDirectory("matchmaker-test");
            Files.writeString(folder.resolve("keys.json"), signingKeys);
            Files.writeString(
                    folder.resolve("secret"), TestOperator.SECRET, StandardOpenOption.CREATE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        heart = Thread.ofVirtual().start(this::beat);
    }

    Map<String, String> environment() {
        Map<String, String> environment = new HashMap<>();
        environment.put("OTHERWORLD_HTTP_PORT", "0");
        environment.put("OTHERWORLD_GRPC_PORT", "0");
        environment.put("OTHERWORLD_BIND", "127.0.0.1");
        environment.put("OTHERWORLD_MANAGEMENT_PORT", "0");
        environment.put("OTHERWORLD_MANAGEMENT_BIND", "127.0.0.1");
        environment.put("REDIS_URL", redisUrl);
        environment.put("OTHERWORLD_SIGNING_KEY_FILE", folder.resolve("keys.json").toString());
        environment.put("OTHERWORLD_GRPC_TOKEN_FILE", folder.resolve("secret").toString());
        environment.put("OTHERWORLD_OIDC_ISSUER", issuer.url());
        return environment;
    }

    Matchmaker start() throws IOException {
        return start(Map.of());
    }

    Matchmaker start(Map<String, String> more) throws IOException {
        Map<String, String> environment = environment();
        environment.putAll(more);
        return new Matchmaker(MatchmakerSettings.read(new Settings(environment)));
    }

    /** From now on instances 0 to {@code count} - 1 report with this capacity. */
    void beat(int count, int ofCapacity) {
        capacity = ofCapacity;
        beating = count;
    }

    /** What an instance that reports is told. */
    HeartbeatReply beatOnce(int ordinal) {
        return instances.heartbeat(
                new Heartbeat(
                        new InstanceId(world, ordinal),
                        1,
                        "uid-" + ordinal,
                        capacity,
                        true,
                        "",
                        null));
    }

    FleetSnapshot.Builder fleet(int hosts, int ofCapacity) {
        FleetSnapshot.Builder fleet = FleetSnapshot.newBuilder().addWorlds(world(ofCapacity));
        for (int i = 0; i < hosts; i++) {
            fleet.addHosts(host(i));
        }
        return fleet;
    }

    World world(int ofCapacity) {
        return World.newBuilder()
                .setId(world.value())
                .setCapacity(ofCapacity)
                .setSpareSeats(10)
                .setMaxInstances(10)
                .setPlacement(Placement.PACKED)
                .setReconnectWindowMs(30_000)
                .setNamespace("test")
                .setName("w")
                .build();
    }

    Host host(int ordinal) {
        return Host.newBuilder()
                .setWorldId(world.value())
                .setOrdinal(ordinal)
                .setPodName("w-%d-0".formatted(ordinal))
                .setPodUid("uid-" + ordinal)
                .addEndpoints("ws://127.0.0.1:%d/v1/play".formatted(20_000 + ordinal))
                .setPhase(HostPhase.READY)
                .build();
    }

    String seatPath(String requestId) {
        return "/v1/worlds/%s/seats/%s".formatted(world, requestId);
    }

    private void beat() {
        Map<Integer, Boolean> wanted = new HashMap<>();
        while (!closed) {
            for (int i = 0; i < beating; i++) {
                try {
                    HeartbeatReply reply =
                            instances.heartbeat(
                                    new Heartbeat(
                                            new InstanceId(world, i),
                                            1,
                                            "uid-" + i,
                                            capacity,
                                            true,
                                            "",
                                            wanted.getOrDefault(i, true) ? List.of() : null));
                    wanted.put(i, reply.wantsSeats());
                } catch (LedgerUnavailable e) {
                    wanted.put(i, true);
                }
            }
            try {
                Thread.sleep(200);
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    @Override
    public void close() throws Exception {
        closed = true;
        heart.join();
        instances.close();
        issuer.close();
        Files.deleteIfExists(folder.resolve("keys.json"));
        Files.deleteIfExists(folder.resolve("secret"));
        Files.deleteIfExists(folder);
    }
}
