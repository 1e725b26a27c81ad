package otherworld.local.up;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.local.process.ProcessIdentity;

/** Ends processes that a killed supervisor left, and only those: pid and start time must match. */
final class Leftovers {
    private static final Logger log = LoggerFactory.getLogger(Leftovers.class);
    private static final Duration GRACE = Duration.ofSeconds(10);

    private Leftovers() {}

    /** Call with the lock of {@code home} held. */
    static void end(Home home) {
        Optional<ClusterState> state = ClusterState.read(home.state());
        if (state.isEmpty()) {
            return;
        }
        List<ProcessHandle> left =
                state.get().parts().stream()
                        .map(ClusterState.PartState::process)
                        .filter(java.util.Objects::nonNull)
                        .map(ProcessIdentity::live)
                        .flatMap(Optional::stream)
                        .toList();
        left.forEach(handle -> {
            log.warn("Ending process {}, left by a supervisor that was killed", handle.pid());
            handle.descendants().forEach(ProcessHandle::destroy);
            handle.destroy();
        });
        for (ProcessHandle handle : left) {
            await(handle);
        }
    }

    private static void await(ProcessHandle handle) {
        CompletableFuture<ProcessHandle> exit = handle.onExit();
        try {
            exit.get(GRACE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            handle.descendants().forEach(ProcessHandle::destroyForcibly);
            handle.destroyForcibly();
            exit.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
