package otherworld.operator.page;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import otherworld.crds.World;

/** What a text may name: Worlds and their instances, in any namespace. */
final class Subjects {
    private static final Pattern INSTANCE = Pattern.compile("(.+)[-/](\\d{1,5})");
    private static final Pattern POD = Pattern.compile("(.+)-(\\d{1,5})-\\d{1,9}");

    private Subjects() {}

    /** Something that a text may name. */
    sealed interface Subject {
        World world();

        record OfWorld(World world) implements Subject {}

        record OfInstance(World world, int ordinal) implements Subject {}
    }

    /**
     * Of the first kind that there is: a World, a pod of one, an instance of one.
     *
     * @param text {@code plaza}, {@code default/plaza}, {@code default.plaza}; {@code plaza-3},
     *     {@code default.plaza/3}; {@code plaza-3-1}
     */
    static List<Subject> named(String text, FleetView fleet) {
        List<World> worlds = fleet.worlds().stream().filter(it -> it.getSpec() != null).toList();
        List<Subject> found = new ArrayList<>();
        worlds.stream()
                .filter(world -> isNamed(world, text))
                .forEach(world -> found.add(new Subject.OfWorld(world)));
        if (found.isEmpty()) {
            found.addAll(instances(POD.matcher(text), worlds, fleet, text));
        }
        if (found.isEmpty()) {
            found.addAll(instances(INSTANCE.matcher(text), worlds, fleet, ""));
        }
        return found;
    }

    private static boolean isNamed(World world, String text) {
        return text.equals(world.getMetadata().getName())
                || text.equals(FleetJson.name(world))
                || text.equals(world.id().value());
    }

    /**
     * @param pod that the instance has; empty: any, or none
     */
    private static List<Subject> instances(
            Matcher parts, List<World> worlds, FleetView fleet, String pod) {
        if (!parts.matches()) {
            return List.of();
        }
        int ordinal = Integer.parseInt(parts.group(2));
        List<Subject> found = new ArrayList<>();
        for (World world : worlds) {
            boolean there =
                    isNamed(world, parts.group(1)) && (pod.isEmpty() || has(fleet, world, pod));
            if (there) {
                found.add(new Subject.OfInstance(world, ordinal));
            }
        }
        return found;
    }

    /** Has it now, or had it when something was decided about it. */
    private static boolean has(FleetView fleet, World world, String pod) {
        String name = pod.substring(pod.indexOf('/') + 1);
        return fleet.decisions(world).stream().anyMatch(it -> it.pod().equals(name))
                || fleet.seen(world).stream()
                        .flatMap(seen -> seen.observation().pods().stream())
                        .anyMatch(it -> it.name().equals(name));
    }
}
