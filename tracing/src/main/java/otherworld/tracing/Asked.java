package otherworld.tracing;

import java.util.concurrent.atomic.AtomicLong;

/**
 * So many a second, of what anybody may ask for. Any thread, without locks: a second's count is the
 * low half of a word, whose high half says which second it is.
 */
final class Asked {
    private static final long SECOND_NS = 1_000_000_000L;

    private final int perSecond;
    private final AtomicLong taken = new AtomicLong();

    Asked(int perSecond) {
        this.perSecond = perSecond;
    }

    boolean take(long nowNs) {
        long second = (nowNs / SECOND_NS) & 0xFFFF_FFFFL;
        while (true) {
            long before = taken.get();
            long used = before >>> 32 == second ? before & 0xFFFF_FFFFL : 0;
            if (used >= perSecond) {
                return false;
            }
            if (taken.compareAndSet(before, second << 32 | (used + 1))) {
                return true;
            }
        }
    }
}
