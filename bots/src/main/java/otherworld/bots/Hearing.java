package otherworld.bots;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * When any bot at all heard from one host, to {@link #SLOT_MS}. Clients ping each second and are
 * told of each other many times a second, so a host of whom nobody hears for longer than {@link
 * #SILENCE_MS} was paused, or all of this process was: what happened meanwhile nobody could know.
 * Thread-safe.
 */
final class Hearing {
    static final long SLOT_MS = 100;
    static final long SILENCE_MS = 1_500;

    private final BitSet heard = new BitSet();
    private long firstMs = Long.MIN_VALUE;
    private volatile long latestMs = Long.MIN_VALUE;

    /** From and to, on the run's clock. */
    record Silence(long fromMs, long toMs) {
        long ms() {
            return toMs - fromMs;
        }
    }

    void heard(long nowMs) {
        if (nowMs / SLOT_MS == latestMs / SLOT_MS) {
            return; // nearly always
        }
        synchronized (this) {
            if (firstMs == Long.MIN_VALUE) {
                firstMs = nowMs / SLOT_MS * SLOT_MS;
            }
            heard.set((int) Math.max(0, (nowMs - firstMs) / SLOT_MS));
            latestMs = Math.max(latestMs, nowMs);
        }
    }

    /** Between the first time and the last that anybody heard. */
    synchronized List<Silence> silences() {
        List<Silence> silences = new ArrayList<>();
        int slot = heard.nextSetBit(0);
        while (slot >= 0) {
            int next = heard.nextSetBit(slot + 1);
            long fromMs = firstMs + (slot + 1) * SLOT_MS;
            long toMs = firstMs + next * SLOT_MS;
            if (next > 0 && toMs - fromMs > SILENCE_MS) {
                silences.add(new Silence(fromMs, toMs));
            }
            slot = next;
        }
        return silences;
    }
}
