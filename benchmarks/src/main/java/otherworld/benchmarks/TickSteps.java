package otherworld.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an instance that traces its ticks says in its log: how long after a tick was due clients'
 * messages were with the kernel. That is what a move waits for beyond the tick that it came in time
 * for, on the server.
 *
 * @param addedP50Ms over the messages of some seconds
 * @param addedP99Ms the same
 */
record TickSteps(double addedP50Ms, double addedP99Ms) {
    /** To be given to the instance. */
    static final String FLAG = "-Dotherworld.tickTrace=true";

    private static final Pattern LINE =
            Pattern.compile("After ticks were due.* written ([0-9.]+) ([0-9.]+)");

    /** Of all lines but the first ones. */
    static List<TickSteps> read(Path log, long skippedLines) throws IOException {
        try (var lines = Files.lines(log)) {
            return lines.map(LINE::matcher)
                    .filter(Matcher::find)
                    .skip(skippedLines)
                    .map(line ->
                            new TickSteps(
                                    Double.parseDouble(line.group(1)),
                                    Double.parseDouble(line.group(2))))
                    .toList();
        }
    }
}
