package otherworld.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import org.jspecify.annotations.Nullable;

/** How players reach instances. */
public record Network(
        @JsonPropertyDescription(
                        "HostPort: each pod has one port of its node, 20000 to 29999, unique among all Worlds. The one mode of this version.")
                @Default("HostPort")
                Mode mode) {

    /** How players reach instances. */
    public enum Mode {
        HostPort
    }

    public Network(@Nullable Mode mode) {
        this.mode = requireNonNullElse(mode, Mode.HostPort);
    }
}
