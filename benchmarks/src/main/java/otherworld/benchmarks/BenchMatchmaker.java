package otherworld.benchmarks;

import com.nimbusds.jose.JOSEException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import otherworld.base.PlayerId;
import otherworld.local.process.ChildProcess;
import otherworld.local.process.FreePorts;
import otherworld.local.process.ProcessJvm;
import otherworld.local.redis.RedisServer;
import otherworld.tickets.SigningKeys;

/** Matchmakers of benches, which share Redis, issuer and keys, and the players who ask them. */
final class BenchMatchmaker {
    private static final Duration READY_LIMIT = Duration.ofSeconds(45);

    private static final int HEAP_MIB = 256; // as `./otherworld up` runs it

    private BenchMatchmaker() {}

    /**
     * Returns once it is ready.
     *
     * @param work where the keys are, made by the first
     * @param more settings, beside those that each bench needs
     */
    static ChildProcess start(
            Program program,
            String name,
            int port,
            RedisServer redis,
            KeyServer issuer,
            Path work,
            Map<String, String> more)
            throws IOException {
        Path keys = work.resolve("signing-keys.json");
        Path token = work.resolve("grpc-token");
        if (Files.notExists(keys)) {
            Files.writeString(keys, SigningKeys.generate());
            Files.writeString(token, UUID.randomUUID().toString());
        }
        int management = FreePorts.next();
        Map<String, String> environment = new HashMap<>();
        environment.put("OTHERWORLD_HTTP_PORT", Integer.toString(port));
        environment.put("OTHERWORLD_GRPC_PORT", Integer.toString(FreePorts.next()));
        environment.put("OTHERWORLD_BIND", "127.0.0.1");
        environment.put("OTHERWORLD_MANAGEMENT_PORT", Integer.toString(management));
        environment.put("OTHERWORLD_MANAGEMENT_BIND", "127.0.0.1");
        environment.put("REDIS_URL", redis.url());
        environment.put("OTHERWORLD_SIGNING_KEY_FILE", keys.toString());
        environment.put("OTHERWORLD_OIDC_ISSUER", issuer.url());
        environment.put("OTHERWORLD_OIDC_JWKS_URL", issuer.url() + "/jwks");
        environment.put("OTHERWORLD_GRPC_TOKEN_FILE", token.toString());
        environment.putAll(more);
        return program.start(
                name,
                "matchmaker",
                "otherworld.matchmaker.Main",
                ProcessJvm.trained("matchmaker", HEAP_MIB),
                environment,
                management);
    }

    /** Tokens of so many players. */
    static Map<PlayerId, String> bearers(KeyServer issuer, long seed, int players)
            throws JOSEException {
        Map<PlayerId, String> bearers = new HashMap<>();
        for (int i = 0; i < players; i++) {
            PlayerId player = new PlayerId("bench-%s-%d".formatted(Long.toHexString(seed), i));
            bearers.put(player, issuer.bearer(player.value()));
        }
        return bearers;
    }

    /** A new ledger holds reservations back for one reservation life. */
    static void awaitSeats(RouteLoad load) throws InterruptedException {
        long deadlineNs = System.nanoTime() + READY_LIMIT.toNanos();
        while (true) {
            RouteLoad.Result probe = load.openLoop(10, 1, Duration.ofSeconds(1));
            if (probe.failures().isEmpty()) {
                return;
            }
            if (System.nanoTime() > deadlineNs) {
                throw new IllegalStateException(
                        "No seats within %d s: %s"
                                .formatted(READY_LIMIT.toSeconds(), probe.failures()));
            }
        }
    }
}
