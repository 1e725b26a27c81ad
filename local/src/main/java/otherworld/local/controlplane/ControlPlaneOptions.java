package otherworld.local.controlplane;

import java.nio.file.Path;
import java.util.Set;
import otherworld.local.process.FreePorts;

/**
 * @param folder for keys and data
 * @param logs folder for logs
 * @param durable false for tests that never cut the machine's power: no fsync
 */
public record ControlPlaneOptions(
        Path folder, Path logs, Ports ports, Set<Component> components, boolean durable) {

    /** What may run beside etcd and the API server. */
    public enum Component {
        SCHEDULER,
        /**
         * Garbage collection, namespaces, service accounts, disruption budgets, quotas, jobs and
         * HorizontalPodAutoscalers alone.
         */
        CONTROLLERS,
        /** With the controllers: HorizontalPodAutoscalers are looked at every second. */
        HASTY_AUTOSCALER
    }

    /** Those of health serve nothing that is secret. */
    public record Ports(
            int api,
            int etcdClient,
            int etcdPeer,
            int etcdHealth,
            int schedulerHealth,
            int controllersHealth) {
        public static Ports free() {
            return new Ports(
                    FreePorts.next(),
                    FreePorts.next(),
                    FreePorts.next(),
                    FreePorts.next(),
                    FreePorts.next(),
                    FreePorts.next());
        }
    }

    public ControlPlaneOptions {
        components = Set.copyOf(components);
    }
}
