package otherworld.ledger;

import io.lettuce.core.codec.StringCodec;
import java.util.Map;
import java.util.Optional;
import otherworld.base.InstanceId;

/**
 * {@link HostDirectory} in Redis. Reads {@code ow:{id}:inst:<ordinal>} and no other key, by the one
 * command HGETALL: a user that may do no more is enough (docs/redis-keys.md).
 */
public final class RedisHostDirectory implements HostDirectory {
    private final RedisLink<String> redis;

    private RedisHostDirectory(RedisSettings settings) {
        redis = new RedisLink<>(settings, StringCodec.UTF8);
    }

    /** Does not wait for Redis: until it answers, calls throw {@link LedgerUnavailable}. */
    public static RedisHostDirectory connect(RedisSettings settings) {
        return new RedisHostDirectory(settings);
    }

    @Override
    public Optional<Found> find(InstanceId instance) {
        String key = "ow:{%s}:inst:%d".formatted(instance.world(), instance.ordinal());
        return found(redis.call(commands -> commands.hgetall(key)));
    }

    static Optional<Found> found(Map<String, String> fields) {
        String podUid = fields.getOrDefault("podUid", "");
        String host = podUid.isEmpty() ? "" : fields.getOrDefault("host:" + podUid, "");
        String address = InstanceHost.address(host);
        String epoch = fields.getOrDefault("epoch", "");
        // Whatever is missing, or of nobody of us, is as good as absent.
        if (address.isEmpty() || !epoch.matches("[0-9]{1,18}")) {
            return Optional.empty();
        }
        return Optional.of(new Found(Long.parseLong(epoch), podUid, address));
    }

    @Override
    public void close() {
        redis.close();
    }
}
