package otherworld.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;

/**
 * WebRTC and WebSocket in turns over one path, clean and losing packets. Runs in a network
 * namespace of its own, as root of it; {@link WebRtcPath} starts it. Prints "name value" a line,
 * one line of each name a round.
 *
 * <p>Arguments: the project's folder, a folder for logs, a seed, the seconds of all rounds.
 */
final class WebRtcPathMain {
    static final double LOSS = 0.02;

    private static final Duration DELAY = Duration.ofMillis(10);
    private static final int PEERS = 50;
    private static final int ROUNDS = 5;

    /** What is lost last must have time to be sent again before the next round. */
    private static final Duration DRAIN = Duration.ofMillis(1_500);

    private final LossyTunnel tunnel;
    private final HttpClient http = HttpClient.newHttpClient();
    private final double roundSeconds;
    private volatile EchoPeers.Receiver times = (_, _, _, _) -> {};
    private int round;

    private WebRtcPathMain(LossyTunnel tunnel, double roundSeconds) {
        this.tunnel = tunnel;
        this.roundSeconds = roundSeconds;
    }

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Bench.Request request =
                new Bench.Request(
                        Duration.ofSeconds(Long.parseLong(arguments[3])),
                        Long.parseLong(arguments[2]),
                        Path.of(arguments[0]),
                        Path.of(arguments[1]),
                        Optional.empty(),
                        false,
                        Bench.Choice.ALL);
        LossyTunnel tunnel = LossyTunnel.open(DELAY, Duration.ZERO, request.seed());
        double roundSeconds = Math.max(3, request.time().toMillis() / 1e3 / ROUNDS);
        new WebRtcPathMain(tunnel, roundSeconds).run(request);
        System.exit(0); // the tunnel's threads wait in the kernel
    }

    private void run(Bench.Request request) throws IOException, InterruptedException {
        Pinning pinning = Pinning.start();
        int port = FreePorts.next();
        URI server = URI.create("http://" + LossyTunnel.FAR + ":" + port);
        InetAddress near = InetAddress.ofLiteral(LossyTunnel.NEAR);
        EchoPeers.Receiver receiver =
                (peer, buffer, offset, length) -> times.received(peer, buffer, offset, length);
        try (ChildProcess process =
                        WebRtcLoad.start(
                                request, pinning, port, LossyTunnel.NEAR, LossyTunnel.FAR);
                WebRtcPeers webRtc = new WebRtcPeers(http, server, near, "echo", receiver);
                WebSocketPeers webSocket = new WebSocketPeers(http, server, PEERS, receiver)) {
            webRtc.connect(PEERS);
            rounds(webRtc, webSocket);
            if (webRtc.closed() > 0 || !process.isAlive()) {
                throw new IOException(webRtc.closed() + " peers were lost");
            }
        }
    }

    private void rounds(EchoPeers webRtc, EchoPeers webSocket) throws InterruptedException {
        System.err.printf(
                "%d peers each, %d ms each way, clean and with %.0f %% loss, %.0f s a round%n",
                PEERS, DELAY.toMillis(), 100 * LOSS, roundSeconds);
        measure(webRtc); // warm-up
        measure(webSocket);
        for (int i = 0; i < ROUNDS; i++) {
            tell("webrtc", "clean", measure(webRtc));
            tell("websocket", "clean", measure(webSocket));
        }
        tunnel.loss(LOSS);
        for (int i = 0; i < ROUNDS; i++) {
            tell("webrtc", "loss2", measure(webRtc));
            tell("websocket", "loss2", measure(webSocket));
        }
    }

    private EchoTimes measure(EchoPeers peers) throws InterruptedException {
        int messages = Pace.messages(roundSeconds);
        EchoTimes measured = new EchoTimes(++round, peers.count(), messages);
        times = measured;
        Pace.run(peers, messages, measured::message);
        Thread.sleep(DRAIN);
        return measured;
    }

    /**
     * Round trips are of the messages that came back; how many did not is told beside. The age is
     * how long it takes until a message or a later one is back, which is what counts for states
     * that replace each other.
     */
    private static void tell(String transport, String path, EchoTimes times) {
        print(transport, "rtt_p50_ms", path, EchoTimes.percentile(times.roundTripsMs(), 50));
        print(transport, "rtt_p99_ms", path, EchoTimes.percentile(times.roundTripsMs(), 99));
        print(transport, "age_p99_ms", path, EchoTimes.percentile(times.agesMs(), 99));
        print(transport, "lost_percent", path, times.lostPercent());
    }

    private static void print(String transport, String name, String path, double value) {
        System.out.printf(Locale.ROOT, "%s_%s_%s %s%n", transport, name, path, value);
    }
}
