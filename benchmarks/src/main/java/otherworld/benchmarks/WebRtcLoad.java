package otherworld.benchmarks;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessJvm;

/**
 * A thousand peers, each sending and getting 20 messages of 200 bytes a second, on one port: CPU,
 * heap, threads, and how long they take to connect.
 */
final class WebRtcLoad {
    static final int MESSAGE_BYTES = 200;

    static final InetAddress LOOPBACK = InetAddress.ofLiteral("127.0.0.1");
    static final int PEERS = 1_000;
    private static final int AT_ONCE = 50;
    static final int PER_SECOND = 20;

    /** Enough for the code of server and clients to be compiled. */
    private static final int WARM_UP_PEERS = 300;

    private static final double WARM_UP_SECONDS = 8;

    /** Of the load itself, so that what it compiles is not counted: players stay for long. */
    private static final double SETTLE_SECONDS = 20;

    private final Bench.Request request;
    private final Pinning pinning;
    private final HttpClient http = HttpClient.newHttpClient();
    private final int port = FreePorts.next();
    private final URI server = URI.create("http://127.0.0.1:" + port);

    WebRtcLoad(Bench.Request request, Pinning pinning) {
        this.request = request;
        this.pinning = pinning;
    }

    /** Starts the server of bench webrtc. */
    static ChildProcess start(
            Bench.Request request, Pinning pinning, int port, String udp, String advertised) {
        return new Program(request.root(), request.work(), pinning)
                .start(
                        "webrtc-echo",
                        "benchmarks",
                        WebRtcEchoMain.class.getName(),
                        ProcessJvm.instance(512), // as an instance in the local cluster
                        Map.of(
                                "BENCH_PORT",
                                Integer.toString(port),
                                "BENCH_BIND",
                                udp,
                                "BENCH_HTTP_BIND",
                                "0.0.0.0",
                                "BENCH_ADVERTISED",
                                advertised),
                        port);
    }

    void measure(Figures figures) throws IOException, InterruptedException {
        String loopback = LOOPBACK.getHostAddress();
        try (ChildProcess process = start(request, pinning, port, loopback, loopback);
                http) {
            System.err.println("warming up, " + pinning.describe());
            warmUp();
            Map<String, Long> before = stats(true);
            try (WebRtcPeers peers = peers()) {
                connect(peers, PEERS, AT_ONCE);
                figures.add("setup_p50_ms", percentile(peers, 50), "ms")
                        .add("setup_p99_ms", percentile(peers, 99), "ms");
                load(peers, process, figures);
                Map<String, Long> after = stats(true);
                double heapBytes = difference(before, after, "heap_bytes");
                figures.add("heap_kb_peer", heapBytes / 1024 / PEERS, "KiB")
                        .add("threads_added", difference(before, after, "threads"), "");
                if (after.getOrDefault("peers", 0L) != PEERS || peers.closed() > 0) {
                    figures.fault(peers.closed() + " peers were lost");
                }
            }
        }
    }

    private WebRtcPeers peers() {
        return new WebRtcPeers(http, server, LOOPBACK, WebRtcEchoMain.STATE, (_, _, _, _) -> {});
    }

    private void warmUp() throws IOException, InterruptedException {
        try (WebRtcPeers peers = peers()) {
            connect(peers, WARM_UP_PEERS, AT_ONCE);
            Pace.run(peers, Pace.messages(WARM_UP_SECONDS), (_, _) -> new byte[MESSAGE_BYTES]);
        }
        // The server takes note of their leaving.
        for (int i = 0; i < 100 && stats(false).getOrDefault("peers", 0L) > 0; i++) {
            Thread.sleep(100);
        }
    }

    /** All, some at a time. */
    static void connect(WebRtcPeers peers) throws IOException, InterruptedException {
        connect(peers, PEERS, AT_ONCE);
    }

    private static void connect(WebRtcPeers peers, int count, int atOnce)
            throws IOException, InterruptedException {
        for (int done = 0; done < count; done += atOnce) {
            peers.connect(Math.min(atOnce, count - done));
        }
    }

    private void load(WebRtcPeers peers, ChildProcess process, Figures figures)
            throws IOException, InterruptedException {
        System.err.printf("%d peers are connected: load%n", PEERS);
        byte[] message = new byte[MESSAGE_BYTES];
        Pace.run(peers, Pace.messages(SETTLE_SECONDS), (_, _) -> message);
        Map<String, Long> before = stats(false);
        long startNs = System.nanoTime();
        CpuMeter generator = CpuMeter.ofThisProcess();
        CpuMeter server = CpuMeter.of(process);
        Pace.run(peers, Pace.messages(request.time().toMillis() / 1e3), (_, _) -> message);
        double serverCores = server.cores();
        double generatorCores = generator.cores();
        Map<String, Long> after = stats(false);
        double seconds = (System.nanoTime() - startNs) / 1e9;
        double expected = PEERS * PER_SECOND * seconds;
        double in = 100 * difference(before, after, "messages_in") / expected;
        double out = 100 * difference(before, after, "messages_out") / expected;
        figures.add("core_percent_1000", 100 * serverCores, "%")
                .add("messages_in_percent", in, "%")
                .add("messages_out_percent", out, "%")
                .generator(generatorCores);
        if (Math.min(in, out) < 98) {
            figures.fault("the load was not kept up");
        }
    }

    private static double percentile(WebRtcPeers peers, double percent) {
        double[] sorted =
                peers.setupMs().stream().mapToDouble(Double::doubleValue).sorted().toArray();
        return EchoTimes.percentile(sorted, percent);
    }

    private static double difference(
            Map<String, Long> before, Map<String, Long> after, String name) {
        return after.getOrDefault(name, 0L) - before.getOrDefault(name, 0L);
    }

    private Map<String, Long> stats(boolean collect) throws IOException, InterruptedException {
        return stats(http, server.resolve(collect ? "/stats?gc=yes" : "/stats"));
    }

    /** What a server of this bench counted, by name. */
    static Map<String, Long> stats(HttpClient http, URI uri)
            throws IOException, InterruptedException {
        String body =
                http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                        .body();
        Map<String, Long> stats = new HashMap<>();
        body.lines()
                .map(line -> line.split(" ", -1))
                .filter(words -> words.length == 2)
                .forEach(words -> stats.put(words[0], Long.parseLong(words[1])));
        if (stats.isEmpty()) {
            throw new IOException("no statistics: " + Arrays.toString(body.split("\n", -1)));
        }
        return stats;
    }
}
