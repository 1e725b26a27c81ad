package otherworld.local.up;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import otherworld.local.files.AtomicFiles;
import otherworld.local.process.ProcessIdentity;

/**
 * What the supervisor tells the commands, in a file that is replaced as a whole.
 *
 * @param supervisor who wrote it; not alive: the cluster is down, whatever the file says
 * @param phase of the cluster
 * @param detail for FAILED: what happened and what to do
 */
record ClusterState(
        ProcessIdentity supervisor,
        Phase phase,
        String detail,
        String database,
        List<PartState> parts) {
    /** Whatever a file held: a state has all of it. */
    ClusterState {
        Objects.requireNonNull(supervisor, "supervisor");
        Objects.requireNonNull(phase, "phase");
        Objects.requireNonNull(detail, "detail");
        Objects.requireNonNull(database, "database");
        parts = List.copyOf(parts);
    }

    enum Phase {
        STARTING,
        READY,
        STOPPING,
        FAILED
    }

    /**
     * @param process of the part; null while it does not run, or if it runs inside the supervisor
     * @param restarts since {@code up}
     * @param why it was started again the last time; empty if it never was
     */
    record PartState(
            String name,
            String state,
            @org.jspecify.annotations.Nullable ProcessIdentity process,
            int restarts,
            Instant since,
            String address,
            String why) {
        PartState {
            Objects.requireNonNull(name, "name");
            Objects.requireNonNull(state, "state");
            Objects.requireNonNull(since, "since");
            Objects.requireNonNull(address, "address");
            Objects.requireNonNull(why, "why");
        }
    }

    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .addModule(new JavaTimeModule())
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .disable(MapperFeature.AUTO_DETECT_IS_GETTERS)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .build();

    /** Whether a part of this name was started. */
    boolean has(String part) {
        return parts.stream().anyMatch(it -> it.name().equals(part));
    }

    void write(Path file) {
        try {
            AtomicFiles.write(file, JSON.writeValueAsString(this));
        } catch (IOException e) {
            throw new UncheckedIOException("Could not write " + file, e);
        }
    }

    /**
     * What was last written; empty if nothing was, or it is no state.
     *
     * @throws UncheckedIOException if it cannot be looked at: somebody else's may run
     */
    static Optional<ClusterState> read(Path file) {
        try {
            return Optional.ofNullable(
                    JSON.readValue(Files.readAllBytes(file), ClusterState.class));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JsonProcessingException e) {
            return Optional.empty(); // of another version: the lock tells whether it still runs
        } catch (IOException e) {
            throw new UncheckedIOException("Could not read " + file, e);
        }
    }

    /** What the living supervisor last wrote; empty if none lives. */
    static Optional<ClusterState> ofLiving(Path file) {
        return read(file).filter(state -> state.supervisor().isAlive());
    }
}
