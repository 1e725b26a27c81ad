package otherworld.base;

import java.util.HexFormat;
import java.util.Optional;

/**
 * A span of a trace, as one process tells another of it: W3C Trace Context, level 1.
 *
 * @param traceHigh and {@code traceLow}: the trace; not both 0
 * @param span of it, that what follows belongs to; not 0
 * @param sampled whether it is recorded
 */
public record TraceContext(long traceHigh, long traceLow, long span, boolean sampled) {
    /** Characters of the version that is written. */
    public static final int LENGTH = 55;

    /** Of later versions, which may say more. */
    private static final int MAX_LENGTH = 512;

    private static final HexFormat HEX = HexFormat.of();

    public TraceContext {
        if ((traceHigh == 0 && traceLow == 0) || span == 0) {
            throw new IllegalArgumentException("A trace and a span are not all zeros");
        }
    }

    /**
     * Reads the header {@code traceparent}; empty if it is none. Whoever wrote it may be a
     * stranger: {@link #sampled} is what they say.
     */
    public static Optional<TraceContext> parse(String traceparent) {
        int length = traceparent.length();
        if (length < LENGTH || length > MAX_LENGTH || !isLaidOut(traceparent)) {
            return Optional.empty();
        }
        boolean later = !traceparent.startsWith("00");
        boolean more = length > LENGTH;
        if (traceparent.startsWith("ff")
                || (more && !(later && traceparent.charAt(LENGTH) == '-'))) {
            return Optional.empty();
        }
        long high = number(traceparent, 3);
        long low = number(traceparent, 19);
        long span = number(traceparent, 36);
        if ((high == 0 && low == 0) || span == 0) {
            return Optional.empty();
        }
        boolean sampled = (Character.digit(traceparent.charAt(54), 16) & 1) != 0;
        return Optional.of(new TraceContext(high, low, span, sampled));
    }

    /** Lower-case digits and dashes where version 00 has them. */
    private static boolean isLaidOut(String text) {
        for (int i = 0; i < LENGTH; i++) {
            char c = text.charAt(i);
            boolean dash = i == 2 || i == 35 || i == 52;
            if (dash ? c != '-' : !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) {
                return false;
            }
        }
        return true;
    }

    private static long number(String text, int from) {
        return HexFormat.fromHexDigitsToLong(text, from, from + 16);
    }

    /** Another span of the same trace. */
    public TraceContext withSpan(long other) {
        return new TraceContext(traceHigh, traceLow, other, sampled);
    }

    /** 32 digits. */
    public String traceId() {
        return HEX.toHexDigits(traceHigh) + HEX.toHexDigits(traceLow);
    }

    /** 16 digits. */
    public String spanId() {
        return HEX.toHexDigits(span);
    }

    /** The header's value. */
    public String traceparent() {
        return "00-" + traceId() + "-" + spanId() + (sampled ? "-01" : "-00");
    }
}
