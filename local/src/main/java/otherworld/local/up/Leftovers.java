package otherworld.local.up;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import otherworld.local.process.Endings;
import otherworld.local.process.Guardian;
import otherworld.local.process.ProcessIdentity;

/** Ends processes that a killed supervisor left, and only those: pid and start time must match. */
final class Leftovers {
    private static final Logger log = LoggerFactory.getLogger(Leftovers.class);

    /** For all of them together. */
    private static final Duration GRACE = Duration.ofSeconds(10);

    private Leftovers() {}

    /** Call with the lock of {@code home} held. */
    static void end(Home home) {
        // Each of them may be lost or damaged; the state names only what had answered.
        Stream<ProcessIdentity> parts =
                ClusterState.read(home.state()).stream()
                        .flatMap(state -> state.parts().stream())
                        .map(ClusterState.PartState::process)
                        .filter(Objects::nonNull);
        List<ProcessHandle> left =
                Stream.concat(parts, Guardian.recorded(home.children()).stream())
                        .map(ProcessIdentity::live)
                        .flatMap(Optional::stream)
                        .distinct()
                        .toList();
        left.forEach(handle -> {
            log.warn("Ending process {}, left by an earlier supervisor", handle.pid());
            handle.descendants().forEach(ProcessHandle::destroy);
            handle.destroy();
        });
        try {
            if (!Endings.await(left, GRACE)) {
                left.forEach(handle -> {
                    handle.descendants().forEach(ProcessHandle::destroyForcibly);
                    handle.destroyForcibly();
                });
                Endings.await(left, GRACE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
