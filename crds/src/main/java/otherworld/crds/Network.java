package otherworld.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/** How players reach instances. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Network(
        @JsonPropertyDescription(
                        "HostPort: each pod has one port of its node, 20000 to 29999, unique among all Worlds. The one mode of this version.")
                @Default("HostPort")
                Mode mode,
        @JsonPropertyDescription(
                        "STUN and TURN servers for players whose networks do not let WebRTC through to a node. Without them such players use WebSocket.")
                @Nullable Turn turn) {

    /** How players reach instances. */
    public enum Mode {
        HostPort
    }

    // Absent in JSON is null here; everywhere else mode is set.
    public Network(@Nullable Mode mode, @Nullable Turn turn) {
        this.mode = requireNonNullElse(mode, Mode.HostPort);
        this.turn = turn;
    }
}
