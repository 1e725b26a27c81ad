package otherworld.benchmarks;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import otherworld.local.process.Build;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessJvm;
import otherworld.local.process.ProcessSpec;

/**
 * Our WebRTC, pion's, and a bare UDP socket, by turns: a thousand peers each, 20 messages of 200
 * bytes a second both ways, all three connected all the time, each on the servers' core.
 */
final class WebRtcRivals {
    private static final double WARM_UP_SECONDS = 10;
    private static final double SETTLE_SECONDS = 2;
    private static final int HEAP_MIB = 512;
    private static final Duration FETCH_LIMIT = Duration.ofMinutes(5);
    private static final Duration START_LIMIT = Duration.ofSeconds(20);
    private static final byte[] MESSAGE = new byte[WebRtcLoad.MESSAGE_BYTES];

    private final Map<String, Rival> rivals = new LinkedHashMap<>();
    private final Map<String, List<Double>> cores = new LinkedHashMap<>();
    private final Bench.Request request;
    private final Pinning pinning;
    private final HttpClient http = HttpClient.newHttpClient();
    private final Figures figures;

    /** A server and its peers. */
    private record Rival(ChildProcess server, EchoPeers peers, Counter counter) {}

    private interface Counter {
        Counts now() throws IOException, InterruptedException;
    }

    /** Messages that the server took and sent. */
    private record Counts(long in, long out) {}

    private WebRtcRivals(Bench.Request request, Pinning pinning, Figures figures) {
        this.request = request;
        this.pinning = pinning;
        this.figures = figures;
    }

    static void measure(Bench.Request request, Pinning pinning, Figures figures)
            throws IOException, InterruptedException {
        WebRtcRivals bench = new WebRtcRivals(request, pinning, figures);
        try {
            bench.startOurs();
            bench.startPion();
            bench.startBare();
            bench.rounds();
        } finally {
            bench.rivals
                    .values()
                    .forEach(rival -> {
                        rival.peers().close();
                        rival.server().close();
                    });
            bench.http.close();
        }
    }

    private void startOurs() throws IOException, InterruptedException {
        int port = FreePorts.next();
        String loopback = WebRtcLoad.LOOPBACK.getHostAddress();
        webRtc("ours", WebRtcLoad.start(request, pinning, port, loopback, loopback), port);
    }

    private void startPion() throws InterruptedException {
        try {
            int port = FreePorts.next();
            List<String> command = new ArrayList<>(pinning.serverPrefix());
            command.addAll(List.of(pion(), "serve", "127.0.0.1:" + port));
            webRtc("pion", start("pion", command), port);
        } catch (IOException e) {
            figures.fault(String.valueOf(e.getMessage()));
        }
    }

    private String pion() throws IOException, InterruptedException {
        Path found = request.work().resolve("pion-path");
        Path log = request.work().resolve("pion-assets.log");
        Process finding =
                new ProcessBuilder(
                                request.root().resolve("tools/interop/interop-assets").toString(),
                                "pion")
                        .redirectOutput(found.toFile())
                        .redirectError(log.toFile())
                        .start();
        if (!finding.waitFor(FETCH_LIMIT) || finding.exitValue() != 0) {
            finding.destroy();
            throw new IOException("pion cannot be had here: " + Files.readString(log).strip());
        }
        return Files.readString(found).strip();
    }

    private void startBare() throws IOException, InterruptedException {
        int port = FreePorts.next();
        List<String> command = new ArrayList<>(pinning.serverPrefix());
        command.addAll(
                new Build(request.root())
                        .java(
                                "benchmarks",
                                BareUdpMain.class.getName(),
                                ProcessJvm.instance(HEAP_MIB)));
        command.add(Integer.toString(port));
        command.add(Integer.toString(WebRtcLoad.PEERS));
        ChildProcess server = start("bare", command);
        BareUdpPeers peers = new BareUdpPeers(port, WebRtcLoad.PEERS);
        rivals.put(
                "bare",
                new Rival(server, peers, () -> new Counts(peers.arrived(), peers.received())));
    }

    private ChildProcess start(String name, List<String> command)
            throws IOException, InterruptedException {
        Path log = request.work().resolve(name + ".log");
        ChildProcess server =
                ChildProcess.start(ProcessSpec.of(name, request.work(), log, command));
        try {
            LogLine.await(server, log, "listening", START_LIMIT);
            return server;
        } catch (IOException | InterruptedException e) {
            server.kill();
            throw e;
        }
    }

    private void webRtc(String name, ChildProcess server, int port)
            throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + port);
        WebRtcPeers peers =
                new WebRtcPeers(
                        http, uri, WebRtcLoad.LOOPBACK, WebRtcEchoMain.STATE, (_, _, _, _) -> {});
        try {
            WebRtcLoad.connect(peers);
        } catch (IOException | InterruptedException e) {
            peers.close();
            server.close();
            throw e;
        }
        load(peers, WARM_UP_SECONDS);
        rivals.put(
                name,
                new Rival(
                        server,
                        peers,
                        () -> {
                            Map<String, Long> stats = WebRtcLoad.stats(http, uri.resolve("/stats"));
                            return new Counts(
                                    stats.getOrDefault("messages_in", 0L),
                                    stats.getOrDefault("messages_out", 0L));
                        }));
    }

    private static void load(EchoPeers peers, double seconds) {
        Pace.run(peers, Pace.messages(seconds), (_, _) -> MESSAGE);
    }

    private void rounds() throws IOException, InterruptedException {
        double generator = 0;
        for (int round = 1; round <= request.choice().rounds(); round++) {
            for (Map.Entry<String, Rival> rival : rivals.entrySet()) {
                generator = Math.max(generator, round(rival.getKey(), rival.getValue()));
            }
        }
        cores.forEach((name, values) ->
                figures.addSpread(
                        name + "_core_percent_1000",
                        values.stream().map(used -> 100 * used).toList(),
                        "%"));
        ratio("core_ratio_bare", "bare");
        ratio("core_ratio_pion", "pion");
        figures.generator("peers_", generator);
    }

    /** Returns the cores of the generator. */
    private double round(String name, Rival rival) throws IOException, InterruptedException {
        load(rival.peers(), SETTLE_SECONDS);
        Counts before = rival.counter().now();
        long startNs = System.nanoTime();
        CpuMeter server = CpuMeter.of(rival.server());
        CpuMeter generator = CpuMeter.ofThisProcess();
        load(rival.peers(), request.time().toMillis() / 1e3);
        double used = server.cores();
        double generatorCores = generator.cores();
        Counts after = rival.counter().now();
        double expected =
                (System.nanoTime() - startNs) / 1e9 * WebRtcLoad.PEERS * WebRtcLoad.PER_SECOND;
        double in = (after.in() - before.in()) / expected;
        double out = (after.out() - before.out()) / expected;
        System.err.printf(
                Locale.ROOT,
                "%s: %.1f %% of a core, %.1f %% of the messages in, %.1f %% out, generator %.0f %%%n",
                name,
                100 * used,
                100 * in,
                100 * out,
                100 * generatorCores);
        if (Math.min(in, out) < 0.97) {
            figures.fault(
                    String.format(
                            Locale.ROOT,
                            "%s took %.1f %% and sent %.1f %% of the messages",
                            name,
                            100 * in,
                            100 * out));
        }
        cores.computeIfAbsent(name, _ -> new ArrayList<>()).add(used);
        return generatorCores;
    }

    /** Of rounds that follow each other. */
    private void ratio(String figure, String rival) {
        List<Double> ours = cores.getOrDefault("ours", List.of());
        List<Double> theirs = cores.getOrDefault(rival, List.of());
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(ours.size(), theirs.size()); i++) {
            ratios.add(ours.get(i) / theirs.get(i));
        }
        figures.addSpread(figure, ratios, "");
    }
}
