package otherworld.bots;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import otherworld.persistence.StoreUnavailable;

class JudgeTest {
    private static final Duration PAUSE = Duration.ofMillis(1);

    private final AtomicInteger asked = new AtomicInteger();

    private int read(int fails) {
        if (asked.incrementAndGet() <= fails) {
            throw new StoreUnavailable("time-out " + asked);
        }
        return 7;
    }

    @Test
    void aDatabaseThatIsBackInTimeIsLookedInto() {
        assertThat(Judge.patiently(() -> read(3), Duration.ofSeconds(10), PAUSE)).isEqualTo(7);
        assertThat(asked).hasValue(4);
    }

    @Test
    void oneThatStaysAwayIsSaidInItsOwnWords() {
        assertThatThrownBy(
                        () -> Judge.patiently(() -> read(1_000_000), Duration.ofMillis(20), PAUSE))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageStartingWith("time-out ");
        assertThat(asked.get()).isGreaterThan(1);
    }
}
