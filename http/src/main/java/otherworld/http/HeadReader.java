package otherworld.http;

import io.netty.buffer.ByteBuf;
import io.netty.util.concurrent.FastThreadLocal;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import otherworld.ops.Problem;

/**
 * Reads one head, however it is cut into pieces: lines end with CR LF and nothing else, names are
 * tokens right before their colon, nothing is folded, no control characters. One thread at a time.
 */
final class HeadReader {
    private static final int CHUNK_BYTES = 1024;

    /** What came is read from an array, which costs a fraction of asking a buffer for each byte. */
    private static final FastThreadLocal<byte[]> CHUNK =
            new FastThreadLocal<>() {
                @Override
                protected byte[] initialValue() {
                    return new byte[CHUNK_BYTES];
                }
            };

    private final HttpLimits limits;
    private byte[] line = new byte[256];
    private int length;
    private int total;
    private boolean afterCr;
    private boolean skippedEmptyLine;
    private @Nullable RequestLine request;
    private final Fields fields = new Fields();

    /** What has come of the head. */
    sealed interface Outcome {
        record More() implements Outcome {}

        record Whole(Head head) implements Outcome {}

        record Refused(Problem problem) implements Outcome {}
    }

    HeadReader(HttpLimits limits) {
        this.limits = limits;
    }

    /** The origin that it names, as far as it was read: a page must be able to read a refusal. */
    Optional<String> origin() {
        return fields.first("origin");
    }

    /** Whether something of a request has come. */
    boolean begun() {
        return total > 0;
    }

    /** Reads as far as the head goes. After anything but More it is used up. */
    Outcome read(ByteBuf in) {
        byte[] chunk = CHUNK.get();
        while (in.isReadable()) {
            int bytes = Math.min(chunk.length, in.readableBytes());
            in.getBytes(in.readerIndex(), chunk, 0, bytes);
            int at = 0;
            Optional<Outcome> outcome = Optional.empty();
            while (at < bytes && outcome.isEmpty()) {
                outcome = next(chunk[at++]);
            }
            in.skipBytes(at);
            if (outcome.isPresent()) {
                return outcome.get();
            }
        }
        return new Outcome.More();
    }

    private Optional<Outcome> next(byte b) {
        if (++total > limits.headBytes()) {
            return Optional.of(tooLong());
        }
        if (afterCr) {
            if (b != '\n') {
                return Optional.of(bad("a CR without an LF"));
            }
            afterCr = false;
            Optional<Outcome> outcome =
                    line(new String(line, 0, length, StandardCharsets.ISO_8859_1));
            length = 0;
            return outcome;
        }
        if (b == '\r') {
            afterCr = true;
            return Optional.empty();
        }
        if (b == '\n') {
            return Optional.of(bad("an LF without a CR"));
        }
        if ((b >= 0 && b < ' ' && b != '\t') || b == 0x7f) {
            return Optional.of(bad("a control character (byte %d)".formatted(b)));
        }
        return put(b);
    }

    private Optional<Outcome> put(byte b) {
        if (request == null && length == limits.lineBytes()) {
            return Optional.of(tooLong());
        }
        if (length == line.length) {
            line = Arrays.copyOf(line, Math.min(2 * length, limits.headBytes()));
        }
        line[length++] = b;
        return Optional.empty();
    }

    private Outcome tooLong() {
        return request == null
                ? new Outcome.Refused(
                        new Problem(
                                HttpProblem.URI_TOO_LONG,
                                "the request line is longer than %d bytes"
                                        .formatted(limits.lineBytes())))
                : tooLarge(
                        "the header fields are more than %d bytes".formatted(limits.headBytes()));
    }

    private static Outcome tooLarge(String detail) {
        return new Outcome.Refused(new Problem(HttpProblem.HEADERS_TOO_LARGE, detail));
    }

    private static Outcome bad(String detail) {
        return new Outcome.Refused(new Problem(HttpProblem.BAD_REQUEST, detail));
    }

    private Optional<Outcome> line(String text) {
        RequestLine first = request;
        if (first == null) {
            if (text.isEmpty() && !skippedEmptyLine) { // RFC 9112, section 2.2
                skippedEmptyLine = true;
                return Optional.empty();
            }
            return switch (RequestLine.read(text)) {
                case RequestLine.Outcome.Read(RequestLine read) -> {
                    request = read;
                    yield Optional.empty();
                }
                case RequestLine.Outcome.Refused(Problem problem) ->
                        Optional.of(new Outcome.Refused(problem));
            };
        }
        if (text.isEmpty()) {
            return Optional.of(
                    switch (Framing.of(first, fields, limits.bodyBytes())) {
                        case Framing.Refused(Problem problem) -> new Outcome.Refused(problem);
                        case Framing.Framed(Head.Length framed) ->
                                new Outcome.Whole(
                                        new Head(
                                                first.method(),
                                                first.target(),
                                                first.http10(),
                                                fields,
                                                framed));
                    });
        }
        return field(text);
    }

    private Optional<Outcome> field(String text) {
        if (text.charAt(0) == ' ' || text.charAt(0) == '\t') {
            return Optional.of(bad("a folded header field"));
        }
        int colon = text.indexOf(':');
        if (colon < 0 || !Tokens.isToken(text.substring(0, colon))) {
            return Optional.of(bad("a header field that is not 'name: value'"));
        }
        if (fields.count() == HttpLimits.MAX_HEADER_FIELDS) {
            return Optional.of(
                    tooLarge("more than %d header fields".formatted(HttpLimits.MAX_HEADER_FIELDS)));
        }
        fields.add(text.substring(0, colon), Tokens.trim(text.substring(colon + 1)));
        return Optional.empty();
    }
}
