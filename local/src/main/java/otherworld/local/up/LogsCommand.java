package otherworld.local.up;

import java.io.IOException;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./otherworld logs PART}: a part's log; pods have theirs in {@code kubectl logs}. */
@Command(
        name = "logs",
        description = "Show the log of a part; -f follows it. Without PART: which there are.")
final class LogsCommand implements Callable<Integer> {
    private static final int TAIL_BYTES = 64 * 1024;
    private static final int POLL_MS = 200;

    @Parameters(arity = "0..1", paramLabel = "PART", description = "As in ./otherworld status.")
    private String part = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on until interrupted.")
    private boolean follow;

    private final Home home = Home.of(System.getenv());

    @Override
    public Integer call() throws Exception {
        List<String> parts = parts();
        if (part.isEmpty()) {
            parts.forEach(System.out::println);
            return 0;
        }
        if (!parts.contains(part)) {
            System.err.printf(
                    "otherworld logs: no log of '%s'; there are: %s. Logs of pods: ./otherworld kubectl logs POD%n",
                    part, String.join(", ", parts));
            return 2;
        }
        show(home.log(part));
        return 0;
    }

    private List<String> parts() throws IOException {
        if (!Files.isDirectory(home.logs())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(home.logs())) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".log"))
                    .map(name -> name.substring(0, name.length() - ".log".length()))
                    .sorted()
                    .toList();
        }
    }

    /** The end of the file, and what is added to it while following. */
    private void show(Path file) throws IOException, InterruptedException {
        OutputStream out = System.out;
        byte[] buffer = new byte[TAIL_BYTES];
        try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
            log.seek(Math.max(0, log.length() - TAIL_BYTES));
            do {
                if (log.length() < log.getFilePointer()) {
                    log.seek(0); // started anew
                }
                for (int read = log.read(buffer); read > 0; read = log.read(buffer)) {
                    out.write(buffer, 0, read);
                }
                out.flush();
                if (follow) {
                    Thread.sleep(POLL_MS);
                }
            } while (follow && !System.out.checkError());
        }
    }
}
