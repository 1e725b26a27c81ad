package otherworld.local.node;

import com.sun.management.OperatingSystemMXBean;
import io.fabric8.kubernetes.client.Config;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a local node runs.
 *
 * @param cluster how to reach the API server; needs a kubelet's rights
 * @param name of the Node, a DNS label
 * @param folder for logs and process records of pods; only this node's, kept across restarts
 * @param images what runs for which image
 * @param tls of the endpoint that the API server dials for logs
 * @param allocatable what the scheduler may give to pods
 * @param stopGrace the longest that {@link LocalNode#close} waits for pods between SIGTERM and
 *     SIGKILL, if their own grace is not shorter
 */
public record NodeOptions(
        Config cluster,
        String name,
        Path folder,
        ImageCommands images,
        KubeletTls tls,
        Allocatable allocatable,
        Duration stopGrace) {
    public static final Duration STOP_GRACE = Duration.ofSeconds(15);

    /** With all of this machine to give, and a stop grace of {@link #STOP_GRACE}. */
    public static NodeOptions of(
            Config cluster, String name, Path folder, ImageCommands images, KubeletTls tls) {
        return new NodeOptions(
                cluster, name, folder, images, tls, Allocatable.ofMachine(), STOP_GRACE);
    }

    /**
     * @param cpus cores
     * @param memoryMib MiB
     */
    public record Allocatable(int cpus, long memoryMib, int pods) {
        /** As many pods as a kubelet takes by default, and a few more: they are only processes. */
        static final int PODS = 250;

        public static Allocatable ofMachine() {
            long memoryBytes =
                    ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                            .getTotalMemorySize();
            return new Allocatable(
                    Runtime.getRuntime().availableProcessors(), memoryBytes / (1024 * 1024), PODS);
        }
    }
}
