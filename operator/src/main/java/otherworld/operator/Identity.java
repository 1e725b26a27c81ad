package otherworld.operator;

import java.util.Optional;
import java.util.stream.Stream;
import otherworld.crds.World;

/** Which World has a persistence.id: two writers of one state cannot be. */
final class Identity {
    private Identity() {}

    /**
     * Another, older World of the same persistence.id, which has it; this one then gets no fleet.
     *
     * @param all Worlds that the operator sees
     */
    static Optional<World> holder(World world, Stream<World> all) {
        return all.filter(other -> other.id().equals(world.id()))
                .filter(other -> !uid(other).equals(uid(world)))
                .filter(other -> age(other).compareTo(age(world)) < 0)
                .findFirst();
    }

    private static String uid(World world) {
        return world.getMetadata().getUid();
    }

    // Timestamps are whole seconds; the name breaks ties in the same way every time.
    private static String age(World world) {
        return "%s %s/%s"
                .formatted(
                        world.getMetadata().getCreationTimestamp(),
                        world.getMetadata().getNamespace(),
                        world.getMetadata().getName());
    }
}
