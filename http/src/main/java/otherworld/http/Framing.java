package otherworld.http;

import java.util.List;
import otherworld.ops.Problem;

/**
 * How long a request's body is, by the only readings that no other reader can differ on: no body,
 * one {@code Content-Length} of digits, or one {@code Transfer-Encoding: chunked} (RFC 9112,
 * section 6). Also what else makes a head whole: one {@code Host}, and no expectation that is not
 * met.
 */
sealed interface Framing {
    record Framed(Head.Length length) implements Framing {}

    record Refused(Problem problem) implements Framing {}

    static Framing of(RequestLine line, Fields fields, int mostBytes) {
        List<String> hosts = fields.all("host");
        if (hosts.size() > 1 || (hosts.isEmpty() && !line.http10())) {
            return bad("one Host is to be there; %d are".formatted(hosts.size()));
        }
        if (!hosts.isEmpty() && !Tokens.isHost(hosts.getFirst())) {
            return bad("Host is not a host with perhaps a port");
        }
        for (String expected : fields.tokens("expect")) {
            if (!line.http10() && !expected.equalsIgnoreCase("100-continue")) {
                return new Refused(
                        new Problem(HttpProblem.EXPECTATION_FAILED, "Expect is not 100-continue"));
            }
        }
        List<String> lengths = fields.all("content-length");
        List<String> codings = fields.all("transfer-encoding");
        if (!codings.isEmpty()) {
            return chunked(line, codings, lengths);
        }
        if (lengths.isEmpty()) {
            return new Framed(new Head.Length.None());
        }
        return lengths.size() == 1
                ? counted(lengths.getFirst(), mostBytes)
                : bad("more than one Content-Length");
    }

    private static Framing chunked(RequestLine line, List<String> codings, List<String> lengths) {
        if (line.http10()) {
            return bad("HTTP/1.0 knows no Transfer-Encoding");
        }
        if (!lengths.isEmpty()) {
            return bad("Content-Length together with Transfer-Encoding");
        }
        if (codings.size() != 1 || !codings.getFirst().equalsIgnoreCase("chunked")) {
            return bad("a Transfer-Encoding other than chunked");
        }
        return new Framed(new Head.Length.Chunked());
    }

    private static Framing counted(String length, int mostBytes) {
        if (!Tokens.isDigits(length)) {
            return bad("Content-Length is not digits alone");
        }
        String digits = length.charAt(0) == '0' ? length.replaceFirst("^0+(?=.)", "") : length;
        if (digits.length() > 9 || Integer.parseInt(digits) > mostBytes) {
            return new Refused(BodyReader.tooLarge(mostBytes));
        }
        int count = Integer.parseInt(digits);
        return new Framed(count == 0 ? new Head.Length.None() : new Head.Length.Bytes(count));
    }

    private static Framing bad(String detail) {
        return new Refused(new Problem(HttpProblem.BAD_REQUEST, detail));
    }
}
