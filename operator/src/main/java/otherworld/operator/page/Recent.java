package otherworld.operator.page;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers that are made at most once in a while, however many ask: those who ask meanwhile get the
 * same, or wait for the one who makes it. Thread-safe.
 */
final class Recent<K, V> {
    private final long lifeNs;
    private final LongSupplier nanoClock;
    private final Map<K, Made<V>> entries;

    private record Made<V>(CompletableFuture<V> answer, long madeNs) {}

    /**
     * @param most that are kept; the oldest goes first
     */
    Recent(Duration life, int most, LongSupplier nanoClock) {
        this.lifeNs = life.toNanos();
        this.nanoClock = nanoClock;
        this.entries =
                new LinkedHashMap<>() {
                    private static final long serialVersionUID = 1;

                    @Override
                    protected boolean removeEldestEntry(Map.@Nullable Entry<K, Made<V>> eldest) {
                        return size() > most;
                    }
                };
    }

    V get(K key, Supplier<V> make) {
        CompletableFuture<V> answer;
        boolean makes;
        synchronized (entries) {
            long now = nanoClock.getAsLong();
            Made<V> entry = entries.get(key);
            makes = entry == null || now - entry.madeNs() >= lifeNs;
            if (entry == null || makes) {
                answer = new CompletableFuture<>();
                entries.remove(key);
                entries.put(key, new Made<>(answer, now));
            } else {
                answer = entry.answer();
            }
        }
        if (makes) {
            try {
                answer.complete(make.get());
            } catch (RuntimeException e) {
                answer.completeExceptionally(e);
                synchronized (entries) {
                    entries.values().removeIf(it -> it.answer().isCompletedExceptionally());
                }
            }
        }
        try {
            return answer.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }
}
