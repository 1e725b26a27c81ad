package otherworld.http;

import io.netty.buffer.ByteBuf;
import java.util.Arrays;
import java.util.HexFormat;
import otherworld.ops.Problem;

/** Reads one body, counted or chunked, however it is cut into pieces. One thread at a time. */
final class BodyReader {
    private static final int MAX_SIZE_DIGITS = 8;

    private final int most;
    private final boolean chunked;
    private byte[] body;
    private int length;
    private int remaining;
    private Part part;

    // Of a chunked body: the line being read, and what lines have taken in all.
    private final StringBuilder line = new StringBuilder(0);
    private int lineBytes;
    private boolean afterCr;

    private enum Part {
        DATA,
        SIZE,
        DATA_END,
        TRAILER
    }

    sealed interface Outcome {
        record More() implements Outcome {}

        record Whole(byte[] body) implements Outcome {}

        record Refused(Problem problem) implements Outcome {}
    }

    /**
     * @param counted of at most {@code most} bytes
     */
    BodyReader(Head.Length counted, int most) {
        this.most = most;
        switch (counted) {
            case Head.Length.None() -> {
                chunked = false;
                body = new byte[0];
                part = Part.DATA;
            }
            case Head.Length.Bytes(int count) -> {
                chunked = false;
                body = new byte[0]; // grows with what comes, not with what is announced
                remaining = count;
                part = Part.DATA;
            }
            case Head.Length.Chunked() -> {
                chunked = true;
                body = new byte[0];
                part = Part.SIZE;
            }
        }
    }

    static Problem tooLarge(int most) {
        return new Problem(
                HttpProblem.TOO_LARGE, "the body is more than %d bytes; send less".formatted(most));
    }

    /** Reads as far as the body goes. */
    Outcome read(ByteBuf in) {
        while (true) {
            if (part == Part.DATA) {
                take(in);
                if (remaining > 0) {
                    return new Outcome.More();
                }
                if (!chunked) {
                    return new Outcome.Whole(Arrays.copyOf(body, length));
                }
                part = Part.DATA_END;
            }
            if (!in.isReadable()) {
                return new Outcome.More();
            }
            byte b = in.readByte();
            if (++lineBytes > HttpLimits.MAX_CHUNK_LINES_BYTES) {
                return bad("chunk sizes, extensions and trailers are too long");
            }
            if (afterCr) {
                if (b != '\n') {
                    return bad("a CR without an LF in a chunked body");
                }
                afterCr = false;
                String text = line.toString();
                line.setLength(0);
                Outcome outcome = endLine(text);
                if (!(outcome instanceof Outcome.More)) {
                    return outcome;
                }
            } else if (b == '\r') {
                afterCr = true;
            } else if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7f) {
                return bad("a control character in a chunked body's lines");
            } else if (part == Part.DATA_END) {
                return bad("a chunk is longer than its size");
            } else {
                line.append((char) (b & 0xff));
            }
        }
    }

    private void take(ByteBuf in) {
        int count = Math.min(remaining, in.readableBytes());
        if (length + count > body.length) {
            body = Arrays.copyOf(body, Math.max(length + count, Math.min(2 * body.length, most)));
        }
        in.readBytes(body, length, count);
        length += count;
        remaining -= count;
    }

    private Outcome endLine(String text) {
        switch (part) {
            case SIZE -> {
                return size(text);
            }
            case DATA_END -> part = Part.SIZE;
            case TRAILER -> {
                if (text.isEmpty()) {
                    return new Outcome.Whole(Arrays.copyOf(body, length));
                }
                int colon = text.indexOf(':');
                if (colon < 0 || !Tokens.isToken(text.substring(0, colon))) {
                    return bad("a trailer field that is not 'name: value'");
                }
            }
            case DATA -> throw new IllegalStateException("data has no lines");
        }
        return new Outcome.More();
    }

    /** Extensions are read over, as RFC 9112, section 7.1.1, asks. */
    private Outcome size(String text) {
        int end = text.indexOf(';');
        String digits = end < 0 ? text : Tokens.trim(text.substring(0, end));
        boolean hex = digits.chars().allMatch(HexFormat::isHexDigit);
        if (digits.isEmpty() || digits.length() > MAX_SIZE_DIGITS || !hex) {
            return bad(
                    "a chunk's size is not 1 to %d hexadecimal digits".formatted(MAX_SIZE_DIGITS));
        }
        long size = Long.parseLong(digits, 16);
        if (length + size > most) {
            return new Outcome.Refused(tooLarge(most));
        }
        remaining = (int) size;
        part = size == 0 ? Part.TRAILER : Part.DATA;
        return new Outcome.More();
    }

    private static Outcome bad(String detail) {
        return new Outcome.Refused(new Problem(HttpProblem.BAD_REQUEST, detail));
    }
}
