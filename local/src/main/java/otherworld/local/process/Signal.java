package otherworld.local.process;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Locale;

/** POSIX signals, with the numbers of the system this JVM runs on. */
public enum Signal {
    INTERRUPT(2, 2),
    KILL(9, 9),
    TERMINATE(15, 15),
    STOP(19, 17),
    CONTINUE(18, 19);

    private static final MethodHandle KILL_FUNCTION = killFunction();

    private final int number;

    Signal(int linux, int mac) {
        number = isMac() ? mac : linux;
    }

    public int number() {
        return number;
    }

    /** Sends this signal to one process. False if there is no such process, or it is not ours. */
    public boolean toProcess(long pid) {
        requireRealPid(pid);
        return send(Math.toIntExact(pid));
    }

    /** Sends this signal to every process of the group. False if the group is empty. */
    public boolean toGroup(long groupId) {
        requireRealPid(groupId);
        return send(Math.toIntExact(-groupId));
    }

    /**
     * kill(2) gives 0, 1 and −1 meanings (own group, init, everybody) that are never meant here.
     */
    private static void requireRealPid(long pid) {
        if (pid <= 1) {
            throw new IllegalArgumentException("Process id " + pid + " must be above 1");
        }
    }

    private boolean send(int target) {
        try {
            return (int) KILL_FUNCTION.invokeExact(target, number) == 0;
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean isMac() {
        return System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("mac");
    }

    // Binding kill(2) is a restricted operation by nature; the alternative is a process per signal.
    @SuppressWarnings("restricted")
    private static MethodHandle killFunction() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("kill"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
    }
}
