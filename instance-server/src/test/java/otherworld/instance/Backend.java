package otherworld.instance;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import otherworld.base.InstanceId;
import otherworld.base.LivePolicy;
import otherworld.base.Permissions;
import otherworld.base.PlayerId;
import otherworld.base.Seat;
import otherworld.base.WorldId;
import otherworld.bots.BotOptions;
import otherworld.ledger.InstanceHost;
import otherworld.ledger.InstanceLedger;
import otherworld.ledger.RedisInstanceLedger;
import otherworld.ledger.RedisSeatLedger;
import otherworld.ledger.SeatLedger;
import otherworld.ledger.WorldPolicy;
import otherworld.local.database.DatabaseServer;
import otherworld.local.redis.RedisServer;
import otherworld.persistence.EntityPatch;
import otherworld.persistence.Migrations;
import otherworld.persistence.PropBody;
import otherworld.persistence.StoredEntities;
import otherworld.tickets.SessionToken;
import otherworld.tickets.SigningKeys;
import otherworld.tickets.Ticket;
import otherworld.tickets.TicketSigner;
import otherworld.tickets.Token;

/**
 * What an instance lives on, real and shared by the tests of this JVM: a database and a World of
 * its own for each test class, Redis, and a matchmaker's keys.
 */
final class Backend implements AutoCloseable {
    static final String ISSUER = "otherworld";

    private static final AtomicInteger WORLDS = new AtomicInteger();

    final DatabaseServer sql = DatabaseServer.shared();
    final RedisServer redis = RedisServer.shared();
    final InstanceId instance =
            new InstanceId(
                    new WorldId(
                            "test.w%d-%d"
                                    .formatted(
                                            ProcessHandle.current().pid(),
                                            WORLDS.incrementAndGet())),
                    0);
    final SeatLedger seats = RedisSeatLedger.connect(redis.url(), 100);
    private final TicketSigner signer;
    private final HttpServer keys;
    private final String databaseUrl;
    private final AtomicLong generation = new AtomicLong(Instant.now().toEpochMilli() * 1000);

    Backend() {
        databaseUrl = sql.createDatabase("i" + UUID.randomUUID().toString().replace("-", ""));
        Migrations.apply(databaseUrl, sql.user(), sql.password());
        SigningKeys signing = SigningKeys.parse(SigningKeys.generate());
        signer = new TicketSigner(signing, ISSUER);
        byte[] published = signing.publicJson().getBytes(StandardCharsets.UTF_8);
        try {
            keys = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        keys.createContext(
                "/v1/keys",
                exchange -> {
                    exchange.sendResponseHeaders(200, published.length);
                    exchange.getResponseBody().write(published);
                    exchange.close();
                });
        keys.start();
        policy(100, Duration.ofSeconds(10));
    }

    /** What the operator would tell the ledger. */
    void policy(int capacity, Duration reconnectWindow) {
        policy(new LivePolicy(capacity, reconnectWindow, Permissions.OPEN));
    }

    void policy(LivePolicy live) {
        seats.putWorld(
                new WorldPolicy(
                        instance.world(), live, 0, 1, WorldPolicy.Placement.PACKED, "test", "w"));
    }

    Map<String, String> environment(String podUid, int port) {
        Map<String, String> environment = new HashMap<>();
        environment.put("OTHERWORLD_WORLD", instance.world().value());
        environment.put("OTHERWORLD_ORDINAL", Integer.toString(instance.ordinal()));
        environment.put("OTHERWORLD_POD_NAME", podUid);
        environment.put("OTHERWORLD_POD_UID", podUid);
        environment.put("OTHERWORLD_PORT", Integer.toString(port));
        environment.put("OTHERWORLD_BIND", "127.0.0.1");
        environment.put("OTHERWORLD_CAPACITY", "100");
        environment.put("OTHERWORLD_RECONNECT_WINDOW", "10s");
        environment.put("OTHERWORLD_TICKET_ISSUER", ISSUER);
        environment.put("OTHERWORLD_ZONE_LOG", "true");
        environment.put("OTHERWORLD_KEYS_URL", keysUrl());
        environment.put("DATABASE_URL", databaseUrl);
        environment.put("DATABASE_USER", sql.user());
        environment.put("DATABASE_PASSWORD", sql.password());
        environment.put("REDIS_URL", redis.url());
        return environment;
    }

    String keysUrl() {
        return "http://127.0.0.1:%d/v1/keys".formatted(keys.getAddress().getPort());
    }

    /** What the operator would tell the ledger of a pod behind gateways. */
    void behindGateway(InstanceProcess pod, String podUid) {
        seats.putHost(
                instance.world(),
                new InstanceHost(
                        instance.ordinal(),
                        podUid,
                        podUid,
                        List.of("ws://gateway/i"),
                        "127.0.0.1:" + pod.port,
                        InstanceHost.Phase.READY));
    }

    /** As a host of an instance would report. */
    void reports(InstanceId at, String podUid, long epoch) {
        try (RedisInstanceLedger ledger = RedisInstanceLedger.connect(redis.url())) {
            var _ =
                    ledger.heartbeat(
                            new InstanceLedger.Heartbeat(
                                    at, epoch, podUid, 100, true, "", List.of()));
        }
    }

    /** A seat assignment as the matchmaker would make it; the ledger learns of it by the claim. */
    Seat seat(int number) {
        return new Seat(number, generation.incrementAndGet());
    }

    String ticket(String player, Seat seat) {
        return signer.sign(
                Ticket.issue(new PlayerId(player), instance, seat, "request", 100, Instant.now()));
    }

    String ticket(String player, Seat seat, List<String> groups) {
        return signer.sign(
                Ticket.issue(
                        new PlayerId(player),
                        instance,
                        seat,
                        "request",
                        groups,
                        100,
                        Instant.now()));
    }

    String session(String player, Seat seat) {
        return signer.sign(
                SessionToken.issue(new PlayerId(player), instance, seat, "request", Instant.now()));
    }

    String sign(Token token) {
        return signer.sign(token);
    }

    /** For bots, who look there for what they were promised. */
    BotOptions.Database database() {
        return new BotOptions.Database(databaseUrl, sql.user(), sql.password());
    }

    /** What is durable, by entity. */
    Map<Long, PropBody> stored() {
        Map<Long, PropBody> props = new HashMap<>();
        List<EntityPatch> entities =
                StoredEntities.read(databaseUrl, sql.user(), sql.password(), instance);
        entities.forEach(entity -> props.put(entity.id(), PropBody.decode(entity.body())));
        return props;
    }

    Connection connect() throws SQLException {
        return DriverManager.getConnection(databaseUrl, sql.user(), sql.password());
    }

    /** For sessions from now on, of which the host's writer is one; its lease's is not. */
    void readOnly(boolean on) throws SQLException {
        String name = databaseUrl.replaceAll(".*/([a-z0-9]+).*", "$1");
        try (Connection connection = connect();
                Statement changing = connection.createStatement()) {
            changing.execute("SET default_transaction_read_only = off");
            changing.execute(
                    "ALTER DATABASE %s SET default_transaction_read_only = %s"
                            .formatted(name, on ? "on" : "off"));
        }
        if (on) {
            execute(
                    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s' AND query LIKE '%%INSERT INTO journal%%' AND pid <> pg_backend_pid()"
                            .formatted(name));
        }
    }

    /** Changes the database behind the program's back. */
    void execute(String statement) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(databaseUrl, sql.user(), sql.password());
                Statement changing = connection.createStatement()) {
            changing.execute(statement);
        }
    }

    /** Whether the instance's host says that nobody is inside and nobody is let in. */
    boolean isIdle() {
        try (Connection connection =
                        DriverManager.getConnection(databaseUrl, sql.user(), sql.password());
                Statement asking = connection.createStatement();
                ResultSet row = asking.executeQuery("SELECT idle FROM instance")) {
            return row.next() && row.getBoolean(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        keys.stop(0);
        seats.forget(instance.world());
        seats.close();
    }
}
