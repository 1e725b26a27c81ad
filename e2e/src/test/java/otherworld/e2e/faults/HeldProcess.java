package otherworld.e2e.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import otherworld.e2e.Otherworld;
import otherworld.local.process.Signal;

/**
 * A part of the cluster that does not come back while this is open: whatever its supervisor starts
 * in its place is ended, or stopped, at once. Linux: it reads /proc.
 */
final class HeldProcess implements Fault.Held {
    private static final long LOOK_MS = 40;

    /** How a process is away. */
    enum By {
        /** Its port is closed: whoever asks is refused. */
        SIGKILL,
        /** Its connections stay open, and it says nothing. */
        SIGSTOP
    }

    private final ProcessHandle supervisor;
    private final byte[] commandLine;
    private final By by;
    private final Set<Long> stopped = new HashSet<>();
    private final Thread holding;
    private int hits;

    private HeldProcess(ProcessHandle supervisor, byte[] commandLine, By by) {
        this.supervisor = supervisor;
        this.commandLine = commandLine;
        this.by = by;
        this.holding = Thread.ofPlatform().name("hold").start(this::hold);
    }

    static HeldProcess part(Otherworld cluster, String part, By by) throws IOException {
        ProcessHandle supervisor =
                ProcessHandle.of(cluster.supervisor())
                        .orElseThrow(() -> new AssertionError("no supervisor"));
        byte[] commandLine =
                commandLine(cluster.process(part))
                        .orElseThrow(() -> new AssertionError(part + " does not run"));
        return new HeldProcess(supervisor, commandLine, by);
    }

    private void hold() {
        try {
            while (true) {
                if (stopped.stream().noneMatch(HeldProcess::isAlive)) {
                    successors().forEach(this::take);
                }
                TimeUnit.MILLISECONDS.sleep(LOOK_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private List<ProcessHandle> successors() {
        return supervisor
                .descendants()
                .filter(child ->
                        commandLine(child.pid())
                                .filter(other -> Arrays.equals(other, commandLine))
                                .isPresent())
                .toList();
    }

    /** With its children: PostgreSQL's sessions are processes of their own. */
    private void take(ProcessHandle process) {
        hits++;
        List<ProcessHandle> all = Stream.concat(Stream.of(process), process.descendants()).toList();
        for (ProcessHandle each : all) {
            switch (by) {
                case SIGKILL -> Signal.KILL.toProcess(each.pid());
                case SIGSTOP -> {
                    stopped.add(each.pid());
                    Signal.STOP.toProcess(each.pid());
                }
            }
        }
    }

    private static boolean isAlive(long pid) {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent();
    }

    private static Optional<byte[]> commandLine(long pid) {
        try {
            byte[] bytes = Files.readAllBytes(Path.of("/proc", Long.toString(pid), "cmdline"));
            return bytes.length == 0 ? Optional.empty() : Optional.of(bytes);
        } catch (IOException e) {
            return Optional.empty(); // it has ended
        }
    }

    @Override
    public String note() {
        return hits > 1 ? "started again %d times meanwhile".formatted(hits - 1) : "";
    }

    @Override
    public void close() throws InterruptedException {
        holding.interrupt();
        holding.join();
        for (long pid : stopped) {
            if (isAlive(pid)) {
                Signal.CONTINUE.toProcess(pid);
            }
        }
    }
}
