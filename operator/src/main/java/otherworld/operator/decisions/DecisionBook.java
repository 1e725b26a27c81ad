package otherworld.operator.decisions;

import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import otherworld.crds.World;
import otherworld.operator.plan.Action;
import otherworld.operator.plan.Observation;
import otherworld.operator.plan.Plan;

/**
 * Remembers of each World what was decided lately, and what that rested on. What concerns a whole
 * World and what concerns one instance are kept apart, so that a thousand instances that start do
 * not push out why. Bounded by World and in all: the World that has been quiet the longest loses
 * its decisions first. Lost with the operator. Thread-safe.
 */
public final class DecisionBook {
    public static final String SCALED_UP = "ScaledUp";
    public static final String SCALED_DOWN = "ScaledDown";

    /** That a limit holds no more, whose own reason the message names. */
    public static final String LIMIT_ENDED = "LimitEnded";

    static final int MOST_OF_WORLD = 64;
    static final int MOST_OF_INSTANCES = 192;
    static final int MOST_IN_ALL = 16_384;
    static final int LONGEST_MESSAGE = 500;

    private final InstantSource clock;

    // Guarded by this; the World that was quiet the longest first.
    private final Map<String, Chapter> chapters = new LinkedHashMap<>();
    private final Map<String, Seen> seen = new HashMap<>();
    private int size;

    private static final class Chapter {
        final Ring world = new Ring(MOST_OF_WORLD);
        final Ring instances = new Ring(MOST_OF_INSTANCES);

        int size() {
            return world.size() + instances.size();
        }
    }

    /** What the latest plan of a World was made from. */
    public record Seen(Observation observation, Plan plan, Figures figures) {}

    public DecisionBook(InstantSource clock) {
        this.clock = clock;
    }

    /** Notes how a plan differs from the one before it. */
    public synchronized void planned(World world, Observation observation, Plan plan) {
        String uid = world.getMetadata().getUid();
        Seen now = new Seen(observation, plan, Figures.of(observation, plan));
        Seen before = seen.put(uid, now);
        scaled(uid, before, now);
        limited(uid, before, now);
    }

    private void scaled(String uid, @Nullable Seen before, Seen now) {
        int desired = now.plan().desired();
        if (before == null || before.plan().desired() == desired) {
            return;
        }
        boolean up = desired > before.plan().desired();
        String why =
                now.plan().actions().stream()
                        .filter(action -> changesNumber(action, up))
                        .map(Action::why)
                        .findFirst()
                        .orElse("its instances have changed");
        add(
                uid,
                now,
                false,
                up ? SCALED_UP : SCALED_DOWN,
                OptionalInt.empty(),
                "",
                "From %d to %d instances: %s".formatted(before.plan().desired(), desired, why));
    }

    private static boolean changesNumber(Action action, boolean up) {
        return switch (action) {
            case Action.Create it -> up;
            case Action.Uncordon it -> up;
            case Action.Cordon it -> !up;
            case Action.Remove it -> !up;
            case Action.Replace it -> false;
            case Action.CleanUp it -> false;
        };
    }

    private void limited(String uid, @Nullable Seen before, Seen now) {
        Set<Plan.Kind> were = before == null ? Set.of() : kinds(before.plan());
        Set<Plan.Kind> are = kinds(now.plan());
        for (Plan.Limit limit : now.plan().limits()) {
            if (!were.contains(limit.kind())) {
                add(
                        uid,
                        now,
                        true,
                        limit.kind().reason(),
                        OptionalInt.empty(),
                        "",
                        limit.message());
            }
        }
        for (Plan.Kind kind : were) {
            if (!are.contains(kind)) {
                add(
                        uid,
                        now,
                        false,
                        LIMIT_ENDED,
                        OptionalInt.empty(),
                        "",
                        kind.reason() + " holds nothing back any more");
            }
        }
    }

    private static Set<Plan.Kind> kinds(Plan plan) {
        Set<Plan.Kind> kinds = EnumSet.noneOf(Plan.Kind.class);
        plan.limits().forEach(limit -> kinds.add(limit.kind()));
        return kinds;
    }

    /**
     * Notes what an Event tells, too.
     *
     * @param instance empty if it concerns the whole World
     * @param pod empty if there is none
     */
    public synchronized void told(
            World world,
            boolean warning,
            String reason,
            OptionalInt instance,
            String pod,
            String message) {
        String uid = world.getMetadata().getUid();
        add(uid, seen.get(uid), warning, reason, instance, pod, message);
    }

    private void add(
            String uid,
            @Nullable Seen rests,
            boolean warning,
            String reason,
            OptionalInt instance,
            String pod,
            String message) {
        Instant now = clock.instant();
        Decision decision =
                new Decision(
                        now,
                        now,
                        1,
                        warning,
                        reason,
                        instance,
                        pod,
                        message.length() <= LONGEST_MESSAGE
                                ? message
                                : message.substring(0, LONGEST_MESSAGE) + "…",
                        rests == null ? Figures.NONE : rests.figures());
        Chapter before = chapters.remove(uid);
        Chapter chapter = before == null ? new Chapter() : before;
        chapters.put(uid, chapter); // is now the last
        size += (instance.isPresent() ? chapter.instances : chapter.world).add(decision);
        while (size > MOST_IN_ALL && chapters.size() > 1) {
            Iterator<Chapter> quiet = chapters.values().iterator();
            size -= quiet.next().size();
            quiet.remove();
        }
    }

    /** Of one World, the newest first. */
    public synchronized List<Decision> of(World world) {
        Chapter chapter = chapters.get(world.getMetadata().getUid());
        return chapter == null ? List.of() : newestFirst(decisions(chapter)).toList();
    }

    /** Of several Worlds, with each one's uid, the newest first, so many at most. */
    public synchronized List<Map.Entry<String, Decision>> newest(
            Collection<String> uids, int most) {
        return uids.stream()
                .flatMap(uid ->
                        Optional.ofNullable(chapters.get(uid)).stream()
                                .flatMap(DecisionBook::decisions)
                                .map(decision -> Map.entry(uid, decision)))
                .sorted(
                        Comparator.comparing(
                                        (Map.Entry<String, Decision> it) -> it.getValue().last())
                                .reversed())
                .limit(most)
                .toList();
    }

    private static Stream<Decision> decisions(Chapter chapter) {
        return Stream.concat(chapter.world.stream(), chapter.instances.stream());
    }

    private static Stream<Decision> newestFirst(Stream<Decision> all) {
        return all.sorted(Comparator.comparing(Decision::last).reversed());
    }

    /** What the World's latest plan was made from; empty before the first. */
    public synchronized Optional<Seen> seen(World world) {
        return Optional.ofNullable(seen.get(world.getMetadata().getUid()));
    }

    /** The World is gone. */
    public synchronized void forget(World world) {
        String uid = world.getMetadata().getUid();
        seen.remove(uid);
        Chapter chapter = chapters.remove(uid);
        if (chapter != null) {
            size -= chapter.size();
        }
    }
}
