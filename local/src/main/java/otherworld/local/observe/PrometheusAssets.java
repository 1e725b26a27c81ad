package otherworld.local.observe;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import otherworld.local.files.ProjectRoot;
import otherworld.local.process.StartFailed;

/** Prometheus' programs, as {@code tools/prometheus/prometheus-assets} finds or makes them. */
public record PrometheusAssets(Path prometheus, Path promtool, Path alertmanager) {
    private static final int PROGRAMS = 3;

    /**
     * Blocks while they are fetched or built, which takes seconds to minutes the first time;
     * progress goes to stderr.
     *
     * @throws StartFailed if no source has them; stderr has the reasons and the ways out
     */
    public static PrometheusAssets find() {
        return ask(List.of())
                .orElseThrow(() ->
                        new StartFailed(
                                "Prometheus and Alertmanager cannot be had: %s has said why and what to do; or go on without --observe"
                                        .formatted(script())));
    }

    /** Those that are there already; fetches and builds nothing. */
    public static Optional<PrometheusAssets> findThere() {
        return ask(List.of("env", "OTHERWORLD_PROMETHEUS_FETCH=never"));
    }

    private static Path script() {
        return ProjectRoot.find().resolve("tools/prometheus/prometheus-assets");
    }

    private static Optional<PrometheusAssets> ask(List<String> prefix) {
        List<String> command = new ArrayList<>(prefix);
        command.addAll(List.of("bash", script().toString()));
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.INHERIT)
                            .start();
            process.getOutputStream().close();
            List<String> answer =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                            .lines()
                            .toList();
            if (process.waitFor() != 0 || answer.size() != PROGRAMS) {
                return Optional.empty();
            }
            return Optional.of(
                    new PrometheusAssets(
                            Path.of(answer.get(0)),
                            Path.of(answer.get(1)),
                            Path.of(answer.get(2))));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not run " + script(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailed("Interrupted while Prometheus was sought", e);
        }
    }
}
