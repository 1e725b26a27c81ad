package otherworld.local.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;

/**
 * Whether processes have ended, be they children of this JVM or not. The JDK counts one that has
 * ended as alive until its parent has asked for its exit code, which for an orphan is process 1's
 * to do; in many a container that is a program which never does.
 */
public final class Endings {
    private static final long POLL_MS = 10;

    private Endings() {}

    /** False for a zombie, too. */
    public static boolean isRunning(ProcessHandle handle) {
        return handle.isAlive() && !isZombie(handle.pid());
    }

    /**
     * Returns when all have ended.
     *
     * @return false if some of them run after {@code limit}
     */
    public static boolean await(Collection<ProcessHandle> handles, Duration limit)
            throws InterruptedException {
        long deadline = System.nanoTime() + limit.toNanos();
        while (handles.stream().anyMatch(Endings::isRunning)) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            Thread.sleep(POLL_MS);
        }
        return true;
    }

    /** Linux tells (proc(5)); elsewhere process 1 is always one that asks. */
    private static boolean isZombie(long pid) {
        try {
            String stat =
                    new String(
                            Files.readAllBytes(Path.of("/proc", Long.toString(pid), "stat")),
                            StandardCharsets.ISO_8859_1);
            // The state is behind the program's name, which is in brackets and may hold any.
            int state = stat.lastIndexOf(')') + 2;
            return state < stat.length() && "ZX".indexOf(stat.charAt(state)) >= 0;
        } catch (IOException e) {
            return false; // gone meanwhile, which the next look tells, or not Linux
        }
    }
}
