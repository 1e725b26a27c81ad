package otherworld.e2e.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import otherworld.base.InstanceId;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.WorldId;
import otherworld.ledger.InstanceHost;
import otherworld.ledger.RedisSeatLedger;
import otherworld.ledger.SeatLedger;
import otherworld.ledger.WorldPolicy;
import otherworld.local.database.DatabaseServer;
import otherworld.local.files.Trees;
import otherworld.local.oidc.LocalIssuer;
import otherworld.local.process.Build;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessSpec;
import otherworld.local.redis.RedisServer;
import otherworld.persistence.Migrations;
import otherworld.protocol.Goodbye;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.Leave;
import otherworld.protocol.Messages;
import otherworld.protocol.ServerMessage;
import otherworld.protocol.Welcome;
import otherworld.tickets.HttpKeySource;
import otherworld.tickets.KeyRotation;
import otherworld.tickets.SigningKeys;
import otherworld.tickets.Ticket;
import otherworld.tickets.TicketSigner;

/**
 * Two matchmakers, replaced one after the other as a Deployment does, and two instances, each in a
 * process of its own: ticket keys are exchanged, taken back and exchanged again as docs/upgrade.md
 * says, while players join all the time. No ticket that lives is rejected, and a key that is gone
 * is believed by nobody.
 */
@Tag("heavy")
class KeyRotationIT {
    /** The longest until an instance has read again: a tenth late, and the read itself. */
    private static final Duration READ_AGAIN =
            HttpKeySource.FRESH.multipliedBy(11).dividedBy(10).plus(HttpKeySource.LONGEST);

    private static final int JOINERS = 6;
    private static final String FORGED = "TICKET_FORGED";

    private final Build build = Build.ofThisCheckout();
    private final RedisServer redis = RedisServer.shared();
    private final DatabaseServer sql = DatabaseServer.shared();
    private final HttpClient http = HttpClient.newHttpClient();
    private final WorldId world = new WorldId("test.r" + UUID.randomUUID());
    private final Path folder = Trees.temporary("rotation");
    private final Path keyFile = folder.resolve("signing-keys.json");
    private final List<Integer> replicas = List.of(FreePorts.next(), FreePorts.next());
    private final List<Integer> management = List.of(FreePorts.next(), FreePorts.next());
    private final ChildProcess[] matchmakers = new ChildProcess[2];
    private final List<ChildProcess> instances = new ArrayList<>();
    private final List<Integer> ports = List.of(FreePorts.next(), FreePorts.next());
    private final List<Integer> instanceManagement = List.of(FreePorts.next(), FreePorts.next());
    private final LocalIssuer issuer = LocalIssuer.start(0, LocalIssuer.newKey(), Players.SECRET);
    private final SeatLedger ledger = RedisSeatLedger.connect(redis.url(), 100);
    private final Players players = new Players(issuer, world.value(), replicas);
    private final KeysRoad road = new KeysRoad(replicas);
    private final KeysRoad cutOff = new KeysRoad(replicas);
    private final AtomicInteger joins = new AtomicInteger();
    private final Queue<String> rejected = new ConcurrentLinkedQueue<>();
    private final List<Thread> joiners = new ArrayList<>();
    private volatile boolean joining = true;

    KeyRotationIT() throws IOException {}

    @BeforeEach
    void start() throws IOException {
        Files.writeString(keyFile, SigningKeys.generate());
        Files.writeString(folder.resolve("grpc-token"), UUID.randomUUID().toString());
        ledger.putWorld(
                new WorldPolicy(
                        world,
                        new LivePolicy(50, Duration.ofMinutes(5), Permissions.OPEN),
                        0,
                        2,
                        WorldPolicy.Placement.PACKED,
                        "test",
                        "w"));
        String database = sql.createDatabase("r" + UUID.randomUUID().toString().replace("-", ""));
        Migrations.apply(database, sql.user(), sql.password());
        matchmaker(0);
        matchmaker(1);
        instance(0, database, road.url());
        instance(1, database, cutOff.url());
        for (int port : Stream.concat(management.stream(), instanceManagement.stream()).toList()) {
            awaitReady(port);
        }
    }

    @AfterEach
    void stop() throws InterruptedException {
        joining = false;
        for (Thread joiner : joiners) {
            joiner.join();
        }
        instances.forEach(ChildProcess::kill);
        for (ChildProcess matchmaker : matchmakers) {
            matchmaker.kill();
        }
        road.close();
        cutOff.close();
        ledger.forget(world);
        ledger.close();
        issuer.close();
        http.shutdownNow();
        Trees.delete(folder);
    }

    @Test
    void keysAreExchangedTakenBackAndForgottenUnderRunningJoins() throws Exception {
        String old = Files.readString(keyFile);
        String oldKid = SigningKeys.parse(old).kid();
        Players.Seat kept = players.seat("keeper", 0);
        Players.Said keeper = players.hello(kept.play(), kept.ticket());
        assertThat(keeper.answer()).isInstanceOf(Welcome.class);
        // Both instances have read the old key; the second hears of no other.
        Players.Seat second = players.seat("second", 1);
        players.hello(second.play(), second.ticket()).close();
        cutOff.cut = true;
        for (int i = 0; i < JOINERS; i++) {
            String player = "joiner-" + i;
            joiners.add(Thread.ofVirtual().start(() -> join(player)));
        }
        awaitJoins();

        exchange(KeyRotation::add);
        exchange(KeyRotation::promote);
        String newKid = SigningKeys.parse(Files.readString(keyFile)).kid();
        assertThat(newKid).isNotEqualTo(oldKid);
        assertThat(metrics(management.get(0)))
                .contains("kid=\"%s\",use=\"signs\"".formatted(newKid))
                .contains("kid=\"%s\",use=\"published\"".formatted(oldKid));

        // Who cannot ask for the new key says so, and not that it is forged; the old one does.
        Players.Seat late = players.seat("late", 1);
        assertThat(refusal(late.play(), late.ticket())).isEqualTo("NOT_READY");
        assertThat(refusal(late.play(), ticket(old, 1))).isNotEqualTo(FORGED);

        // Back, and forth again: each step can be taken back as long as both keys are there.
        exchange(KeyRotation::promote);
        assertThat(SigningKeys.parse(Files.readString(keyFile)).kid()).isEqualTo(oldKid);
        exchange(KeyRotation::promote);

        // A session of the old key is as good as ever.
        keeper.close();
        keeper = players.hello(kept.play(), kept.session());
        assertThat(keeper.answer()).isInstanceOf(Welcome.class);
        assertThat(players.resume("keeper", kept.session(), replicas.get(1))).isEqualTo(200);

        // As where strangers know the key: without waiting until its sessions have ended.
        exchange(KeyRotation::retire);
        await().atMost(READ_AGAIN).until(() -> refusal(endpoint(0), ticket(old, 0)).equals(FORGED));
        keeper.close();
        assertThat(refusal(kept.play(), kept.session())).isEqualTo(FORGED);
        assertThat(players.resume("keeper", kept.session(), replicas.get(0))).isEqualTo(404);
        for (int i = 0; i < 20; i++) {
            assertThat(refusal(endpoint(0), ticket(old, 0))).isEqualTo(FORGED);
        }
        assertThat(metrics(instanceManagement.get(0)))
                .contains("ticket_key_made_seconds{kid=\"%s\"}".formatted(newKid))
                .doesNotContain(oldKid);
        // The one that is cut off believes it still, and shows that it does.
        assertThat(metrics(instanceManagement.get(1))).contains(oldKid).doesNotContain(newKid);

        cutOff.cut = false;
        await().atMost(READ_AGAIN).until(() -> refusal(endpoint(1), ticket(old, 1)).equals(FORGED));
        Players.Seat found = players.seat("late", 1);
        try (Players.Said said = players.hello(found.play(), found.ticket())) {
            assertThat(said.answer()).isInstanceOf(Welcome.class);
        }
        awaitJoins();
        assertThat(rejected).isEmpty();
        System.out.println("keys were exchanged under %d joins".formatted(joins.get()));
    }

    /** Joins and leaves, again and again. */
    private void join(String player) {
        try {
            while (joining) {
                Players.Seat seat = players.seat(player, 0);
                try (Players.Said said = players.hello(seat.play(), seat.ticket())) {
                    if (said.answer() instanceof Welcome) {
                        joins.incrementAndGet();
                        said.socket()
                                .sendBinary(ByteBuffer.wrap(Messages.encode(new Leave())), true)
                                .join();
                    } else if (!isOfTheLedger(said.answer())) {
                        rejected.add(player + ": " + said.answer());
                    }
                }
                Thread.sleep(20);
            }
        } catch (InterruptedException | RuntimeException | AssertionError e) {
            rejected.add(player + ": " + e);
        }
    }

    /**
     * Whether it was the ledger that had them ask again: it did not answer in time, or the seat
     * went to another before this player, who asked anew before it had heard that they left, came
     * back to it. No key has a part in that, and who was let this far had shown a genuine ticket.
     */
    private static boolean isOfTheLedger(ServerMessage answer) {
        return answer instanceof Goodbye goodbye
                && (goodbye.reason() == GoodbyeReason.TICKET_SUPERSEDED
                        || goodbye.reason() == GoodbyeReason.LEDGER_UNAVAILABLE);
    }

    private void awaitJoins() {
        int before = joins.get();
        await().atMost(Duration.ofSeconds(30)).until(() -> joins.get() >= before + 20);
    }

    /** The name of the Goodbye's reason; empty for whoever is welcome. */
    private String refusal(URI play, String token) throws InterruptedException {
        try (Players.Said said = players.hello(play, token)) {
            return said.answer() instanceof Goodbye goodbye ? goodbye.reason().name() : "";
        }
    }

    /** As whoever has the key can make one: of a seat that nobody gave. */
    private String ticket(String keys, int ordinal) {
        return new TicketSigner(SigningKeys.parse(keys), "otherworld")
                .sign(
                        Ticket.issue(
                                new PlayerId("thief"),
                                new InstanceId(world, ordinal),
                                new Seat(40, Instant.now().toEpochMilli() * 1000),
                                "stolen",
                                50,
                                Instant.now()));
    }

    private URI endpoint(int ordinal) {
        return URI.create("ws://127.0.0.1:%d/v1/play".formatted(ports.get(ordinal)));
    }

    /** A step of docs/upgrade.md: the Secret, then one replica after the other. */
    private void exchange(UnaryOperator<String> step) throws IOException {
        awaitJoins();
        Files.writeString(keyFile, step.apply(Files.readString(keyFile)));
        for (int i = 0; i < 2; i++) {
            matchmakers[i].stop(Duration.ofSeconds(15));
            matchmaker(i);
            awaitReady(management.get(i));
        }
        awaitJoins();
    }

    private void matchmaker(int index) {
        Map<String, String> environment = new HashMap<>();
        environment.put("OTHERWORLD_HTTP_PORT", Integer.toString(replicas.get(index)));
        environment.put("OTHERWORLD_GRPC_PORT", "0");
        environment.put("OTHERWORLD_BIND", "127.0.0.1");
        environment.put("OTHERWORLD_MANAGEMENT_PORT", Integer.toString(management.get(index)));
        environment.put("OTHERWORLD_MANAGEMENT_BIND", "127.0.0.1");
        environment.put("REDIS_URL", redis.url());
        environment.put("OTHERWORLD_SIGNING_KEY_FILE", keyFile.toString());
        environment.put("OTHERWORLD_GRPC_TOKEN_FILE", folder.resolve("grpc-token").toString());
        environment.put("OTHERWORLD_OIDC_ISSUER", issuer.issuer());
        matchmakers[index] = start("matchmaker", "matchmaker-" + index, environment);
    }

    private void instance(int ordinal, String database, String keys) {
        String pod = "pod-" + ordinal;
        Map<String, String> environment = new HashMap<>();
        environment.put("OTHERWORLD_WORLD", world.value());
        environment.put("OTHERWORLD_ORDINAL", Integer.toString(ordinal));
        environment.put("OTHERWORLD_POD_NAME", pod);
        environment.put("OTHERWORLD_POD_UID", pod);
        environment.put("OTHERWORLD_PORT", Integer.toString(ports.get(ordinal)));
        environment.put("OTHERWORLD_BIND", "127.0.0.1");
        environment.put(
                "OTHERWORLD_MANAGEMENT_PORT", Integer.toString(instanceManagement.get(ordinal)));
        environment.put("OTHERWORLD_MANAGEMENT_BIND", "127.0.0.1");
        environment.put("OTHERWORLD_CAPACITY", "50");
        environment.put("OTHERWORLD_WEBRTC", "false");
        environment.put("OTHERWORLD_KEYS_URL", keys);
        environment.put("DATABASE_URL", database);
        environment.put("DATABASE_USER", sql.user());
        environment.put("DATABASE_PASSWORD", sql.password());
        environment.put("REDIS_URL", redis.url());
        instances.add(start("instance-server", pod, environment));
        ledger.putHost(
                world,
                new InstanceHost(
                        ordinal,
                        pod,
                        pod,
                        List.of(endpoint(ordinal).toString()),
                        InstanceHost.Phase.READY));
    }

    private ChildProcess start(String process, String name, Map<String, String> environment) {
        String main =
                process.equals("matchmaker")
                        ? "otherworld.matchmaker.Main"
                        : "otherworld.instance.Main";
        List<String> flags =
                Stream.concat(
                                build.jvmFlags(process).stream(),
                                Stream.of("-Xmx192m", "-XX:TieredStopAtLevel=1"))
                        .toList();
        return ChildProcess.start(
                ProcessSpec.of(
                                name,
                                folder,
                                folder.resolve(name + ".log"),
                                build.java(process, main, flags))
                        .withEnvironment(environment));
    }

    private void awaitReady(int port) {
        await().atMost(Duration.ofSeconds(60))
                .ignoreExceptionsInstanceOf(IOException.class)
                .until(() -> get(port, "/readyz").statusCode() == 200);
    }

    private String metrics(int port) throws IOException, InterruptedException {
        return get(port, "/metrics").body();
    }

    private HttpResponse<String> get(int port, String path)
            throws IOException, InterruptedException {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:%d%s".formatted(port, path)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
