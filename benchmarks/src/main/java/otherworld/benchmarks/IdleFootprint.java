package otherworld.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import otherworld.local.process.Usage;

/** What each part of an idle local cluster costs: resident memory, and CPU time. Linux alone. */
final class IdleFootprint {
    private static final String SUPERVISOR = "otherworld.local.up.Supervisor";
    private static final Map<String, String> BY_MAIN_CLASS =
            Map.of(
                    SUPERVISOR,
                    "supervisor",
                    "otherworld.instance.Main",
                    "instance",
                    "otherworld.matchmaker.Main",
                    "matchmaker",
                    "otherworld.operator.Main",
                    "operator");

    private IdleFootprint() {}

    /**
     * @param home state folder of the cluster
     */
    static void add(Figures figures, Path home, Duration time)
            throws IOException, InterruptedException {
        Path proc = Path.of("/proc/self/status");
        if (!Files.isReadable(proc)) {
            return;
        }
        Map<String, List<ProcessHandle>> parts = parts(home);
        Map<String, CpuMeter> meters = new TreeMap<>();
        parts.forEach((name, processes) -> meters.put(name, new CpuMeter(processes)));
        Thread.sleep(time);
        double cores = 0;
        for (Map.Entry<String, CpuMeter> part : meters.entrySet()) {
            double used = part.getValue().cores();
            cores += used;
            figures.add("idle_" + part.getKey() + "_cpu_percent", 100 * used, "%");
            long kib = 0;
            for (ProcessHandle process : parts.getOrDefault(part.getKey(), List.of())) {
                kib += Usage.residentKib(process.pid()).orElse(0);
            }
            figures.add("idle_" + part.getKey() + "_rss_mib", kib / 1024, "MiB");
        }
        figures.add("idle_cluster_cpu_percent", 100 * cores, "%");
    }

    /** Processes by part; the database and whatever it forks is one. */
    private static Map<String, List<ProcessHandle>> parts(Path home) throws IOException {
        ProcessHandle supervisor = null;
        for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
            if (commandLine(process.pid()).contains(SUPERVISOR)
                    && environment(process.pid()).contains("OTHERWORLD_HOME=" + home)) {
                supervisor = process;
            }
        }
        if (supervisor == null) {
            throw new IOException("no supervisor of the cluster in %s runs".formatted(home));
        }
        return Stream.concat(Stream.of(supervisor), supervisor.descendants())
                .collect(Collectors.groupingBy(IdleFootprint::part));
    }

    private static String part(ProcessHandle process) {
        String line = commandLine(process.pid());
        return BY_MAIN_CLASS.entrySet().stream()
                .filter(main -> line.contains(main.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElseGet(() -> {
                    String program = line.split("[ \0:]", 2)[0];
                    return program.substring(program.lastIndexOf('/') + 1);
                });
    }

    private static String commandLine(long pid) {
        return read(pid, "cmdline");
    }

    private static String environment(long pid) {
        return read(pid, "environ");
    }

    /** Empty for a process that is gone, or another account's. */
    private static String read(long pid, String file) {
        try {
            return Files.readString(
                    Path.of("/proc", Long.toString(pid), file), StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
