package otherworld.crds;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;
import otherworld.base.WorldId;

/** Where the World's state is kept, and under which name. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@ValidationRule(
        value = "!has(self.id) || self.id.matches('" + Persistence.ID_PATTERN + "')",
        message =
                "persistence.id must be the World's own namespace, a dot and a name of a-z, 0-9, '-' and '.', starting and ending with a letter or digit, such as default.plaza")
@ValidationRule(
        value = "has(self.id) == has(oldSelf.id) && (!has(self.id) || self.id == oldSelf.id)",
        message =
                "persistence.id is the World's identity and cannot be set, changed or removed later: put back the old value, or create another World")
public record Persistence(
        @JsonPropertyDescription(
                        "Durable: what players build is in the database before they are told so. The one mode of this version.")
                @Default("Durable")
                Mode mode,
        @JsonPropertyDescription(
                        "The World's identity in the database, the ledger, tickets and URLs: its own namespace, a dot and a name. Default: <namespace>.<name>. It cannot be changed; a World created again under the same id finds its state.")
                @Size(max = WorldId.MAX_LENGTH)
                @Nullable String id,
        @JsonPropertyDescription(
                        "What deleting the World does to its state. Retain keeps it; Delete forgets its seats and queues.")
                @Default("Retain")
                DeletionPolicy deletionPolicy,
        @JsonPropertyDescription(
                        "Secret in the World's namespace with DATABASE_URL, DATABASE_USER, DATABASE_PASSWORD and REDIS_URL.")
                @Default("{\"name\": \"otherworld-connections\"}")
                SecretRef connectionSecretRef) {

    // A namespace has no dots, so the first one ends it.
    static final String ID_PATTERN = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?[.]" + WorldId.PATTERN + "$";

    /** How durable a World's state is. */
    public enum Mode {
        Durable
    }

    /** What happens to the state of a deleted World. */
    public enum DeletionPolicy {
        Retain,
        Delete
    }

    /** A Secret in the World's namespace. */
    @ValidationRule(
            value = "self.name.matches('" + Syntax.OBJECT_NAME + "')",
            message =
                    "persistence.connectionSecretRef.name must be the name of a Secret: a-z, 0-9, '-' and '.', such as otherworld-connections")
    public record SecretRef(
            @JsonPropertyDescription("Name of the Secret.")
                    @Default("otherworld-connections")
                    @Size(max = 253)
                    String name) {

        public SecretRef(@Nullable String name) {
            this.name = requireNonNullElse(name, "otherworld-connections");
        }
    }

    // Absent in JSON is null here; everywhere else the components are set, except id.
    public Persistence(
            @Nullable Mode mode,
            @Nullable String id,
            @Nullable DeletionPolicy deletionPolicy,
            @Nullable SecretRef connectionSecretRef) {
        this.mode = requireNonNullElse(mode, Mode.Durable);
        this.id = id;
        this.deletionPolicy = requireNonNullElse(deletionPolicy, DeletionPolicy.Retain);
        this.connectionSecretRef = requireNonNullElse(connectionSecretRef, new SecretRef(null));
    }
}
