package otherworld.instance.loop;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a move waits for beyond the tick that it came in time for: how long after that was due each
 * step was done, told in the log every few seconds. For whoever looks for where time goes; off, and
 * then nothing is called, unless the process has {@code -Dotherworld.tickTrace=true}.
 */
public final class TickTrace {
    public static final boolean ON = Boolean.getBoolean("otherworld.tickTrace");

    private static final Logger log = LoggerFactory.getLogger(TickTrace.class);
    private static final long TOLD_EVERY_NS = TimeUnit.SECONDS.toNanos(3);
    private static final int MOST_SAMPLES = 1 << 14;

    private static final Map<Step, Samples> SAMPLES = new EnumMap<>(Step.class);
    private static long toldNs;
    private static volatile long dueNs;

    /** In their order. */
    public enum Step {
        /** The simulation has the processor. */
        AWAKE,
        /** What had come to the sockets is read. */
        READ,
        /** What was read is done. */
        DONE,
        /** Everybody's messages are made, and handed to the sockets' threads. */
        MADE,
        /** One client's messages are with the kernel. */
        WRITTEN
    }

    private TickTrace() {}

    /** A tick that was due at this time has begun; 0: a turn without one. */
    static void began(long due) {
        dueNs = due;
    }

    /** Of the tick that has begun. Any thread. */
    public static void reached(Step step, long nowNs) {
        long due = dueNs;
        if (due != 0) {
            add(step, nowNs - due);
        }
    }

    private static synchronized void add(Step step, long tookNs) {
        SAMPLES.computeIfAbsent(step, _ -> new Samples()).add(tookNs);
    }

    /** Tells and forgets, if it is time to. */
    static synchronized void tell(long nowNs) {
        if (nowNs - toldNs < TOLD_EVERY_NS) {
            return;
        }
        toldNs = nowNs;
        StringJoiner line = new StringJoiner(", ");
        SAMPLES.forEach((step, samples) -> line.add(samples.told(step)));
        SAMPLES.clear();
        log.info("After ticks were due, p50 and p99 in ms: {}", line);
    }

    private static final class Samples {
        private final long[] tookNs = new long[MOST_SAMPLES];
        private int count;

        void add(long ns) {
            if (count < MOST_SAMPLES) {
                tookNs[count++] = ns;
            }
        }

        String told(Step step) {
            Arrays.sort(tookNs, 0, count);
            return "%s %.2f %.2f"
                    .formatted(
                            step.name().toLowerCase(Locale.ROOT),
                            tookNs[count / 2] / 1e6,
                            tookNs[count * 99 / 100] / 1e6);
        }
    }
}
