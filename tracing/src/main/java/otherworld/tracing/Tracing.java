package otherworld.tracing;

import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import otherworld.base.TraceContext;

/**
 * Where the spans of a process go. Any thread; nothing here blocks or throws, and where tracing is
 * off nothing is allocated.
 */
public interface Tracing extends AutoCloseable {
    /** Nothing is recorded. */
    Tracing OFF = new Off();

    /** What the settings say. */
    static Tracing start(TracingSettings settings, Origin origin, SpanCounts counts) {
        return switch (settings) {
            case TracingSettings.Off() -> OFF;
            case TracingSettings.On on -> new ExportingTracing(on, origin, counts);
        };
    }

    /** Whether anything may be recorded at all. */
    boolean isOn();

    /**
     * A new trace, if one that begins now is to be recorded; the span is its first, whose parent is
     * none.
     */
    Optional<TraceContext> begin();

    /**
     * Whether the trace that was given this random number is to be recorded: the same answer from
     * every process with the same settings.
     */
    boolean samples(long random);

    /**
     * Whether a trace is recorded since somebody outside asks for it. As the sampler is set: never,
     * or while they are few.
     */
    boolean samplesAsked();

    /** Takes a span that is over; drops and counts it if too many wait to be exported. */
    void ended(Span span);

    /** Exports what waits, for two seconds at most. */
    @Override
    void close();

    /** An id for a span of a trace that exists. */
    static long newSpanId() {
        long id;
        do {
            id = ThreadLocalRandom.current().nextLong();
        } while (id == 0);
        return id;
    }

    /** A span below {@code parent}, in its trace. */
    static TraceContext below(TraceContext parent) {
        return parent.withSpan(newSpanId());
    }

    /** Tracing that is off. */
    record Off() implements Tracing {
        @Override
        public boolean isOn() {
            return false;
        }

        @Override
        public Optional<TraceContext> begin() {
            return Optional.empty();
        }

        @Override
        public boolean samples(long random) {
            return false;
        }

        @Override
        public boolean samplesAsked() {
            return false;
        }

        @Override
        public void ended(Span span) {}

        @Override
        public void close() {}
    }
}
