package otherworld.operator.plan;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A plan in the making: the observation, and what has been decided so far. */
final class Draft {
    final Policy policy;
    final Fleet fleet;
    final Demand demand;
    final Instant now;

    /** Instances that run on after this plan. */
    final TreeSet<Integer> kept = new TreeSet<>();

    /** Instances that hold one of the World's max places: kept, or still closing. */
    final TreeSet<Integer> places = new TreeSet<>();

    /** Instances that are not needed and go once they have been idle for long enough. */
    final Set<Integer> surplus = new TreeSet<>();

    /** Instances whose cordon this plan takes back. */
    final Set<Integer> uncordoned = new TreeSet<>();

    /** Instances that players need and for which max leaves no place: idle ones make way. */
    final Set<Integer> squeezedOut = new TreeSet<>();

    final Inside inside;
    final Need need;

    private final Optional<Setback> setback;
    private final Map<Integer, Integer> lastAttempts;
    private final List<Action> actions = new ArrayList<>();
    private final Map<Plan.Kind, Plan.Limit> limits = new LinkedHashMap<>();
    private @Nullable Duration nextLook;

    Draft(Observation observation) {
        policy = observation.policy();
        fleet = Fleet.of(observation.pods());
        demand = observation.demand();
        now = observation.now();
        lastAttempts = observation.lastAttempts();
        setback = observation.setback().filter(it -> it.until().isAfter(now));
        inside = new Inside(observation, fleet);
        need = new Need(policy, demand, fleet, inside);
        Lateness.next(observation.pods(), now).ifPresent(this::lookAgainIn);
    }

    Plan plan() {
        return new Plan(
                List.copyOf(actions),
                Set.copyOf(kept),
                limits.values().stream().sorted((a, b) -> a.kind().compareTo(b.kind())).toList(),
                Optional.ofNullable(nextLook));
    }

    void add(Action action) {
        actions.add(action);
    }

    /** The first limit of each kind is kept. */
    void limit(Plan.Kind kind, String message) {
        limits.putIfAbsent(kind, new Plan.Limit(kind, message));
    }

    void lookAgainIn(Duration delay) {
        if (nextLook == null || delay.compareTo(nextLook) < 0) {
            nextLook = delay;
        }
    }

    /** Runs the instance on: takes its cordon back, or creates a pod now or after its back-off. */
    void run(int ordinal, String why) {
        Fleet.@Nullable Shard shard = fleet.shards().get(ordinal);
        kept.add(ordinal);
        places.add(ordinal);
        if (shard == null) {
            if (!refused()) {
                add(new Action.Create(ordinal, nextAttempt(ordinal, null), 0, 0, Set.of(), why));
            }
            return;
        }
        Optional<PodView> live = shard.live();
        if (live.isPresent()) {
            uncordon(live.get(), why);
            return;
        }
        create(shard, why);
    }

    private void uncordon(PodView pod, String why) {
        pod.cordon()
                .filter(token -> uncordoned.add(pod.ordinal()))
                .ifPresent(token ->
                        add(new Action.Uncordon(pod.ordinal(), pod.name(), pod.uid(), token, why)));
    }

    private void create(Fleet.Shard shard, String why) {
        PodView last = shard.newest();
        Duration wait = Backoff.remaining(last, policy, now);
        if (wait.isPositive()) {
            lookAgainIn(wait);
            limit(
                    Plan.Kind.BACKING_OFF,
                    "Instance %d has failed %d times in a row%s; its next pod starts in %d s. Look at its log: kubectl logs %s"
                            .formatted(
                                    shard.ordinal(),
                                    Backoff.failures(last, policy),
                                    last.problem().map(it -> " (" + it.message() + ")").orElse(""),
                                    wait.toSeconds() + 1,
                                    last.name()));
            return;
        }
        if (refused()) {
            return;
        }
        Set<Integer> ports = new TreeSet<>();
        shard.pods().forEach(pod -> ports.add(pod.port()));
        add(
                new Action.Create(
                        shard.ordinal(),
                        nextAttempt(shard.ordinal(), last),
                        Backoff.failures(last, policy),
                        Backoff.portsTaken(last),
                        ports,
                        why));
    }

    // Not asked for again before its time: what was refused a moment ago is refused now.
    private boolean refused() {
        setback.ifPresent(it -> {
            lookAgainIn(Duration.between(now, it.until()));
            limit(Plan.Kind.REFUSED, it.message());
        });
        return setback.isPresent();
    }

    private int nextAttempt(int ordinal, @Nullable PodView last) {
        int remembered = lastAttempts.getOrDefault(ordinal, -1);
        return 1 + Math.max(remembered, last == null ? -1 : last.attempt());
    }
}
