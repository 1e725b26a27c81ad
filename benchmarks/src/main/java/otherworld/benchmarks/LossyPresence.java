package otherworld.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Bench presence over WebRTC on a path that loses and overtakes: {@link LossyPresenceMain}. */
final class LossyPresence {
    private static final Duration LIMIT = Duration.ofMinutes(6);

    private LossyPresence() {}

    /**
     * @throws IOException if this machine has no network namespaces or tunnels; the message says
     *     which
     */
    static Figures run(Bench.Request request) throws IOException, InterruptedException {
        PresenceRounds rounds = new PresenceRounds(request.out(), request.choice().resumes());
        Path output = request.work().resolve("presence-loss.txt");
        OwnNetwork.run(request, LossyPresenceMain.class, output, LIMIT);
        ObjectMapper json = new ObjectMapper();
        for (String line : Files.readAllLines(output)) {
            if (line.startsWith("{")) {
                rounds.add(json.readValue(line, Measured.class));
            }
        }
        Figures figures = new Figures();
        rounds.figures(figures);
        return figures;
    }
}
