package otherworld.local.node;

import java.time.Instant;

/** Where one container is in its life. */
sealed interface ContainerState {
    /** Not started; {@code reason} is one word, such as {@code CreateContainerConfigError}. */
    record Waiting(String reason, String message) implements ContainerState {}

    /**
     * @param started the startup probe has succeeded, or there is none
     * @param ready the readiness probe says so, or there is none
     */
    record Running(Instant startedAt, boolean started, boolean ready) implements ContainerState {}

    /**
     * @param exitCode 128 + n if signal n ended it
     */
    record Ended(Instant startedAt, Instant finishedAt, int exitCode, String reason, String message)
            implements ContainerState {}
}
