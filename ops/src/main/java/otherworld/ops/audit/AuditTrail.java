package otherworld.ops.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import otherworld.ops.ExitCode;

/**
 * Looks through audit lines for what was altered or taken out. Lines of something else are passed
 * over, and runs may be mixed. What it cannot see: lines taken from a run's end, a whole run, and a
 * trail that somebody has written anew from some line on.
 */
public final class AuditTrail {
    private static final Pattern LINE =
            Pattern.compile("(\\{\"time\":.*),\"chain\":\"([0-9a-f]{64})\"}");
    private static final Pattern RUN =
            Pattern.compile(",\"run\":\"([0-9a-f]{16})\",\"seq\":(\\d{1,18}),");
    private static final String OURS = "\"logger\":\"" + AuditLog.LOGGER + "\"";

    /**
     * What came of looking.
     *
     * @param faults what is wrong with which line, counted from 1
     */
    public record Result(int events, int runs, List<String> faults) {}

    private record Last(long sequence, String chain) {}

    private AuditTrail() {}

    /** As a program: lines from stdin, and what is wrong to stdout. */
    public static void main(String[] arguments) {
        BufferedReader in =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (Stream<String> lines = in.lines()) {
            Result result = check(lines);
            result.faults().forEach(System.out::println);
            System.out.printf(
                    "%d events of %d runs, %d faults%n",
                    result.events(), result.runs(), result.faults().size());
            System.exit(
                    result.faults().isEmpty() && result.events() > 0
                            ? ExitCode.OK
                            : ExitCode.FAILED);
        } catch (UncheckedIOException e) {
            IOException cause = e.getCause();
            System.err.println("audit: " + (cause == null ? e : cause).getMessage());
            System.exit(ExitCode.FAILED);
        }
    }

    /** Reads all of it. */
    public static Result check(Stream<String> lines) {
        Map<String, Last> runs = new HashMap<>();
        List<String> faults = new ArrayList<>();
        int[] numbers = {0, 0};
        lines.forEachOrdered(text -> {
            numbers[0]++;
            int begin = text.indexOf("{\"time\":");
            if (begin >= 0 && text.contains(OURS)) {
                numbers[1]++;
                String wrong = check(text.substring(begin), runs);
                if (!wrong.isEmpty()) {
                    faults.add("line %d: %s".formatted(numbers[0], wrong));
                }
            }
        });
        return new Result(numbers[1], runs.size(), List.copyOf(faults));
    }

    private static String check(String line, Map<String, Last> runs) {
        Matcher parts = LINE.matcher(line);
        Matcher run = RUN.matcher(line);
        if (!parts.matches() || !run.find()) {
            return "is not a whole audit line";
        }
        long sequence = Long.parseLong(run.group(2));
        Last before = runs.getOrDefault(run.group(1), new Last(0, ""));
        runs.put(run.group(1), new Last(sequence, parts.group(2)));
        if (sequence != before.sequence() + 1) {
            return "is event %d of run %s, after event %d: lines are missing or out of order"
                    .formatted(sequence, run.group(1), before.sequence());
        }
        return AuditLog.digest(before.chain(), parts.group(1) + "}").equals(parts.group(2))
                ? ""
                : "event %d of run %s is not as it was written".formatted(sequence, run.group(1));
    }
}
