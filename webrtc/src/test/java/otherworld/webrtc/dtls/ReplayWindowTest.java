package otherworld.webrtc.dtls;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ReplayWindowTest {
    @Test
    void takesWhatNetworksReorderOnceAndNothingThatIsTooOld() {
        var window = new ReplayWindow(5);

        assertThat(window.isNew(5)).isFalse();
        assertThat(window.isNew(4)).isTrue();
        window.mark(69);
        assertThat(window.isNew(69)).isFalse();
        assertThat(window.isNew(6)).as("the oldest that is known").isTrue();
        assertThat(window.isNew(5)).as("seen, and now too old").isFalse();
        assertThat(window.isNew(4)).as("too old").isFalse();
        window.mark(6);
        assertThat(window.isNew(6)).isFalse();
        window.mark(1_000);
        assertThat(window.isNew(999)).isTrue();
        assertThat(window.isNew(69)).isFalse();
    }

    @Test
    void agreesWithASetOfAllThatWasSeen() {
        long seed = Long.getLong("seed", System.nanoTime());
        System.out.println("ReplayWindowTest seed: -Dseed=" + seed);
        var random = new Random(seed);
        var window = new ReplayWindow(0);
        Set<Long> seen = new HashSet<>(Set.of(0L));
        long highest = 0;
        for (int i = 0; i < 100_000; i++) {
            long sequence = Math.max(0, highest + random.nextInt(-100, 30));
            boolean expected = sequence > highest - 64 && !seen.contains(sequence);
            assertThat(window.isNew(sequence))
                    .as("%d of %d", sequence, highest)
                    .isEqualTo(expected);
            if (expected && random.nextInt(4) != 0) { // one in four is not authentic
                window.mark(sequence);
                seen.add(sequence);
                highest = Math.max(highest, sequence);
            }
        }
    }
}
