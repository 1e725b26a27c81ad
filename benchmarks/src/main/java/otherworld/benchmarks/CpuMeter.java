package otherworld.benchmarks;

import java.util.List;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.Usage;

/** CPU time of processes from now on, as the system counts it (all threads, user and system). */
final class CpuMeter {
    private final List<ProcessHandle> processes;
    private final double startCpuSeconds;
    private final long startNs;

    CpuMeter(List<ProcessHandle> processes) {
        this.processes = List.copyOf(processes);
        this.startCpuSeconds = totalSeconds();
        this.startNs = System.nanoTime();
    }

    static CpuMeter of(ChildProcess process) {
        return new CpuMeter(List.of(ProcessHandle.of(process.pid()).orElseThrow()));
    }

    static CpuMeter ofThisProcess() {
        return new CpuMeter(List.of(ProcessHandle.current()));
    }

    double cpuSeconds() {
        return totalSeconds() - startCpuSeconds;
    }

    /** Cores used on average since the start; 1 is one whole core. */
    double cores() {
        return cpuSeconds() / ((System.nanoTime() - startNs) / 1e9);
    }

    /**
     * @throws IllegalStateException if the system does not tell, or a process is gone
     */
    private double totalSeconds() {
        return processes.stream()
                .mapToLong(ProcessHandle::pid)
                .mapToDouble(pid ->
                        Usage.cpuSeconds(pid)
                                .orElseThrow(() ->
                                        new IllegalStateException(
                                                "CPU time of process %d is not known"
                                                        .formatted(pid))))
                .sum();
    }
}
