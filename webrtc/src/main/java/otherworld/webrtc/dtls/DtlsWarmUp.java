package otherworld.webrtc.dtls;

import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Handshakes with itself, before anybody waits for one: the first dozens in a JVM take ten times as
 * long as those after them, which is when players crowd in.
 */
public final class DtlsWarmUp {
    private static final int TIMEOUT_MS = 5_000;

    private DtlsWarmUp() {}

    /**
     * Runs handshakes one after the other. Blocks, and keeps up to two cores busy.
     *
     * @param most how many
     * @param time after which none is begun any more
     * @return how many succeeded
     */
    public static int run(int most, Duration time) throws InterruptedException {
        long endNs = System.nanoTime() + time.toNanos();
        SecureRandom random = new SecureRandom();
        var context =
                new DtlsContext(DtlsIdentity.create(random, Instant.now()), random, TIMEOUT_MS);
        int done = 0;
        for (int i = 0; i < most && System.nanoTime() < endNs; i++) {
            done += handshake(context) ? 1 : 0;
        }
        return done;
    }

    private static boolean handshake(DtlsContext context) throws InterruptedException {
        var client = new Side();
        var server = new Side();
        server.start(context, DtlsHandshake.Role.SERVER, client);
        client.start(context, DtlsHandshake.Role.CLIENT, server);
        return client.succeeds() && server.succeeds();
    }

    private static final class Side {
        private final CompletableFuture<DtlsHandshake> started = new CompletableFuture<>();
        private final CompletableFuture<DtlsHandshake.Outcome> ended = new CompletableFuture<>();

        void start(DtlsContext context, DtlsHandshake.Role role, Side other) {
            started.complete(
                    DtlsHandshake.start(
                            context,
                            role,
                            context.identity().fingerprint(),
                            (datagram, offset, length) ->
                                    other.started.join().receive(datagram, offset, length),
                            ended::complete));
        }

        boolean succeeds() throws InterruptedException {
            try {
                return ended.get(TIMEOUT_MS, TimeUnit.MILLISECONDS)
                        instanceof DtlsHandshake.Outcome.Done;
            } catch (ExecutionException | TimeoutException e) {
                return false;
            }
        }
    }
}
