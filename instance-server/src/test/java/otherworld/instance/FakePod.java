package otherworld.instance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import otherworld.base.InstanceId;
import otherworld.ledger.InstanceHost;

/**
 * Whoever answers where the ledger says that an instance's pod is: it shakes hands as it is told,
 * and does then what no instance would.
 */
final class FakePod implements AutoCloseable {
    private final ServerSocket server;
    private final String podUid;
    private final Script script;

    /** Heads of requests, and nothing of what came behind them. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    /** Has a connection after the handshake. */
    @FunctionalInterface
    interface Script {
        void run(Socket socket) throws IOException;
    }

    /**
     * @param podUid that it claims to be; empty: it says none
     */
    FakePod(String podUid, Script script) throws IOException {
        this.podUid = podUid;
        this.script = script;
        server = new ServerSocket(0, 50, InetAddress.ofLiteral("127.0.0.1"));
        Thread.ofVirtual().start(this::accept);
    }

    /** The ledger names it as the pod that hosts an instance. */
    FakePod hosts(Backend backend, InstanceId at, String uid, long epoch) {
        backend.seats.putHost(
                at.world(),
                new InstanceHost(
                        at.ordinal(),
                        uid,
                        uid,
                        List.of("ws://gateway/i"),
                        "127.0.0.1:" + server.getLocalPort(),
                        InstanceHost.Phase.READY));
        backend.reports(at, uid, epoch);
        return this;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            ByteArrayOutputStream head = new ByteArrayOutputStream();
            while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
                int b = socket.getInputStream().read();
                if (b < 0) {
                    return;
                }
                head.write(b);
            }
            String text = head.toString(StandardCharsets.ISO_8859_1);
            asked.add(text);
            String key =
                    text.lines()
                            .filter(line -> line.startsWith("Sec-WebSocket-Key: "))
                            .findFirst()
                            .orElseThrow()
                            .substring(19);
            String answer =
                    """
                    HTTP/1.1 101 Switching Protocols\r
                    Upgrade: websocket\r
                    Connection: Upgrade\r
                    Sec-WebSocket-Accept: %s\r
                    Sec-WebSocket-Protocol: otherworld.v1\r
                    %s\r
                    """
                            .formatted(
                                    accept(key),
                                    podUid.isEmpty() ? "" : "Otherworld-Pod: " + podUid + "\r\n");
            socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            socket.getOutputStream().flush();
            script.run(socket);
        } catch (IOException e) {
            asked.add("failed: " + e);
        }
    }

    private static String accept(String key) {
        try {
            return Base64.getEncoder()
                    .encodeToString(
                            MessageDigest.getInstance("SHA-1")
                                    .digest(
                                            (key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11")
                                                    .getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
