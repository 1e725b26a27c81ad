package otherworld.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A map that keeps what was used lately: at most twice {@code capacity} entries, in two
 * generations. When the younger is full the older is dropped. Thread-safe, without locks where an
 * entry is found.
 */
public final class RecentMap<K, V> {
    private final int capacity;
    private volatile Map<K, V> young = new ConcurrentHashMap<>();
    private volatile Map<K, V> old = Map.of();

    public RecentMap(int capacity) {
        this.capacity = capacity;
    }

    public @Nullable V get(K key) {
        V value = young.get(key);
        if (value != null) {
            return value;
        }
        value = old.get(key);
        if (value != null) {
            put(key, value);
        }
        return value;
    }

    /** The value of {@code key}, made if there is none. Two threads may each get one they made. */
    public V computeIfAbsent(K key, Function<K, V> make) {
        V value = get(key);
        if (value == null) {
            value = make.apply(key);
            put(key, value);
        }
        return value;
    }

    public void put(K key, V value) {
        if (young.size() >= capacity) {
            rotate();
        }
        young.put(key, value);
    }

    public int size() {
        return young.size() + old.size();
    }

    private synchronized void rotate() {
        if (young.size() >= capacity) {
            old = young;
            young = new ConcurrentHashMap<>();
        }
    }
}
