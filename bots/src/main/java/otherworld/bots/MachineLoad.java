package otherworld.bots;

import com.sun.management.OperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How busy all processors of this machine are, whoever uses them. One thread. */
final class MachineLoad {
    private final OperatingSystemMXBean system =
            (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    private double sum;
    private int looks;

    MachineLoad() {
        system.getCpuLoad(); // from here on the next answer counts
    }

    /** Adds the time since the last look. */
    void look() {
        double load = system.getCpuLoad();
        if (load >= 0) { // negative: not known
            sum += load;
            looks++;
        }
    }

    /** 0 to 1, on the average of all looks; 0 if it is not known. */
    double busy() {
        return looks == 0 ? 0 : sum / looks;
    }
}
