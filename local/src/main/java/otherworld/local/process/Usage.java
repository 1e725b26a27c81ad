package otherworld.local.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What a process takes. Empty for one that has ended, or of which this system does not tell. */
public final class Usage {
    private static final Pattern RESIDENT = Pattern.compile("(?m)^VmRSS:\\s*(\\d+) kB$");

    private Usage() {}

    /** Processor time since it started, seconds, in steps of the system's clock tick (10 ms). */
    public static OptionalDouble cpuSeconds(long pid) {
        return ProcessHandle.of(pid)
                .flatMap(process -> process.info().totalCpuDuration())
                .map(time -> OptionalDouble.of(time.toNanos() / 1e9))
                .orElseGet(OptionalDouble::empty);
    }

    /** Resident memory, KiB, shared pages counted whole; on Linux alone (proc(5), status). */
    public static OptionalLong residentKib(long pid) {
        try {
            Matcher found =
                    RESIDENT.matcher(
                            Files.readString(Path.of("/proc", Long.toString(pid), "status")));
            return found.find()
                    ? OptionalLong.of(Long.parseLong(found.group(1)))
                    : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }
}
