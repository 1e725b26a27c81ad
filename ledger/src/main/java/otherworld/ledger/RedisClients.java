package otherworld.ledger;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisCommandInterruptedException;
import io.lettuce.core.RedisCommandTimeoutException;
import io.lettuce.core.RedisException;
import io.lettuce.core.RedisURI;
import io.lettuce.core.SocketOptions;
import io.lettuce.core.SslOptions;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.cluster.ClusterClientOptions;
import io.lettuce.core.cluster.ClusterTopologyRefreshOptions;
import io.lettuce.core.cluster.RedisClusterClient;
import io.lettuce.core.cluster.SlotHash;
import io.lettuce.core.cluster.api.StatefulRedisClusterConnection;
import io.lettuce.core.cluster.api.async.RedisClusterAsyncCommands;
import io.lettuce.core.cluster.models.partitions.RedisClusterNode;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.metrics.CommandLatencyRecorder;
import io.lettuce.core.pubsub.StatefulRedisPubSubConnection;
import io.lettuce.core.resource.ClientResources;
import io.lettuce.core.resource.Delay;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import otherworld.ledger.RedisSettings.Kind;

/** Lettuce's clients, by what is at the other end. Guarded by {@link RedisLink}, but for close. */
final class RedisClients implements AutoCloseable {
    private static final Duration LONGEST_RECONNECT_DELAY = Duration.ofMillis(500);
    private static final Duration LEAST_BETWEEN_REFRESHES = Duration.ofMillis(500);
    private static final Duration REFRESH = Duration.ofSeconds(30);
    private static final Duration HANDSHAKE = Duration.ofSeconds(2);
    private static final int MAX_QUEUED = 20_000;

    private final RedisSettings settings;
    private final ClientResources resources =
            ClientResources.builder()
                    .ioThreadPoolSize(2)
                    .computationThreadPoolSize(2)
                    .commandLatencyRecorder(CommandLatencyRecorder.disabled()) // nobody reads it
                    .reconnectDelay(
                            Delay.exponential(
                                    Duration.ofMillis(10),
                                    LONGEST_RECONNECT_DELAY,
                                    2,
                                    TimeUnit.MILLISECONDS))
                    .build();
    private volatile boolean cluster;
    private volatile @Nullable RedisClient single;
    private volatile @Nullable RedisClusterClient clustered;

    /** The primaries behind a connection. */
    interface Route<V> {
        /** The name of the one a key is on. */
        String node(String key);

        /** Commands to each, by its address. */
        Map<String, RedisClusterAsyncCommands<V, V>> primaries();
    }

    private record One<V>(String address, RedisClusterAsyncCommands<V, V> commands)
            implements Route<V> {
        @Override
        public String node(String key) {
            return "";
        }

        @Override
        public Map<String, RedisClusterAsyncCommands<V, V>> primaries() {
            return Map.of(address, commands);
        }
    }

    private record Many<V>(StatefulRedisClusterConnection<V, V> connection) implements Route<V> {
        @Override
        public String node(String key) {
            RedisClusterNode node =
                    connection.getPartitions().getPartitionBySlot(SlotHash.getSlot(key));
            return node == null ? "" : node.getNodeId();
        }

        @Override
        public Map<String, RedisClusterAsyncCommands<V, V>> primaries() {
            Map<String, RedisClusterAsyncCommands<V, V>> all = new TreeMap<>();
            for (RedisClusterNode node : connection.getPartitions()) {
                if (node.getRole().isUpstream() && !node.getSlots().isEmpty()) {
                    RedisURI uri = node.getUri();
                    all.put(
                            uri.getHost() + ":" + uri.getPort(),
                            connection.getConnection(node.getNodeId()).async());
                }
            }
            return all;
        }
    }

    RedisClients(RedisSettings settings) {
        this.settings = settings;
        this.cluster = settings.kind() == Kind.CLUSTER;
    }

    String address() {
        return settings.address();
    }

    /** From now on it is spoken to as to a cluster. */
    void recognizedCluster() {
        cluster = true;
    }

    <V> RedisLink.Open<V> connect(RedisCodec<V, V> codec) {
        if (!cluster) {
            StatefulRedisConnection<V, V> connection = single().connect(codec);
            if (settings.kind() == Kind.SENTINEL || !isCluster(connection)) {
                return new RedisLink.Open<>(
                        connection, connection.async(), new One<>(address(), connection.async()));
            }
            connection.close();
            cluster = true;
        }
        StatefulRedisClusterConnection<V, V> connection = clustered().connect(codec);
        return new RedisLink.Open<>(connection, connection.async(), new Many<>(connection));
    }

    <V> StatefulRedisPubSubConnection<V, V> connectPubSub(RedisCodec<V, V> codec) {
        return cluster ? clustered().connectPubSub(codec) : single().connectPubSub(codec);
    }

    private static boolean isCluster(StatefulRedisConnection<?, ?> connection) {
        try {
            return connection
                    .async()
                    .info("server")
                    .get(RedisLink.TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)
                    .contains("redis_mode:cluster");
        } catch (RedisException | ExecutionException e) {
            return false; // not allowed to ask: MOVED will tell
        } catch (TimeoutException e) {
            throw new RedisCommandTimeoutException(
                    "no answer to INFO within %d ms".formatted(RedisLink.TIMEOUT.toMillis()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RedisCommandInterruptedException(e);
        }
    }

    private RedisClient single() {
        RedisClient client = single;
        if (client == null) {
            single = client = new AsyncRedisClient(resources, uris().getFirst());
            client.setOptions(options(ClientOptions.builder()).build());
        }
        return client;
    }

    private RedisClusterClient clustered() {
        RedisClusterClient client = clustered;
        if (client == null) {
            clustered = client = RedisClusterClient.create(resources, uris());
            ClusterClientOptions.Builder options =
                    ClusterClientOptions.builder()
                            .topologyRefreshOptions(
                                    ClusterTopologyRefreshOptions.builder()
                                            .adaptiveRefreshTriggersTimeout(LEAST_BETWEEN_REFRESHES)
                                            .refreshTriggersReconnectAttempts(1)
                                            .enablePeriodicRefresh(REFRESH)
                                            .build());
            options(options);
            // Connections to nodes are made when first used: what comes meanwhile must wait, as it
            // must
            // for a node that fails over, at most until its caller gives up.
            options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.ACCEPT_COMMANDS);
            client.setOptions(options.build());
        }
        return client;
    }

    private List<RedisURI> uris() {
        if (settings.kind() == Kind.SENTINEL) {
            RedisURI uri = authenticated(new RedisURI());
            uri.setSentinelMasterId(settings.master());
            for (RedisSettings.Host host : settings.hosts()) {
                RedisURI sentinel = new RedisURI(host.name(), host.port(), RedisLink.TIMEOUT);
                sentinel.setSsl(settings.tls());
                if (!settings.sentinelPassword().isEmpty()) {
                    sentinel.setAuthentication(settings.sentinelPassword());
                }
                uri.getSentinels().add(sentinel);
            }
            return List.of(uri);
        }
        return settings.hosts().stream()
                .map(host ->
                        authenticated(new RedisURI(host.name(), host.port(), RedisLink.TIMEOUT)))
                .toList();
    }

    private RedisURI authenticated(RedisURI uri) {
        uri.setTimeout(RedisLink.TIMEOUT);
        uri.setSsl(settings.tls());
        uri.setDatabase(settings.database());
        uri.setClientName("otherworld");
        if (!settings.user().isEmpty()) {
            uri.setAuthentication(settings.user(), settings.password());
        } else if (!settings.password().isEmpty()) {
            uri.setAuthentication(settings.password());
        }
        return uri;
    }

    private <B extends ClientOptions.Builder> B options(B options) {
        options.disconnectedBehavior(ClientOptions.DisconnectedBehavior.REJECT_COMMANDS)
                .requestQueueSize(MAX_QUEUED)
                .sslOptions(tls())
                .socketOptions(
                        SocketOptions.builder()
                                .connectTimeout(RedisLink.TIMEOUT)
                                .tcpNoDelay(true)
                                .keepAlive(true)
                                .build());
        return options;
    }

    private SslOptions tls() {
        SslOptions.Builder options =
                SslOptions.builder().jdkSslProvider().handshakeTimeout(HANDSHAKE);
        if (!settings.authority().isEmpty()) {
            options.trustManager(pem(settings.authority()));
        }
        if (!settings.certificate().isEmpty()) {
            options.keyManager(pem(settings.certificate()), pem(settings.key()), null);
        }
        return options.build();
    }

    private static SslOptions.Resource pem(String text) {
        return () -> new ByteArrayInputStream(text.getBytes(StandardCharsets.US_ASCII));
    }

    @Override
    public void close() {
        RedisClient one = single;
        if (one != null) {
            one.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
        RedisClusterClient many = clustered;
        if (many != null) {
            many.shutdown(Duration.ZERO, Duration.ofSeconds(2));
        }
        resources.shutdown(0, 2, TimeUnit.SECONDS).awaitUninterruptibly(3, TimeUnit.SECONDS);
    }
}
