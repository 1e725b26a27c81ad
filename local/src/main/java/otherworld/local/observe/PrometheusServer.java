package otherworld.local.observe;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import otherworld.local.files.AtomicFiles;
import otherworld.local.files.Trees;
import otherworld.local.process.FreePorts;
import otherworld.local.process.Probe;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.Service;
import otherworld.local.process.Signal;
import otherworld.local.process.StartFailed;

/** A Prometheus on loopback, bounded in memory and disk. Thread-safe. */
public final class PrometheusServer implements AutoCloseable {
    private static final Service.Limits LIMITS =
            new Service.Limits(Duration.ofSeconds(60), Signal.TERMINATE, Duration.ofSeconds(10));

    private final Service service;
    private final int port;

    /** Deleted with it; the folder of one that keeps its data is not. */
    private final boolean temporary;

    private final Path folder;

    private PrometheusServer(
            PrometheusAssets assets, Path folder, Path log, int port, boolean temporary) {
        this.folder = folder;
        this.port = port;
        this.temporary = temporary;
        Path file = folder.resolve("prometheus.yml");
        this.service =
                new Service(
                        ProcessSpec.of("prometheus", folder, log, command(assets, file))
                                // Soft: it collects more often before it takes more.
                                .withEnvironment(Map.of("GOMEMLIMIT", "384MiB", "GOGC", "50")),
                        log,
                        LIMITS,
                        () -> Probe.answers(url().resolve("/-/ready")),
                        () -> Probe.answers(url().resolve("/-/healthy")));
        service.start();
    }

    private List<String> command(PrometheusAssets assets, Path file) {
        return List.of(
                assets.prometheus().toString(),
                "--config.file=" + file,
                "--web.listen-address=127.0.0.1:" + port,
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--storage.tsdb.retention.time=6h",
                "--storage.tsdb.retention.size=512MB",
                "--storage.tsdb.wal-segment-size=16MB",
                "--query.timeout=10s",
                "--query.max-concurrency=8",
                "--query.max-samples=5000000",
                "--log.level=warn");
    }

    /**
     * One that keeps its data in {@code folder}, which exists. Data that it cannot start with is
     * put aside: it is nobody's only copy of anything.
     *
     * @throws StartFailed if it does not start, or its configuration, or a rule, is wrong
     */
    public static PrometheusServer start(
            PrometheusAssets assets, Path folder, Path log, int port, String configuration) {
        configure(assets, folder, configuration);
        try {
            return new PrometheusServer(assets, folder, log, port, false);
        } catch (StartFailed e) {
            Path data = folder.resolve("data");
            if (!Files.exists(data)) {
                throw e;
            }
            AtomicFiles.putAside(data, "unusable");
            return new PrometheusServer(assets, folder, log, port, false);
        }
    }

    /** One on a free port, whose data goes with it. */
    public static PrometheusServer temporary(PrometheusAssets assets, String configuration) {
        Path folder = Trees.temporary("prometheus");
        configure(assets, folder, configuration);
        return new PrometheusServer(
                assets, folder, folder.resolve("prometheus.log"), FreePorts.next(), true);
    }

    /** What it may do in a cluster, for its user {@code otherworld-prometheus}. */
    public static InputStream role() {
        return Objects.requireNonNull(
                PrometheusServer.class.getResourceAsStream("reader.yaml"), "reader.yaml");
    }

    public URI url() {
        return URI.create("http://127.0.0.1:" + port);
    }

    /** Its process, to watch it or start it again. */
    public Service service() {
        return service;
    }

    /** Stops it. Idempotent. */
    @Override
    public void close() {
        service.stop();
        if (temporary) {
            Trees.delete(folder);
        }
    }

    private static void configure(PrometheusAssets assets, Path folder, String configuration) {
        Path file = folder.resolve("prometheus.yml");
        AtomicFiles.write(file, configuration);
        try {
            Process process =
                    new ProcessBuilder(
                                    assets.promtool().toString(),
                                    "check",
                                    "config",
                                    file.toString())
                            .redirectErrorStream(true)
                            .start();
            process.getOutputStream().close();
            String words =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new StartFailed(
                        "promtool refuses %s or its rules:%n%s".formatted(file, words.strip()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("Could not run " + assets.promtool(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartFailed("Interrupted while Prometheus' configuration was checked", e);
        }
    }
}
