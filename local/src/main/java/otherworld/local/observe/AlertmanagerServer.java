package otherworld.local.observe;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import otherworld.local.files.AtomicFiles;
import otherworld.local.process.Probe;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.Service;

/** An Alertmanager on loopback that groups and shows alerts, and notifies nobody. Thread-safe. */
public final class AlertmanagerServer implements AutoCloseable {
    private final Service service;
    private final int port;

    private AlertmanagerServer(PrometheusAssets assets, Path folder, Path log, int port) {
        this.port = port;
        Path file = folder.resolve("alertmanager.yml");
        AtomicFiles.write(file, Configuration.of("alertmanager.yml", Map.of()));
        this.service =
                new Service(
                        ProcessSpec.of(
                                        "alertmanager",
                                        folder,
                                        log,
                                        List.of(
                                                assets.alertmanager().toString(),
                                                "--config.file=" + file,
                                                "--storage.path=" + folder.resolve("data"),
                                                "--data.retention=24h",
                                                "--web.listen-address=127.0.0.1:" + port,
                                                // Alone: it looks for no others.
                                                "--cluster.listen-address=",
                                                "--log.level=warn"))
                                .withEnvironment(Map.of("GOMEMLIMIT", "64MiB", "GOGC", "50")),
                        log,
                        Service.Limits.usual(),
                        () -> Probe.answers(url().resolve("/-/ready")));
        service.start();
    }

    /**
     * @param folder exists; it keeps its silences there
     */
    public static AlertmanagerServer start(
            PrometheusAssets assets, Path folder, Path log, int port) {
        return new AlertmanagerServer(assets, folder, log, port);
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
    }
}
