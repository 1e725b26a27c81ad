package otherworld.local.up;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Looks whether the machine can hold a cluster before anything is started. */
final class Preflight {
    /**
     * Control plane 500 MiB, our three programs 600 MiB, databases 200 MiB, three instances 900
     * MiB.
     */
    static final long MEMORY_MIB = 2_200;

    static final long DISK_MIB = 1_024;

    /** With less than this, whatever failed may have failed for it. */
    static final long DISK_LOW_MIB = 64;

    private Preflight() {}

    /** What is missing, each with the way out; empty if all is well. */
    static List<String> check(Home home) {
        List<String> problems = new ArrayList<>();
        long freeMemory = freeMemoryMib();
        if (freeMemory < MEMORY_MIB) {
            problems.add(
                    "%d MiB of memory are free, a cluster needs %d: end other programs"
                            .formatted(freeMemory, MEMORY_MIB));
        }
        problems.addAll(disk(home, DISK_MIB));
        return problems;
    }

    /** Which of the disks that a cluster writes to have less than {@code leastMib}. */
    static List<String> disk(Home home, long leastMib) {
        List<String> problems = new ArrayList<>();
        Set<FileStore> seen = new HashSet<>();
        for (Path folder : List.of(home.folder(), DatabaseFolder.disk(home))) {
            try {
                FileStore store = Files.getFileStore(existing(folder));
                long freeMib = store.getUsableSpace() >> 20;
                if (seen.add(store) && freeMib < leastMib) {
                    problems.add(
                            "%d MiB of disk are free under %s, a cluster needs %d: make room%s"
                                    .formatted(
                                            freeMib,
                                            folder,
                                            DISK_MIB,
                                            folder.equals(home.folder())
                                                    ? ", or set OTHERWORLD_HOME to another disk"
                                                    : ""));
                }
            } catch (IOException e) {
                problems.add(
                        "Could not tell the free disk space of %s: %s"
                                .formatted(folder, e.getMessage()));
            }
        }
        return problems;
    }

    private static Path existing(Path folder) {
        Path at = folder;
        while (!Files.exists(at)) {
            at = Objects.requireNonNull(at.getParent(), "there is always a root");
        }
        return at;
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
