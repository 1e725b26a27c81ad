package otherworld.local.node;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * One connection to a port of a pod, on two streams. What comes from kubectl waits in a queue of
 * {@value #MAX_WAITING} frames; when it is full, all connections of that kubectl wait.
 */
final class ForwardedConnection {
    static final int MAX_WAITING = 256;

    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int BUFFER_BYTES = 16 * 1024;
    private static final int POLL_MS = 100;

    /** Nothing more comes from kubectl. */
    private static final byte[] END = new byte[0];

    private final SpdyFrames frames;
    private final String pod;
    private final PodPorts ports;
    private final String port;
    private final BlockingQueue<byte[]> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Socket socket = new Socket();
    private int errorStream;
    private int dataStream;
    private volatile boolean over;

    /**
     * @param port as kubectl wrote it
     */
    ForwardedConnection(SpdyFrames frames, String pod, PodPorts ports, String port) {
        this.frames = frames;
        this.pod = pod;
        this.ports = ports;
        this.port = port;
    }

    void errorStream(int stream) {
        errorStream = stream;
        beginWhenWhole();
    }

    void dataStream(int stream) {
        dataStream = stream;
        beginWhenWhole();
    }

    /** Blocks while the pod takes nothing. */
    void send(byte[] bytes, boolean last) throws InterruptedException {
        if (bytes.length > 0) {
            put(bytes);
        }
        if (last) {
            put(END);
        }
    }

    boolean isOver() {
        return over;
    }

    /** Idempotent; any thread. */
    void close() {
        over = true;
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void put(byte[] bytes) throws InterruptedException {
        while (!over && !waiting.offer(bytes, POLL_MS, TimeUnit.MILLISECONDS)) {
            // the pod takes nothing
        }
    }

    private void beginWhenWhole() {
        if (errorStream != 0 && dataStream != 0) {
            Thread.ofVirtual().name("forward-" + pod + ":" + port).start(this::run);
        }
    }

    private void run() {
        String failure = "";
        try {
            int number = Integer.parseInt(port);
            if (!ports.contains(number)) {
                throw new IOException(
                        "pod %s declares %s, and %d of this machine is not its own"
                                .formatted(pod, ports.describe(), number));
            }
            socket.connect(
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), number),
                    CONNECT_TIMEOUT_MS);
            Thread.ofVirtual().name("forward-out-" + pod + ":" + port).start(this::copyToPod);
            copyFromPod();
        } catch (NumberFormatException e) {
            failure = "'" + port + "' is no port";
        } catch (IOException e) {
            // After close() it is kubectl that left.
            failure = over ? "" : String.valueOf(e.getMessage());
        } catch (UncheckedIOException e) {
            failure = ""; // nobody is there to be told
        }
        end(failure);
    }

    private void copyFromPod() throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        InputStream in = socket.getInputStream();
        for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
            frames.data(dataStream, buffer, n, false);
        }
    }

    private void copyToPod() {
        try {
            OutputStream out = socket.getOutputStream();
            while (!over) {
                byte[] bytes = waiting.poll(POLL_MS, TimeUnit.MILLISECONDS);
                if (bytes == null) {
                    continue;
                }
                if (bytes.length == 0) { // END
                    socket.shutdownOutput();
                    return;
                }
                out.write(bytes);
            }
        } catch (IOException e) {
            close(); // the pod has closed it; the other direction says so
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Both streams end, the errors' with the reason if there is one. */
    private void end(String failure) {
        byte[] reason = failure.getBytes(StandardCharsets.UTF_8);
        try {
            frames.data(errorStream, reason, reason.length, true);
            frames.data(dataStream, END, 0, true);
        } catch (UncheckedIOException e) {
            // kubectl is gone
        }
        close();
    }
}
