package otherworld.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import otherworld.local.process.Programs;

/**
 * Runs {@link WebRtcPathMain} in a network namespace of its own and makes figures of what it tells.
 */
final class WebRtcPath {
    private static final int MINUTES = 4;

    private WebRtcPath() {}

    /**
     * @throws IOException if this machine has no such namespaces or tunnels; the message says which
     */
    static void measure(Bench.Request request, Figures figures)
            throws IOException, InterruptedException {
        Map<String, List<Double>> rounds = run(request);
        rounds.forEach((name, values) ->
                figures.addSpread(name, values, name.contains("percent") ? "%" : "ms"));
        for (String path : List.of("clean", "loss2")) {
            ratio(rounds, figures, "rtt_p99", path);
            ratio(rounds, figures, "age_p99", path);
        }
    }

    /** Of each round's two, so that what the machine does meanwhile counts for both. */
    private static void ratio(
            Map<String, List<Double>> rounds, Figures figures, String name, String path) {
        List<Double> webRtc =
                rounds.getOrDefault("webrtc_%s_ms_%s".formatted(name, path), List.of());
        List<Double> webSocket =
                rounds.getOrDefault("websocket_%s_ms_%s".formatted(name, path), List.of());
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < Math.min(webRtc.size(), webSocket.size()); i++) {
            ratios.add(webRtc.get(i) / webSocket.get(i));
        }
        figures.addSpread("%s_ratio_websocket_%s".formatted(name, path), ratios, "");
    }

    private static Map<String, List<Double>> run(Bench.Request request)
            throws IOException, InterruptedException {
        for (String program : List.of("unshare", "ip", "id")) {
            if (Programs.find(program).isEmpty()) {
                throw new IOException("no " + program + " on PATH");
            }
        }
        Path output = request.work().resolve("webrtc-path.txt");
        Process process =
                new ProcessBuilder(command(request))
                        .redirectOutput(output.toFile())
                        .redirectError(ProcessBuilder.Redirect.INHERIT)
                        .start();
        try {
            if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
                throw new IOException("it took over " + MINUTES + " minutes");
            }
        } finally {
            process.descendants().forEach(ProcessHandle::destroy);
            process.destroy();
        }
        if (process.exitValue() != 0) {
            throw new IOException("it ended with " + process.exitValue());
        }
        Map<String, List<Double>> rounds = new LinkedHashMap<>();
        for (String line : Files.readAllLines(output)) {
            String[] words = line.split(" ", -1);
            rounds.computeIfAbsent(words[0], _ -> new ArrayList<>())
                    .add(Double.parseDouble(words[1]));
        }
        return rounds;
    }

    private static List<String> command(Bench.Request request) {
        List<String> command = new ArrayList<>(List.of("unshare", "--net"));
        if (!"root".equals(System.getProperty("user.name"))) {
            command.add("--map-root-user");
        }
        command.addAll(
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+ExitOnOutOfMemoryError",
                        "-XX:+UseSerialGC",
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-cp",
                        System.getProperty("java.class.path"),
                        WebRtcPathMain.class.getName(),
                        request.root().toString(),
                        request.work().toString(),
                        Long.toString(request.seed()),
                        Long.toString(request.time().toSeconds())));
        return command;
    }
}
