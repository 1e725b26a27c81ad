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

    /** Instances whose cordon this plan takes back. */
    final Set<Integer> uncordoned = new TreeSet<>();

    /** Instances that players need and for which max leaves no place: idle ones make way. */
    final Set<Integer> squeezedOut = new TreeSet<>();

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
        Lateness.next(observation.pods(), now).ifPresent(this::lookAgainIn);
    }

    Plan plan() {
        return new Plan(
                List.copyOf(actions),
                kept.size(),
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

    /** What the ledger says of an instance, if it answers and knows its present pod. */
    Optional<Demand.Instance> known(Fleet.Shard shard) {
        return switch (demand) {
            case Demand.Unreachable unreachable -> Optional.empty();
            case Demand.Known known ->
                    Optional.ofNullable(known.instances().get(shard.ordinal()))
                            .filter(Demand.Instance::reported)
                            .filter(instance ->
                                    shard.live()
                                            .map(PodView::uid)
                                            .filter(instance.podUid()::equals)
                                            .isPresent());
        };
    }

    /** Runs the instance on: takes its cordon back, or creates a pod now or after its back-off. */
    void run(int ordinal, String why) {
        Fleet.@Nullable Shard shard = fleet.shards().get(ordinal);
        kept.add(ordinal);
        places.add(ordinal);
        if (shard == null) {
            add(new Action.Create(ordinal, nextAttempt(ordinal, null), 0, Set.of(), why));
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
        Set<Integer> ports = new TreeSet<>();
        shard.pods().forEach(pod -> ports.add(pod.port()));
        add(
                new Action.Create(
                        shard.ordinal(),
                        nextAttempt(shard.ordinal(), last),
                        Backoff.failures(last, policy),
                        ports,
                        why));
    }

    private int nextAttempt(int ordinal, @Nullable PodView last) {
        int remembered = lastAttempts.getOrDefault(ordinal, -1);
        return 1 + Math.max(remembered, last == null ? -1 : last.attempt());
    }
}
