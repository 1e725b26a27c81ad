package otherworld.persistence;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy before the database that loses answers: the request has arrived and is executed, and
 * the client's connection breaks before it hears of it.
 */
final class CuttingProxy implements AutoCloseable {
    private final ServerSocket listener;
    private final URI target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private volatile String cutAfter = "";

    CuttingProxy(String jdbcUrl) throws IOException {
        target = URI.create(jdbcUrl.substring("jdbc:".length()));
        listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    String url() {
        return "jdbc:postgresql://127.0.0.1:%d%s?%s"
                .formatted(
                        listener.getLocalPort(),
                        target.getPath(),
                        target.getQuery() == null ? "" : target.getQuery());
    }

    /** Loses the answer to the next request that contains {@code text}, once. */
    void cutAfter(String text) {
        cutAfter = text;
    }

    boolean hasCut() {
        return cutAfter.isEmpty();
    }

    private void accept() {
        try {
            while (true) {
                Socket client = listener.accept();
                Socket server = new Socket(target.getHost(), target.getPort());
                sockets.add(client);
                sockets.add(server);
                Pair pair = new Pair(client, server);
                Thread.ofVirtual().start(() -> pair.run(pair::requests));
                Thread.ofVirtual().start(() -> pair.run(pair::answers));
            }
        } catch (IOException e) {
            assert listener.isClosed() : e;
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    @FunctionalInterface
    private interface Copying {
        void copy() throws IOException;
    }

    private final class Pair {
        private final Socket client;
        private final Socket server;
        private volatile boolean cut;

        Pair(Socket client, Socket server) {
            this.client = client;
            this.server = server;
        }

        void run(Copying copying) {
            try (client;
                    server) {
                copying.copy();
            } catch (IOException e) {
                assert client.isClosed() || server.isClosed() : e;
            }
        }

        void requests() throws IOException {
            byte[] buffer = new byte[1 << 16];
            InputStream in = client.getInputStream();
            OutputStream out = server.getOutputStream();
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                String text = new String(buffer, 0, n, StandardCharsets.US_ASCII);
                String wanted = cutAfter;
                if (!wanted.isEmpty() && text.contains(wanted)) {
                    cut = true;
                    cutAfter = "";
                }
                out.write(buffer, 0, n);
            }
        }

        /** Waits for the answer, so that the request was executed, and drops it. */
        void answers() throws IOException {
            byte[] buffer = new byte[1 << 16];
            InputStream in = server.getInputStream();
            OutputStream out = client.getOutputStream();
            for (int n = in.read(buffer); n >= 0 && !cut; n = in.read(buffer)) {
                out.write(buffer, 0, n);
            }
        }
    }
}
