package otherworld.instance.loop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayDeque;
import java.util.Random;
import org.junit.jupiter.api.Test;
import otherworld.persistence.PatchWriter;

class AwaitedEditsTest {
    private static final long SECOND = 1_000_000_000L;
    private final AwaitedEdits awaited = new AwaitedEdits();

    @Test
    void anEditIsLateOnceAndAfterMoreThanASecond() {
        awaited.add(0);
        assertThat(awaited.newlyLate(SECOND)).isZero();
        assertThat(awaited.newlyLate(SECOND + 1)).isEqualTo(1);
        assertThat(awaited.newlyLate(5 * SECOND)).isZero();
        assertThat(awaited.removeOldest(6 * SECOND)).isEqualTo(6 * SECOND);
        assertThat(awaited.isEmpty()).isTrue();
    }

    @Test
    void whatIsDurableInTimeIsNeverLate() {
        awaited.add(0);
        awaited.add(10);
        assertThat(awaited.removeOldest(SECOND)).isEqualTo(SECOND);
        assertThat(awaited.newlyLate(SECOND + 10)).isZero();
        assertThat(awaited.newlyLate(SECOND + 11)).isEqualTo(1);
    }

    @Test
    void asManyAsTheWriterTakesAndNoMore() {
        for (int i = 0; i < PatchWriter.MAX_EDITS; i++) {
            awaited.add(i);
        }
        assertThatThrownBy(() -> awaited.add(0)).isInstanceOf(IllegalStateException.class);
        assertThat(awaited.newlyLate(2 * SECOND)).isEqualTo(PatchWriter.MAX_EDITS);
        for (int i = 0; i < PatchWriter.MAX_EDITS; i++) {
            assertThat(awaited.removeOldest(2 * SECOND)).isEqualTo(2 * SECOND - i);
        }
        assertThatThrownBy(() -> awaited.removeOldest(0)).isInstanceOf(IllegalStateException.class);
    }

    /** Against a queue that remembers of each whether it was counted. */
    @Test
    void countsWhatAPlainQueueCounts() {
        Random random = new Random(20);
        ArrayDeque<long[]> plain = new ArrayDeque<>();
        long now = 1;
        for (int step = 0; step < 20_000; step++) {
            now += random.nextLong(SECOND / 4);
            if (random.nextBoolean() && plain.size() < PatchWriter.MAX_EDITS) {
                awaited.add(now);
                plain.add(new long[] {now, 0});
            } else if (!plain.isEmpty() && random.nextInt(4) > 0) {
                assertThat(awaited.removeOldest(now)).isEqualTo(now - plain.remove()[0]);
            }
            int late = 0;
            for (long[] one : plain) {
                if (one[1] == 0 && now - one[0] > SECOND) {
                    one[1] = 1;
                    late++;
                }
            }
            assertThat(awaited.newlyLate(now)).isEqualTo(late);
        }
    }
}
