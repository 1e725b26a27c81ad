package otherworld.gateway.play;

import io.netty.buffer.ByteBuf;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ThreadLocalRandom;
import otherworld.http.websocket.Handshake;
import otherworld.protocol.Protocol;

/**
 * The gateway's own handshake with an instance. Nothing of a client's is in it but the reason for
 * its transport, which is made of letters, and its address: what a client writes into headers ends
 * at the gateway.
 */
final class UpstreamHandshake {
    private final String reason;
    private final String client;
    private final String key;

    /**
     * @param reason of docs/endpoints.md; empty for none
     * @param client the player's address
     */
    UpstreamHandshake(String reason, String client) {
        this.reason = reason;
        this.client = client;
        byte[] nonce = new byte[16];
        ThreadLocalRandom.current().nextBytes(nonce);
        key = Base64.getEncoder().encodeToString(nonce);
    }

    String request(String authority) {
        return """
        GET %s%s HTTP/1.1\r
        Host: %s\r
        Connection: Upgrade\r
        Upgrade: websocket\r
        Sec-WebSocket-Version: 13\r
        Sec-WebSocket-Key: %s\r
        Sec-WebSocket-Protocol: %s\r
        X-Forwarded-For: %s\r
        \r
        """
                .formatted(
                        Protocol.PATH,
                        reason.isEmpty() ? "" : "?reason=" + reason,
                        authority,
                        key,
                        Protocol.SUBPROTOCOL,
                        client);
    }

    /** How many bytes an answer's head has; -1 if it is not whole. */
    static int end(ByteBuf bytes) {
        for (int i = bytes.readerIndex(); i + 3 < bytes.writerIndex(); i++) {
            if (bytes.getByte(i) == '\r'
                    && bytes.getByte(i + 1) == '\n'
                    && bytes.getByte(i + 2) == '\r'
                    && bytes.getByte(i + 3) == '\n') {
                return i + 4 - bytes.readerIndex();
            }
        }
        return -1;
    }

    /** What is wrong with an answer of whoever should be this pod; empty if nothing. */
    String fault(String head, String podUid) {
        List<String> lines = head.lines().toList();
        String status = lines.isEmpty() ? "" : lines.getFirst();
        if (!status.startsWith("HTTP/1.1 101 ")) {
            return "it answered the handshake with '%s'".formatted(status);
        }
        if (!value(lines, "sec-websocket-accept").equals(Handshake.accept(key))
                || !value(lines, "sec-websocket-protocol").equals(Protocol.SUBPROTOCOL)) {
            return "it answered the handshake, but not as an instance does";
        }
        String pod = value(lines, Handshake.POD_HEADER);
        return pod.equals(podUid)
                ? ""
                : "there is pod '%s' where the ledger has '%s'".formatted(pod, podUid);
    }

    private static String value(List<String> lines, String name) {
        String prefix = name.toLowerCase(Locale.ROOT) + ":";
        for (String line : lines) {
            if (line.toLowerCase(Locale.ROOT).startsWith(prefix)) {
                return line.substring(prefix.length()).strip();
            }
        }
        return "";
    }
}
