package otherworld.webrtc.udp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class TimerHeapTest {
    private static final class Timer extends TimerHeap.Entry {}

    @Test
    void firesInOrderWhateverMoved() {
        var random = new Random(3);
        var heap = new TimerHeap();
        List<Timer> timers = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            timers.add(new Timer());
        }
        for (int i = 0; i < 5_000; i++) {
            Timer timer = timers.get(random.nextInt(timers.size()));
            switch (random.nextInt(4)) {
                case 0 -> heap.remove(timer);
                case 1 -> heap.schedule(timer, Long.MAX_VALUE);
                default -> heap.schedule(timer, random.nextLong(1_000_000));
            }
            long expected = timers.stream().mapToLong(TimerHeap.Entry::dueNs).min().orElseThrow();
            assertThat(heap.nextNs()).isEqualTo(expected);
        }
        int size = heap.size();
        assertThat(heap.poll(-1)).isNull();
        long last = -1;
        int fired = 0;
        for (long due = heap.nextNs(); heap.poll(1_000_000) != null; due = heap.nextNs()) {
            assertThat(due).isGreaterThanOrEqualTo(last);
            last = due;
            fired++;
        }
        assertThat(fired).isEqualTo(size);
        assertThat(heap.nextNs()).isEqualTo(Long.MAX_VALUE);
    }
}
