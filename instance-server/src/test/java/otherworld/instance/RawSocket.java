package otherworld.instance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that says what it likes, byte by byte: no library of its own mends it. */
final class RawSocket implements AutoCloseable {
    private static final int PATIENCE_MS = 10_000;

    private final Socket socket;

    /** A frame of a server; {@code -1} as opcode: the connection ended. */
    record Frame(int opcode, byte[] payload) {
        static final int END = -1;

        int closeCode() {
            return payload.length < 2 ? 1005 : (payload[0] & 0xff) << 8 | (payload[1] & 0xff);
        }
    }

    RawSocket(int port) throws IOException {
        this(port, "127.0.0.1");
    }

    /**
     * @param from the address it comes from, 127.0.0.0/8
     */
    RawSocket(int port, String from) throws IOException {
        socket = new Socket();
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MS);
        socket.bind(new InetSocketAddress(InetAddress.ofLiteral(from), 0));
        socket.connect(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), PATIENCE_MS);
    }

    RawSocket send(String text) throws IOException {
        return send(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    RawSocket send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
        return this;
    }

    /** Says no more, and listens on. */
    void shutdownOutput() throws IOException {
        socket.shutdownOutput();
    }

    /** Everything until the server closes; empty if it had reset the connection before. */
    String readAll() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try {
            InputStream in = socket.getInputStream();
            for (int b = in.read(); b >= 0; b = in.read()) {
                all.write(b);
            }
        } catch (SocketTimeoutException e) {
            throw new AssertionError(
                    "still open after: " + all.toString(StandardCharsets.ISO_8859_1), e);
        } catch (IOException e) {
            return all.toString(StandardCharsets.ISO_8859_1);
        }
        return all.toString(StandardCharsets.ISO_8859_1);
    }

    /** One answer with its body, whose length is told. */
    String readAnswer() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.ISO_8859_1).endsWith("\r\n\r\n")) {
            int b = socket.getInputStream().read();
            if (b < 0) {
                return head.toString(StandardCharsets.ISO_8859_1);
            }
            head.write(b);
        }
        String text = head.toString(StandardCharsets.ISO_8859_1);
        int length =
                text.lines()
                        .filter(line -> line.startsWith("Content-Length: "))
                        .mapToInt(line -> Integer.parseInt(line.substring(16)))
                        .findFirst()
                        .orElse(0);
        return text
                + new String(
                        socket.getInputStream().readNBytes(length), StandardCharsets.ISO_8859_1);
    }

    /** Upgrades to the players' WebSocket. */
    static RawSocket webSocket(int port) throws IOException {
        return webSocket(port, "127.0.0.1");
    }

    static RawSocket webSocket(int port, String from) throws IOException {
        return webSocket(port, from, "/v1/play", "");
    }

    /**
     * @param more header lines, each with its end
     */
    static RawSocket webSocket(int port, String from, String path, String more) throws IOException {
        RawSocket raw = new RawSocket(port, from);
        raw.send(
                """
                GET %s HTTP/1.1\r
                Host: x\r
                %s\
                Upgrade: websocket\r
                Connection: keep-alive, Upgrade\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                Sec-WebSocket-Protocol: chat, otherworld.v1\r
                Sec-WebSocket-Extensions: permessage-deflate\r
                \r
                """
                        .formatted(path, more));
        String answer = raw.readAnswer();
        if (!answer.startsWith("HTTP/1.1 101 ")
                || !answer.contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n")
                || !answer.contains("Sec-WebSocket-Protocol: otherworld.v1\r\n")
                || answer.contains("Extensions")) {
            throw new AssertionError(answer);
        }
        return raw;
    }

    /** Frames until the connection ends, which is the last one. */
    List<Frame> frames() throws IOException {
        List<Frame> frames = new ArrayList<>();
        do {
            frames.add(frame());
        } while (frames.getLast().opcode() != Frame.END);
        return frames;
    }

    Frame frame() throws IOException {
        InputStream in = socket.getInputStream();
        int first = in.read();
        if (first < 0) {
            return new Frame(Frame.END, new byte[0]);
        }
        if ((first & 0xf0) != 0x80) {
            throw new AssertionError("not a whole frame without extensions: " + first);
        }
        int length = in.read();
        if (length == 126) {
            length = ByteBuffer.wrap(in.readNBytes(2)).getShort() & 0xffff;
        } else if (length == 127) {
            length = (int) ByteBuffer.wrap(in.readNBytes(8)).getLong();
        }
        return new Frame(first & 0xf, in.readNBytes(length));
    }

    /** A masked frame as a client sends it: {@code first} is its first byte. */
    static byte[] masked(int first, byte[] payload) {
        byte[] mask = {0x12, (byte) 0x9a, 0x00, 0x7f};
        ByteBuffer frame = ByteBuffer.allocate(14 + payload.length).put((byte) first);
        if (payload.length < 126) {
            frame.put((byte) (0x80 | payload.length));
        } else if (payload.length < 1 << 16) {
            frame.put((byte) (0x80 | 126)).putShort((short) payload.length);
        } else {
            frame.put((byte) (0x80 | 127)).putLong(payload.length);
        }
        frame.put(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i % 4]));
        }
        byte[] bytes = new byte[frame.position()];
        frame.flip().get(bytes);
        return bytes;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
