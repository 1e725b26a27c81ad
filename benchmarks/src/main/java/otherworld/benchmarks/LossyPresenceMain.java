package otherworld.benchmarks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.nimbusds.jose.JOSEException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import otherworld.benchmarks.PresenceInstance.Played;
import otherworld.bots.TransportChoice;

/**
 * Players over WebRTC on a clean path, and then on one that loses 2 % of the packets each way and
 * delays each by 20 ms, give or take 20. All decode all that they are told and hold it to what its
 * player sent. Runs in a network namespace of its own, as root of it, with instance, SQL and Redis;
 * {@link LossyPresence} starts it. Prints what it measured, an object a line.
 *
 * <p>Arguments: the project's folder, a folder for logs, a seed, the seconds of a round.
 */
final class LossyPresenceMain {
    private static final Duration DELAY = Duration.ofMillis(20);
    private static final Duration JITTER = Duration.ofMillis(20);
    private static final double LOSS = 0.02;

    /** Handshakes of so many come one after the other, and so does what they are warmed up by. */
    private static final Duration SETTLE = Duration.ofSeconds(20);

    private LossyPresenceMain() {}

    public static void main(String[] arguments)
            throws IOException, InterruptedException, JOSEException {
        Bench.Request request =
                new Bench.Request(
                        Duration.ofSeconds(Long.parseLong(arguments[3])),
                        Long.parseLong(arguments[2]),
                        Path.of(arguments[0]),
                        Path.of(arguments[1]),
                        Optional.empty(),
                        false,
                        Bench.Choice.ALL);
        LossyTunnel tunnel = LossyTunnel.open(DELAY, JITTER, request.seed());
        Map<String, String> settings = new HashMap<>(PresenceBench.settings(PresenceBench.RATE_HZ));
        settings.put("OTHERWORLD_BIND", "0.0.0.0");
        settings.put("OTHERWORLD_ADVERTISED_ADDRESSES", LossyTunnel.FAR);
        System.err.printf(
                "%d players over WebRTC, %d ms each way, give or take %d, clean and with %.0f %% loss, seed %d%n",
                PresenceBench.PLAYERS,
                DELAY.toMillis(),
                JITTER.toMillis(),
                100 * LOSS,
                request.seed());
        try (PresenceInstance instance =
                new PresenceInstance(
                        request,
                        Pinning.start(),
                        PresenceBench.PLAYERS,
                        settings,
                        TransportChoice.WEBRTC,
                        LossyTunnel.FAR)) {
            tell("jitter", play(instance, request));
            tunnel.loss(LOSS);
            tell("loss2", play(instance, request));
        }
        System.exit(0); // the tunnel's threads wait in the kernel
    }

    private static Played play(PresenceInstance instance, Bench.Request request)
            throws IOException, InterruptedException {
        return instance.round(request.seed(), PresenceBench.RATE_HZ, SETTLE, request.time());
    }

    /** Under the name of the path. */
    private static void tell(String path, Played played) throws IOException {
        Measured measured = played.measured(PresenceBench.PLAYERS);
        Map<String, Double> figures = new LinkedHashMap<>(measured.figures());
        figures.put("corrections", (double) played.result().corrections());
        figures.put("reconnects", (double) played.result().reconnects());
        System.out.println(
                new ObjectMapper()
                        .writeValueAsString(new Measured(path, figures, measured.faults())));
        System.err.printf(
                "%s: %s; %s%n", path, played.result().sessions(), played.result().poses());
    }
}
