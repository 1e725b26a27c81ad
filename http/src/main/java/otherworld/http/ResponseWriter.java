package otherworld.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;

/** Answers as bytes (RFC 9112). */
final class ResponseWriter {
    static final byte[] CONTINUE =
            "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.US_ASCII);

    private ResponseWriter() {}

    /**
     * @param date for the field {@code Date}
     * @param bodiless the answer to HEAD: everything but the body
     * @param closes whether the connection ends afterwards
     */
    static ByteBuf bytes(
            ByteBufAllocator allocator,
            Response response,
            String date,
            boolean bodiless,
            boolean closes) {
        int status = response.status();
        boolean hasBody = status >= 200 && status != 204;
        StringBuilder head = new StringBuilder(512);
        head.append("HTTP/1.1 ").append(status).append(' ').append(phrase(status)).append("\r\n");
        for (Response.Field field : response.fields()) {
            line(head, field.name(), field.value());
        }
        if (status >= 200) {
            line(head, "Date", date);
        }
        if (hasBody) {
            line(head, "Content-Length", Integer.toString(response.body().length));
        }
        if (closes) {
            line(head, "Connection", "close");
        }
        head.append("\r\n");
        ByteBuf bytes = allocator.buffer(head.length());
        bytes.writeCharSequence(head, StandardCharsets.US_ASCII);
        return hasBody && !bodiless && response.body().length > 0
                ? Unpooled.wrappedBuffer(bytes, Unpooled.wrappedBuffer(response.body()))
                : bytes;
    }

    private static void line(StringBuilder head, String name, String value) {
        head.append(name).append(": ").append(value).append("\r\n");
    }

    private static String phrase(int status) {
        return switch (status) {
            case 101 -> "Switching Protocols";
            case 200 -> "OK";
            case 201 -> "Created";
            case 202 -> "Accepted";
            case 204 -> "No Content";
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 403 -> "Forbidden";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 408 -> "Request Timeout";
            case 409 -> "Conflict";
            case 410 -> "Gone";
            case 412 -> "Precondition Failed";
            case 413 -> "Content Too Large";
            case 414 -> "URI Too Long";
            case 415 -> "Unsupported Media Type";
            case 417 -> "Expectation Failed";
            case 422 -> "Unprocessable Content";
            case 426 -> "Upgrade Required";
            case 428 -> "Precondition Required";
            case 429 -> "Too Many Requests";
            case 431 -> "Request Header Fields Too Large";
            case 500 -> "Internal Server Error";
            case 503 -> "Service Unavailable";
            case 505 -> "HTTP Version Not Supported";
            default -> "Other"; // a phrase means nothing to a client
        };
    }
}
