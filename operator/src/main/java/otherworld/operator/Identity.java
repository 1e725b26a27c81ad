package otherworld.operator;

import java.util.Comparator;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import otherworld.crds.World;
import otherworld.crds.WorldStatus;

/**
 * Which World has a persistence.id: two writers of one state cannot be. An id begins with its
 * World's own namespace and a dot, and a namespace has no dots, so that nobody else's World can
 * take it: not before its own is made, and not after that was deleted and its state retained.
 * Within a namespace the World that has a fleet keeps the id, whenever the other one was made.
 */
final class Identity {
    private Identity() {}

    /**
     * A World that gets no fleet.
     *
     * @param reason one CamelCase word
     */
    record Refused(String reason, String message) {}

    /** Why this World gets no fleet; empty if its id is its own. */
    static Optional<Refused> refusal(World world, OperatorParts parts) {
        return refusal(world, parts.worlds().get(), it -> !parts.pods().of(it).isEmpty());
    }

    /**
     * @param all Worlds that the operator sees
     * @param hasPods whether any pod of a World exists
     */
    static Optional<Refused> refusal(World world, Stream<World> all, Predicate<World> hasPods) {
        String namespace = world.getMetadata().getNamespace();
        String id = world.id().value();
        if (!id.startsWith(namespace + ".")) {
            return Optional.of(
                    new Refused(
                            "ForeignId",
                            "persistence.id %s does not begin with the World's own namespace: create the World again without persistence.id, which makes it %s.%s, or with another one that begins with %s. (only a World of the namespace that an id begins with can have its state)"
                                    .formatted(
                                            id,
                                            namespace,
                                            world.getMetadata().getName(),
                                            namespace)));
        }
        return all.filter(other -> namespace.equals(other.getMetadata().getNamespace()))
                .filter(other -> other.id().equals(world.id()))
                .filter(other -> !uid(other).equals(uid(world)))
                .filter(other -> possession(hasPods).compare(other, world) < 0)
                .findFirst()
                .map(holder ->
                        new Refused(
                                "IdTaken",
                                "World %s/%s has persistence.id %s already: delete one of them, or create this one with another persistence.id"
                                        .formatted(namespace, holder.getMetadata().getName(), id)));
    }

    // Timestamps are whole seconds; the name breaks ties in the same way every time.
    private static Comparator<World> possession(Predicate<World> hasPods) {
        return Comparator.comparing((World world) -> !hasPods.test(world))
                .thenComparing(world -> !hasIt(world))
                .thenComparing(world -> world.getMetadata().getCreationTimestamp())
                .thenComparing(world -> world.getMetadata().getName());
    }

    /** It has had it before: a World that is scaled to zero has no pods. */
    private static boolean hasIt(World world) {
        WorldStatus status = world.getStatus();
        return status != null && world.id().value().equals(status.id());
    }

    private static String uid(World world) {
        return world.getMetadata().getUid();
    }
}
