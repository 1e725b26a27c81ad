package otherworld.ops.audit;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/**
 * One thing that was changed. docs/audit.md says what each field means; none of them ever has a
 * secret.
 *
 * @param actor who, as far as it is known: a field manager, or our own process
 * @param reason why, in words for people; empty if nobody said
 */
public record AuditEvent(
        Kind kind, Optional<String> actor, Subject subject, String reason, List<Change> changes) {
    /** No event tells of more changes: the rest is counted. */
    public static final int MOST_CHANGES = 64;

    /** No value is longer, in characters: the rest is cut off. */
    public static final int LONGEST_VALUE = 256;

    /** Longest reason. */
    public static final int LONGEST_REASON = 1_000;

    /** What happened, and its name in the log, which never changes. */
    public enum Kind {
        WORLD_CREATED("world.created"),
        WORLD_CHANGED("world.changed"),
        WORLD_PERMISSIONS_CHANGED("world.permissions-changed"),
        WORLD_DELETED("world.deleted"),
        WORLD_GONE("world.gone"),
        INSTANCE_CORDONED("instance.cordoned"),
        INSTANCE_UNCORDONED("instance.uncordoned"),
        INSTANCE_POD_DELETED("instance.pod-deleted"),
        TICKET_KEYS_LOADED("ticket-keys.loaded"),
        CERTIFICATE_REPLACED("certificate.replaced");

        private final String text;

        Kind(String text) {
            this.text = text;
        }

        public String text() {
            return text;
        }
    }

    /**
     * What was changed.
     *
     * @param type such as World, Pod, Secret
     * @param generation of its spec, after the change
     * @param instance ordinal, of what concerns one
     */
    public record Subject(
            String type,
            String namespace,
            String name,
            String uid,
            OptionalLong generation,
            OptionalInt instance) {
        /** Of what has neither generation nor instance. */
        public Subject(String type, String namespace, String name, String uid) {
            this(type, namespace, name, uid, OptionalLong.empty(), OptionalInt.empty());
        }
    }

    /**
     * @param field its path, such as {@code spec.instances.max}
     * @param from empty if it was not there
     * @param to empty if it is not there any more
     * @param manager who wrote it last, if it is known
     */
    public record Change(
            String field, Optional<String> from, Optional<String> to, Optional<String> manager) {}

    public AuditEvent {
        changes = List.copyOf(changes);
    }

    /**
     * A certificate and its key were taken up from their files in place of those before.
     *
     * @param file of the certificate
     */
    public static AuditEvent certificateReplaced(String file, Instant notAfter) {
        return new AuditEvent(
                Kind.CERTIFICATE_REPLACED,
                Optional.empty(),
                new Subject("Certificate", "", file, ""),
                "its files were changed",
                List.of(
                        new Change(
                                "notAfter",
                                Optional.empty(),
                                Optional.of(notAfter.toString()),
                                Optional.empty())));
    }
}
