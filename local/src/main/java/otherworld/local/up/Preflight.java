package otherworld.local.up;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Looks whether the machine can hold a cluster before anything is started. */
final class Preflight {
    /**
     * Control plane 500 MiB, our three programs 600 MiB, databases 200 MiB, three instances 900
     * MiB.
     */
    static final long MEMORY_MIB = 2_200;

    static final long DISK_MIB = 1_024;

    private Preflight() {}

    /** What is missing, each with the way out; empty if all is well. */
    static List<String> check(Path folder) {
        List<String> problems = new ArrayList<>();
        long freeMemory = freeMemoryMib();
        if (freeMemory < MEMORY_MIB) {
            problems.add(
                    "%d MiB of memory are free, a cluster needs %d: end other programs"
                            .formatted(freeMemory, MEMORY_MIB));
        }
        try {
            long freeDisk = Files.getFileStore(folder).getUsableSpace() >> 20;
            if (freeDisk < DISK_MIB) {
                problems.add(
                        "%d MiB of disk are free under %s, a cluster needs %d: make room, or set OTHERWORLD_HOME to another disk"
                                .formatted(freeDisk, folder, DISK_MIB));
            }
        } catch (IOException e) {
            problems.add(
                    "Could not tell the free disk space of %s: %s"
                            .formatted(folder, e.getMessage()));
        }
        return problems;
    }

    /**
     * Linux's MemAvailable counts caches that the kernel gives back; elsewhere the JDK's figure is
     * all there is.
     */
    private static long freeMemoryMib() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemAvailable:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) >> 10;
                }
            }
        } catch (IOException e) {
            // Not Linux.
        }
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        boolean mac = System.getProperty("os.name", "").startsWith("Mac");
        return (mac ? system.getTotalMemorySize() / 2 : system.getFreeMemorySize()) >> 20;
    }
}
