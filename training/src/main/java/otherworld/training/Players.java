package otherworld.training;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.base.WorldId;
import otherworld.bots.BotOptions;
import otherworld.bots.BotResult;
import otherworld.bots.BotRun;
import otherworld.bots.Tokens;
import otherworld.bots.TransportChoice;
import otherworld.local.oidc.LocalIssuer;
import otherworld.local.process.StartFailed;

/**
 * What players do in the seconds after an instance has started, over both transports at once: come
 * in, walk with head and hands, build, lose their connection, come back, leave. That is the code
 * that is to be linked and profiled.
 *
 * @param secret that the issuer gives tokens for
 */
record Players(URI matchmaker, LocalIssuer issuer, String secret, WorldId world) {
    /** Of each transport. Enough for each to see others over both. */
    private static final int BOTS = 6;

    private static final int MOVES_PER_SECOND = 20;
    private static final double RAMP_PER_SECOND = 6;
    private static final double AREA = 12;
    private static final Duration TIME = Duration.ofSeconds(3);

    /** Each with twice the time of the one before. */
    private static final int TRIES = 4;

    private static final Duration CUT_AFTER = Duration.ofMillis(1_500);

    private static final Logger log = LoggerFactory.getLogger(Players.class);

    /**
     * Plays until all that is to be trained has happened. Where the machine does much else, the
     * first players are hardly inside when their time is over.
     *
     * @throws StartFailed if one of them could not do what players do
     */
    void play() throws InterruptedException {
        Duration time = TIME;
        for (int left = TRIES; ; left--) {
            try {
                play(TRIES - left, time);
                return;
            } catch (StartFailed e) {
                if (left == 1) {
                    throw e;
                }
                log.warn("Players play again, for longer: {}", e.getMessage());
                time = time.multipliedBy(2);
            }
        }
    }

    private void play(int round, Duration time) throws InterruptedException {
        CompletableFuture<BotResult> webRtc = begin(2L * round, TransportChoice.WEBRTC, time);
        CompletableFuture<BotResult> webSocket =
                begin(2L * round + 1, TransportChoice.WEBSOCKET, time);
        check("webrtc", webRtc);
        check("websocket", webSocket);
    }

    private CompletableFuture<BotResult> begin(
            long seed, TransportChoice transport, Duration time) {
        BotOptions options =
                new BotOptions(
                        BOTS,
                        world,
                        time,
                        Duration.ZERO,
                        seed,
                        RAMP_PER_SECOND,
                        MOVES_PER_SECOND,
                        -AREA,
                        AREA,
                        true,
                        Optional.empty(),
                        false,
                        transport,
                        true,
                        CUT_AFTER);
        URI tokens = URI.create(issuer.issuer() + "/token");
        CompletableFuture<BotResult> result = new CompletableFuture<>();
        Thread.ofVirtual()
                .start(() -> {
                    try {
                        result.complete(
                                BotRun.run(
                                        options,
                                        matchmaker,
                                        http ->
                                                new Tokens.ClientCredentials(
                                                        http, tokens, secret)));
                    } catch (InterruptedException | RuntimeException e) {
                        result.completeExceptionally(e);
                    }
                });
        return result;
    }

    /** A cache of a run in which this or that did not happen would look like any other. */
    private static void check(String transport, CompletableFuture<BotResult> playing)
            throws InterruptedException {
        BotResult result;
        try {
            result = playing.get(); // bots have limits for all they wait for
        } catch (ExecutionException e) {
            throw new StartFailed("Players over " + transport + " failed", e);
        }
        Map<String, Long> sessions = result.sessions();
        if (!result.isOk()
                || sessions.getOrDefault(transport, 0L) < BOTS
                || result.reconnects() < BOTS
                || result.edits().durable() == 0
                || result.posesReceived() == 0) {
            throw new StartFailed(
                    "Players over %s could not all join, see others, build and resume: %s"
                            .formatted(transport, result));
        }
    }
}
