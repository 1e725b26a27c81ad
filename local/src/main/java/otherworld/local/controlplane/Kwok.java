package otherworld.local.controlplane;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import otherworld.local.files.Trees;
import otherworld.local.process.ProcessSpec;
import otherworld.local.process.Service;

/**
 * KWOK beside a control plane: plays the kubelet of every node, so that pods live as its stages say
 * without a process behind them. For tests and benches of fleets larger than the machine.
 * Thread-safe.
 */
public final class Kwok implements AutoCloseable {
    private final Path folder;
    private final Service service;

    private Kwok(Path folder, Service service) {
        this.folder = folder;
        this.service = service;
    }

    /**
     * Starts it; the first time on a machine it is built, which takes minutes.
     *
     * @param stages what becomes of pods and nodes, as {@code kwok --config} reads it
     */
    public static Kwok start(ControlPlane plane, Path stages) {
        Path folder = Trees.temporary("kwok");
        Path log = folder.resolve("kwok.log");
        List<String> command =
                List.of(
                        KubeAssets.find(KubeAssets.Set.KWOK).program("kwok"),
                        "--kubeconfig=" + plane.kubeconfig(),
                        "--config=" + stages,
                        "--manage-all-nodes=true",
                        "--node-ip=127.0.0.1");
        Service service =
                new Service(
                        ProcessSpec.of("kwok", folder, log, command)
                                .withEnvironment(Map.of("HOME", folder.toString())),
                        log,
                        Service.Limits.usual(),
                        // It serves nothing: nodes turn Ready when it has them.
                        () -> true);
        service.start();
        return new Kwok(folder, service);
    }

    public Service service() {
        return service;
    }

    /** Pods stay as they are; nothing plays their node any more. */
    @Override
    public void close() {
        service.stop();
        Trees.delete(folder);
    }
}
