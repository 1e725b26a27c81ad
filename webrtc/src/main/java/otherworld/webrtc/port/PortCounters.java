package otherworld.webrtc.port;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** Counts of {@link PortEvent}s since the port was opened. Thread-safe. */
public final class PortCounters {
    private final Map<PortEvent, LongAdder> counts = new EnumMap<>(PortEvent.class);

    PortCounters() {
        for (PortEvent event : PortEvent.values()) {
            counts.put(event, new LongAdder());
        }
    }

    void count(PortEvent event) {
        add(event, 1);
    }

    void add(PortEvent event, long number) {
        adder(event).add(number);
    }

    public long get(PortEvent event) {
        return adder(event).sum();
    }

    private LongAdder adder(PortEvent event) {
        return java.util.Objects.requireNonNull(counts.get(event));
    }
}
