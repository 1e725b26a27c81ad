package otherworld.ledger;

import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import otherworld.ledger.WorldPolicy.Placement;
import otherworld.local.redis.RedisServer;

/** A World of capacity 4 and at most 10 instances, for each test its own, on a shared Redis. */
abstract class LedgerTests {
    LedgerFixture f;

    @BeforeEach
    void open() {
        f = new LedgerFixture(RedisServer.shared().url());
        f.policy(4, Placement.PACKED);
    }

    @AfterEach
    void close() {
        f.seats.forget(f.world);
        f.close();
    }

    /** What a look at Redis itself says. */
    static <T> T inRedis(Function<RedisCommands<String, String>, T> look) {
        RedisClient client = RedisClient.create(RedisServer.shared().url());
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
            return look.apply(connection.sync());
        } finally {
            client.shutdown();
        }
    }
}
