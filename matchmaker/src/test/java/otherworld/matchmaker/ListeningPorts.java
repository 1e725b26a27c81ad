package otherworld.matchmaker;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Where a matchmaker of its own process listens. */
record ListeningPorts(int http, int grpc, int management) {
    private static final Pattern LINE =
            Pattern.compile(
                    "Listening: HTTP (\\d+), gRPC (\\d+), keys by TLS -?\\d+, management (\\d+)");

    /** Waits for the line that says so, and goes on draining what the process prints. */
    static ListeningPorts of(Process process) throws IOException {
        BufferedReader lines =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        StringBuilder seen = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            seen.append(line).append('\n');
            Matcher found = LINE.matcher(line);
            if (found.find()) {
                Thread.ofVirtual().start(() -> lines.lines().forEach(_ -> {}));
                return new ListeningPorts(
                        Integer.parseInt(found.group(1)),
                        Integer.parseInt(found.group(2)),
                        Integer.parseInt(found.group(3)));
            }
            if (line.contains("Listening: ")) {
                throw new AssertionError("the matchmaker says it in other words:\n" + line);
            }
        }
        throw new AssertionError("the matchmaker ended:\n" + seen);
    }
}
