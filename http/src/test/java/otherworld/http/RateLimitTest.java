package otherworld.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimitTest {
    private final AtomicLong nowNs = new AtomicLong();

    @Test
    void aBurstThenTheRate() {
        RateLimit<String> limit = new RateLimit<>(10, 3, 100, nowNs::get);
        for (int i = 0; i < 3; i++) {
            assertThat(limit.tryTake("ann")).isTrue();
        }
        assertThat(limit.tryTake("ann")).isFalse();
        assertThat(limit.tryTake("bob")).isTrue();
        nowNs.addAndGet(99_000_000);
        assertThat(limit.tryTake("ann")).isFalse();
        nowNs.addAndGet(1_000_001);
        assertThat(limit.tryTake("ann")).isTrue();
        assertThat(limit.tryTake("ann")).isFalse();
    }

    @Test
    void aRecentMapNeverGrowsPastTwiceItsCapacity() {
        RecentMap<Integer, Integer> map = new RecentMap<>(10);
        for (int i = 0; i < 1_000; i++) {
            map.put(i, i);
            assertThat(map.size()).isLessThanOrEqualTo(20);
            assertThat(map.get(i)).isEqualTo(i);
        }
        assertThat(map.get(0)).isNull();
    }

    @Test
    void aRecentMapKeepsWhatIsUsed() {
        RecentMap<Integer, Integer> map = new RecentMap<>(10);
        map.put(-1, -1);
        for (int i = 0; i < 1_000; i++) {
            map.put(i, i);
            assertThat(map.get(-1)).isEqualTo(-1);
        }
    }
}
