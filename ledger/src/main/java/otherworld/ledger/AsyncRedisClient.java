package otherworld.ledger;

import io.lettuce.core.RedisChannelWriter;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StatefulRedisConnectionImpl;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.RedisCodec;
import io.lettuce.core.protocol.PushHandler;
import io.lettuce.core.resource.ClientResources;
import java.time.Duration;

/**
 * A client whose connections have asynchronous commands alone. Lettuce makes the synchronous ones
 * with each connection, a proxy of some 800 methods: a tenth of what a process does to start.
 */
final class AsyncRedisClient extends RedisClient {
    AsyncRedisClient(ClientResources resources, RedisURI uri) {
        super(resources, uri);
    }

    @Override
    protected <K, V> StatefulRedisConnectionImpl<K, V> newStatefulRedisConnection(
            RedisChannelWriter writer,
            PushHandler pushes,
            RedisCodec<K, V> codec,
            Duration timeout) {
        return new AsyncConnection<>(writer, pushes, codec, timeout);
    }

    private static final class AsyncConnection<K, V> extends StatefulRedisConnectionImpl<K, V> {
        AsyncConnection(
                RedisChannelWriter writer,
                PushHandler pushes,
                RedisCodec<K, V> codec,
                Duration timeout) {
            super(writer, pushes, codec, timeout);
        }

        @Override
        public RedisCommands<K, V> sync() {
            throw new UnsupportedOperationException("this connection has async() alone");
        }

        @Override
        @SuppressWarnings("NullAway") // its user, sync(), is replaced
        protected RedisCommands<K, V> newRedisSyncCommandsImpl() {
            return null;
        }
    }
}
