package otherworld.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import otherworld.local.process.ChildProcess;

/** CPU time of processes from now on, as the system counts it (all threads, user and system). */
final class CpuMeter {
    private final List<ProcessHandle> processes;
    private final long startCpuNs;
    private final long startNs;

    CpuMeter(List<ProcessHandle> processes) {
        this.processes = List.copyOf(processes);
        this.startCpuNs = cpuNs();
        this.startNs = System.nanoTime();
    }

    static CpuMeter of(ChildProcess process) {
        return new CpuMeter(List.of(ProcessHandle.of(process.pid()).orElseThrow()));
    }

    static CpuMeter ofThisProcess() {
        return new CpuMeter(List.of(ProcessHandle.current()));
    }

    double cpuSeconds() {
        return (cpuNs() - startCpuNs) / 1e9;
    }

    /** Cores used on average since the start; 1 is one whole core. */
    double cores() {
        return cpuSeconds() / ((System.nanoTime() - startNs) / 1e9);
    }

    /**
     * @throws IllegalStateException if the system does not tell, or a process is gone
     */
    private long cpuNs() {
        long sum = 0;
        for (ProcessHandle process : processes) {
            Optional<Duration> cpu = process.info().totalCpuDuration();
            sum +=
                    cpu.orElseThrow(() ->
                                    new IllegalStateException(
                                            "CPU time of process %d is not known"
                                                    .formatted(process.pid())))
                            .toNanos();
        }
        return sum;
    }
}
