package otherworld.http.websocket;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import otherworld.http.Request;
import otherworld.http.Response;
import otherworld.ops.Problem;

/** The opening handshake (RFC 6455, section 4.2), of one subprotocol. */
public sealed interface Handshake {
    /**
     * In a pod's answer: its uid, so that whoever dialled it through a table knows who is there.
     */
    String POD_HEADER = "Otherworld-Pod";

    /** The client speaks WebSocket from now on, and so do we after this answer. */
    record Accepted(Response switching) implements Handshake {}

    record Refused(Response answer) implements Handshake {}

    /** The answer to whoever asks for a page where a WebSocket is. */
    static Response required() {
        return required("'Upgrade: websocket' and 'Connection: Upgrade' are missing");
    }

    static Handshake of(Request request, String subprotocol) {
        if (request.http10()
                || !request.hasToken("upgrade", "websocket")
                || !request.hasToken("connection", "upgrade")) {
            return new Refused(required());
        }
        if (!request.headers("sec-websocket-version").equals(List.of("13"))) {
            return new Refused(required("Sec-WebSocket-Version is not 13"));
        }
        List<String> keys = request.headers("sec-websocket-key");
        if (keys.size() != 1 || !isKey(keys.getFirst())) {
            return refused("one Sec-WebSocket-Key is to be there, base64 of 16 bytes");
        }
        if (request.body().length > 0) {
            return refused("a handshake has no body");
        }
        if (!request.tokens("sec-websocket-protocol").contains(subprotocol)) {
            return refused("ask for the WebSocket subprotocol " + subprotocol);
        }
        return new Accepted(
                Response.empty(101)
                        .with("Upgrade", "websocket")
                        .with("Connection", "Upgrade")
                        .with("Sec-WebSocket-Accept", accept(keys.getFirst()))
                        .with("Sec-WebSocket-Protocol", subprotocol));
    }

    private static Handshake refused(String detail) {
        return new Refused(Response.of(new Problem(HandshakeProblem.BAD_UPGRADE, detail)));
    }

    private static Response required(String detail) {
        return Response.of(new Problem(HandshakeProblem.UPGRADE_REQUIRED, detail))
                .with("Upgrade", "websocket")
                .with("Connection", "Upgrade")
                .with("Sec-WebSocket-Version", "13");
    }

    private static boolean isKey(String key) {
        try {
            return key.length() == 24 && Base64.getDecoder().decode(key).length == 16;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** What a server answers to a client's {@code Sec-WebSocket-Key}. */
    static String accept(String key) {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1")
                            .digest(
                                    (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                            .getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-1", e);
        }
    }
}
