package otherworld.http;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** A socket, and what came of writing to it. */
final class RawClient implements AutoCloseable {
    private final Socket socket;

    /**
     * What the server said.
     *
     * @param closed whether it ended the connection thereafter
     */
    record Said(String text, boolean closed) {
        int status() {
            return text.startsWith("HTTP/1.1 ") ? Integer.parseInt(text.substring(9, 12)) : 0;
        }

        int answers() {
            return text.split("HTTP/1\\.1 ", -1).length - 1;
        }

        String header(String name) {
            for (String line : text.split("\r\n\r\n", 2)[0].split("\r\n", -1)) {
                if (line.toLowerCase(Locale.ROOT)
                        .startsWith(name.toLowerCase(Locale.ROOT) + ": ")) {
                    return line.substring(name.length() + 2);
                }
            }
            return "";
        }
    }

    RawClient(int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Said once(int port, String bytes) {
        try (RawClient client = new RawClient(port)) {
            client.write(bytes);
            return client.read(1, 150);
        }
    }

    void write(String bytes) {
        try {
            socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void shutdownOutput() {
        try {
            socket.shutdownOutput();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Reads until the server closes, or {@code quietMs} after {@code answers} began to arrive. */
    Said read(int answers, int quietMs) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            byte[] bytes = new byte[8192];
            while (true) {
                Said so = new Said(all.toString(StandardCharsets.ISO_8859_1), false);
                socket.setSoTimeout(so.answers() >= answers ? quietMs : 20_000);
                int count = socket.getInputStream().read(bytes);
                if (count < 0) {
                    return new Said(all.toString(StandardCharsets.ISO_8859_1), true);
                }
                all.write(bytes, 0, count);
            }
        } catch (SocketTimeoutException e) {
            return new Said(all.toString(StandardCharsets.ISO_8859_1), false);
        } catch (IOException e) { // a reset
            return new Said(all.toString(StandardCharsets.ISO_8859_1), true);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
