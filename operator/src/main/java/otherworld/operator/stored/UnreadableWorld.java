package otherworld.operator.stored;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Kind;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Singular;
import io.fabric8.kubernetes.model.annotation.Version;
import org.jspecify.annotations.Nullable;
import otherworld.crds.World;
import otherworld.crds.WorldSpec;
import otherworld.crds.WorldStatus;

/**
 * A World whose spec cannot be read. Its metadata can: the API server vouches for them. What it has
 * as its spec is the part that the ledger needs, with defaults for the rest, or null if not even
 * that can be read.
 */
@Group(World.GROUP)
@Version(World.VERSION)
@Kind("World")
@Singular("world")
@Plural("worlds")
public final class UnreadableWorld extends World {
    private static final long serialVersionUID = 1;

    private final String problem;

    UnreadableWorld(
            ObjectMeta metadata,
            String problem,
            @Nullable WorldSpec forLedger,
            @Nullable WorldStatus status) {
        setMetadata(metadata);
        setSpec(forLedger);
        setStatus(status);
        this.problem = problem;
    }

    /** Names the field, its value and what is wrong with it. */
    @JsonIgnore
    public String problem() {
        return problem;
    }

    /** Whether players of a fleet that runs can go on getting seats. */
    @JsonIgnore
    public boolean isKnownToLedger() {
        return getSpec() != null;
    }

    /**
     * Keeps the framework from adding one: it would do so by a server-side apply, which an object
     * with a value of a wrong type does not take, and what has no fleet needs none.
     */
    @Override
    public boolean hasFinalizer(String finalizer) {
        return true;
    }

    UnreadableWorld copy() {
        return new UnreadableWorld(getMetadata(), problem, getSpec(), getStatus());
    }
}
