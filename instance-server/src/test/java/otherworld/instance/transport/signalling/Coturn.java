package otherworld.instance.transport.signalling;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import otherworld.local.files.Trees;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessSpec;

/**
 * A real coturn, with the configuration that {@code deploy/turn/turnserver.conf} gives to those who
 * install one, but for its addresses and its secret: it listens at 127.0.0.1, where the one peer
 * that it may send to is, too.
 */
public final class Coturn implements AutoCloseable {
    public static final String SECRET = "north by north-west";

    private final int port = FreePorts.next();
    private final Path folder = Trees.temporary("coturn");
    private final String program;
    private Optional<ChildProcess> process = Optional.empty();

    private Coturn(String program) {
        this.program = program;
    }

    /** Started; tests are skipped loudly where there is no coturn and no way to get it. */
    public static Coturn start() throws IOException, InterruptedException {
        Path tool = Path.of("..", "tools", "turn", "coturn-assets").toAbsolutePath();
        Process assets =
                new ProcessBuilder(tool.toString())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        String program;
        try (var out =
                new BufferedReader(
                        new InputStreamReader(assets.getInputStream(), StandardCharsets.UTF_8))) {
            program = String.valueOf(out.readLine());
        }
        boolean ended = assets.waitFor(2, TimeUnit.MINUTES);
        if (ended && assets.exitValue() == 3) {
            System.err.println(
                    "SKIPPED, AND NOTHING WAS TESTED: no coturn here, see tools/turn/coturn-assets");
        }
        Assumptions.assumeFalse(ended && assets.exitValue() == 3, "no coturn");
        if (!ended || assets.exitValue() != 0) {
            throw new AssertionError(tool + " failed; see above");
        }
        Coturn server = new Coturn(program);
        server.again();
        return server;
    }

    public InetSocketAddress address() {
        return new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port);
    }

    /** As {@code network.turn.urls} has it. */
    public String url() {
        return "turn:127.0.0.1:%d?transport=udp".formatted(port);
    }

    /** Starts it, after it was killed. */
    public void again() throws IOException {
        Path configuration = folder.resolve("turnserver.conf");
        Files.writeString(
                configuration,
                Files.readString(Path.of("..", "deploy", "turn", "turnserver.conf"))
                                .replace("203.0.113.10 # !", "127.0.0.1")
                                .replace("listening-port=3478", "listening-port=" + port)
                                .replace("10.0.0.10 # !", "127.0.0.1")
                                .replace("play.example.org # !", "play.example.org")
                                .replace("SECRET # !", SECRET)
                                .replace("10.244.0.0-10.244.255.255 # !", "127.0.0.1")
                        + "allow-loopback-peers\npidfile=%s\n".formatted(folder.resolve("pid")));
        Path log = folder.resolve("log");
        ChildProcess started =
                ChildProcess.start(
                        ProcessSpec.of(
                                "coturn",
                                folder,
                                log,
                                List.of(program, "-c", configuration.toString())));
        process = Optional.of(started);
        Awaitility.await()
                .atMost(Duration.ofSeconds(20))
                .failFast(() -> !started.isAlive())
                .until(this::answers);
    }

    /** Whether it answers a Binding request (RFC 8489 section 5). */
    private boolean answers() throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.setSoTimeout(200);
            byte[] request =
                    ByteBuffer.allocate(20)
                            .putShort((short) 1)
                            .putShort((short) 0)
                            .putInt(0x2112a442)
                            .putLong(System.nanoTime())
                            .array();
            socket.send(new DatagramPacket(request, request.length, address()));
            socket.receive(new DatagramPacket(new byte[512], 512));
            return true;
        } catch (SocketTimeoutException | PortUnreachableException e) {
            return false;
        }
    }

    public void kill() {
        process.ifPresent(ChildProcess::kill);
    }

    public String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    @Override
    public void close() {
        process.ifPresent(running -> running.stop(Duration.ofSeconds(5)));
        Trees.delete(folder);
    }
}
