package otherworld.operator.act;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import otherworld.crds.World;
import otherworld.operator.act.Refusal.Change;
import otherworld.operator.plan.Setback;

/**
 * Remembers what was refused, so that it is not asked for again and again: the pause doubles with
 * each refusal for the same reason. Something that passes is tried again after 1 s to 30 s, what
 * somebody must mend after 15 s to 5 min, and at once when the World's spec has changed. By World
 * and kind of change; lost with the operator, whose successor asks once. Thread-safe.
 */
public final class Setbacks {
    static final Duration FIRST_IF_PASSING = Duration.ofSeconds(1);
    static final Duration CAP_IF_PASSING = Duration.ofSeconds(30);
    static final Duration FIRST = Duration.ofSeconds(15);
    static final Duration CAP = Duration.ofMinutes(5);

    /** Who edits an object against the operator meets it this often, and not in a loop. */
    static final Duration BETWEEN_REPAIRS = Duration.ofSeconds(10);

    private static final int MAX_DOUBLINGS = 20;

    private record Key(String worldUid, Change change) {}

    private record Entry(long generation, String reason, int count, Setback setback) {}

    private final InstantSource clock;
    private final Map<Key, Entry> entries = new ConcurrentHashMap<>();

    public Setbacks(InstantSource clock) {
        this.clock = clock;
    }

    /** Why not to ask now; empty if it may be asked for. */
    public Optional<Setback> of(World world, Change change) {
        return Optional.ofNullable(entries.get(key(world, change)))
                .filter(it -> it.generation() == generation(world))
                .map(Entry::setback)
                .filter(it -> it.until().isAfter(clock.instant()));
    }

    void refused(World world, Refusal refusal) {
        entries.compute(
                key(world, refusal.change()),
                (key, before) -> {
                    boolean again =
                            before != null
                                    && before.generation() == generation(world)
                                    && before.reason().equals(refusal.reason());
                    if (again && before.setback().until().isAfter(clock.instant())) {
                        return before; // of the same batch
                    }
                    int count = again ? before.count() + 1 : 1;
                    Instant until = clock.instant().plus(pause(count, refusal.passing()));
                    return new Entry(
                            generation(world),
                            refusal.reason(),
                            count,
                            new Setback(refusal.reason(), refusal.message(), until));
                });
    }

    void succeeded(World world, Change change) {
        if (change != Change.REPAIR) {
            entries.remove(key(world, change));
            return;
        }
        Instant until = clock.instant().plus(BETWEEN_REPAIRS);
        entries.put(
                key(world, change),
                new Entry(generation(world), "", 0, new Setback("", "", until)));
    }

    /** How long until the next of the World's pauses is over; empty if there is none. */
    public Optional<Duration> next(World world) {
        Instant now = clock.instant();
        Optional<Duration> next = Optional.empty();
        for (Change change : Change.values()) {
            Optional<Duration> left =
                    of(world, change).map(it -> Duration.between(now, it.until()));
            if (left.isPresent() && next.filter(it -> it.compareTo(left.get()) <= 0).isEmpty()) {
                next = left;
            }
        }
        return next;
    }

    public void forget(World world) {
        for (Change change : Change.values()) {
            entries.remove(key(world, change));
        }
    }

    static Duration pause(int count, boolean passing) {
        Duration first = passing ? FIRST_IF_PASSING : FIRST;
        Duration cap = passing ? CAP_IF_PASSING : CAP;
        Duration pause = first.multipliedBy(1L << Math.min(count - 1, MAX_DOUBLINGS));
        return pause.compareTo(cap) > 0 ? cap : pause;
    }

    private static Key key(World world, Change change) {
        return new Key(world.getMetadata().getUid(), change);
    }

    private static long generation(World world) {
        Long generation = world.getMetadata().getGeneration();
        return generation == null ? 0 : generation;
    }
}
