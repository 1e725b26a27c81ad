package otherworld.benchmarks;

import java.io.IOException;
import java.util.List;
import otherworld.local.process.Programs;

/**
 * Keeps servers and the load generator on different cores where the system has taskset: servers on
 * the first core or cores, the generator on the last.
 */
final class Pinning {
    private final boolean available;
    private final int cores;

    private Pinning(boolean available, int cores) {
        this.available = available;
        this.cores = cores;
    }

    /** Moves this process, with all its threads, to the last core. Call before it starts load. */
    static Pinning start() throws InterruptedException {
        int cores = Runtime.getRuntime().availableProcessors();
        if (cores < 2 || Programs.find("taskset").isEmpty()) {
            return new Pinning(false, cores);
        }
        return new Pinning(
                taskset(Integer.toString(cores - 1), ProcessHandle.current().pid()), cores);
    }

    /** To put before the command of a server. */
    List<String> serverPrefix() {
        return available ? List.of("taskset", "-c", serverCores()) : List.of();
    }

    /** To put before the command of players that are a process of their own. */
    List<String> generatorPrefix() {
        return available ? List.of("taskset", "-c", Integer.toString(cores - 1)) : List.of();
    }

    /** Moves a server that was started by other means. */
    void server(long pid) throws InterruptedException {
        if (available) {
            taskset(serverCores(), pid);
        }
    }

    /** Lets this process run anywhere again. */
    void end() throws InterruptedException {
        if (available) {
            taskset("0-" + (cores - 1), ProcessHandle.current().pid());
        }
    }

    String describe() {
        return available
                ? "servers on cores %s, generator on core %d".formatted(serverCores(), cores - 1)
                : "not pinned";
    }

    private String serverCores() {
        return cores == 2 ? "0" : "0-" + (cores - 2);
    }

    private static boolean taskset(String where, long pid) throws InterruptedException {
        try {
            return new ProcessBuilder("taskset", "-a", "-c", "-p", where, Long.toString(pid))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException e) {
            return false;
        }
    }
}
