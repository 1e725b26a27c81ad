package otherworld.http;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import otherworld.ops.Problem;

/**
 * What Netty's decoder leaves to be checked. Whatever two readers of one byte stream could
 * understand differently is refused, and the connection closed: RFC 9112, 11.2 (request smuggling).
 */
final class Framing {
    private static final Pattern METHOD = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,32}");
    private static final Pattern LENGTH = Pattern.compile("[0-9]{1,18}");
    private static final Pattern HOST =
            Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[A-Za-z0-9._~!$&'()*+;=%-]*)(:[0-9]{0,5})?");

    private Framing() {}

    /** What is wrong with the head of a request, if anything is. */
    static Optional<Problem> check(HttpRequest request) {
        HttpVersion version = request.protocolVersion();
        boolean old = version.equals(HttpVersion.HTTP_1_0);
        if (!old && !version.equals(HttpVersion.HTTP_1_1)) {
            return refuse(HttpProblem.HTTP_VERSION, "this is HTTP/1.1, not " + version.text());
        }
        if (!METHOD.matcher(request.method().name()).matches()) {
            return refuse(HttpProblem.BAD_REQUEST, "the method is not a token");
        }
        HttpHeaders headers = request.headers();
        List<String> hosts = headers.getAll(HttpHeaderNames.HOST);
        if (hosts.size() > 1 || (hosts.isEmpty() && !old)) {
            return refuse(
                    HttpProblem.BAD_REQUEST,
                    "there must be one Host header, not %d".formatted(hosts.size()));
        }
        if (!hosts.isEmpty() && !HOST.matcher(hosts.get(0)).matches()) {
            return refuse(HttpProblem.BAD_REQUEST, "Host names no host");
        }
        return length(headers).or(() -> coding(headers, old));
    }

    private static Optional<Problem> length(HttpHeaders headers) {
        List<String> lengths = headers.getAll(HttpHeaderNames.CONTENT_LENGTH);
        if (lengths.size() > 1) {
            return refuse(HttpProblem.BAD_REQUEST, "there is more than one Content-Length");
        }
        if (!lengths.isEmpty() && !LENGTH.matcher(lengths.get(0)).matches()) {
            return refuse(HttpProblem.BAD_REQUEST, "Content-Length must be digits alone");
        }
        return Optional.empty();
    }

    private static Optional<Problem> coding(HttpHeaders headers, boolean old) {
        List<String> codings = headers.getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (codings.isEmpty()) {
            return Optional.empty();
        }
        if (old) {
            return refuse(HttpProblem.BAD_REQUEST, "HTTP/1.0 has no Transfer-Encoding");
        }
        if (headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            return refuse(
                    HttpProblem.BAD_REQUEST,
                    "Content-Length and Transfer-Encoding exclude another");
        }
        return codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked")
                ? Optional.empty()
                : refuse(HttpProblem.BAD_REQUEST, "Transfer-Encoding must be 'chunked' alone");
    }

    /** What to tell of a request that the decoder could not read. */
    static Problem of(Throwable failure) {
        return switch (failure) {
            case TooLongHttpLineException _ ->
                    new Problem(
                            HttpProblem.URI_TOO_LONG,
                            "the request line is more than %d bytes"
                                    .formatted(HttpLimits.MAX_LINE_BYTES));
            case TooLongHttpHeaderException _ ->
                    new Problem(
                            HttpProblem.HEADERS_TOO_LARGE,
                            "the headers are more than %d bytes"
                                    .formatted(HttpLimits.MAX_HEADER_BYTES));
            default -> new Problem(HttpProblem.BAD_REQUEST, "it is not HTTP/1.1: RFC 9112");
        };
    }

    private static Optional<Problem> refuse(HttpProblem kind, String detail) {
        return Optional.of(new Problem(kind, detail));
    }
}
