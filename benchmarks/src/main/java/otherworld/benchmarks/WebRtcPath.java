package otherworld.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

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
        Path output = request.work().resolve("webrtc-path.txt");
        OwnNetwork.run(request, WebRtcPathMain.class, output, Duration.ofMinutes(MINUTES));
        Map<String, List<Double>> rounds = new LinkedHashMap<>();
        for (String line : Files.readAllLines(output)) {
            String[] words = line.split(" ", -1);
            rounds.computeIfAbsent(words[0], _ -> new ArrayList<>())
                    .add(Double.parseDouble(words[1]));
        }
        return rounds;
    }
}
