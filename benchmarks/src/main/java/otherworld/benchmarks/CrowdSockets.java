package otherworld.benchmarks;

import com.nimbusds.jose.JOSEException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * A thousand connections to an instance, all in one zone, root and head, 30 Hz: world, replication
 * and sockets on the servers' core, the players on the other.
 */
final class CrowdSockets {
    private static final int PLAYERS = 1_000;
    private static final int HEAD = 1;
    private static final int RATE_HZ = 30;

    /** Until all have walked to their places, and what runs is compiled. */
    private static final Duration SETTLE = Duration.ofSeconds(25);

    private CrowdSockets() {}

    static Figures run(Bench.Request request)
            throws IOException, InterruptedException, JOSEException {
        Pinning pinning = Pinning.start();
        Map<String, String> settings = new HashMap<>(PresenceBench.settings(RATE_HZ));
        settings.put("OTHERWORLD_CONNECTIONS_PER_ADDRESS", "4096");
        System.err.printf("%d players by sockets, %s%n", PLAYERS, pinning.describe());
        try (PresenceInstance instance =
                new PresenceInstance(request, pinning, PLAYERS, settings)) {
            Measured measured =
                    instance.swarm(
                                    "crowd",
                                    PLAYERS,
                                    HEAD,
                                    RATE_HZ,
                                    request.seed(),
                                    SETTLE,
                                    request.time())
                            .measured();
            Figures figures = new Figures();
            measured.figures()
                    .forEach((name, value) -> figures.add(name, value, PresenceRounds.unit(name)));
            measured.faults().forEach(figures::fault);
            double generator = measured.figure(Measured.GENERATOR);
            if (generator > 80) {
                figures.fault(
                        "the players used %.0f %% of a core: they were the bottleneck"
                                .formatted(generator));
            }
            return figures;
        } finally {
            pinning.end();
        }
    }
}
