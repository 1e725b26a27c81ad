package otherworld.operator.plan;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The pods of an observation, by instance. */
record Fleet(NavigableMap<Integer, Shard> shards) {

    /**
     * The pods of one instance, the newest first.
     *
     * @param pods empty only of an instance that has none yet
     */
    record Shard(int ordinal, List<PodView> pods) {
        Optional<PodView> live() {
            return pods.stream().filter(PodView::live).findFirst();
        }

        PodView newest() {
            return pods.getFirst();
        }

        /** Asked to close, or closing after having been asked: on its way out. */
        boolean leaving() {
            return newest().cordon().isPresent();
        }

        /** Lost its pod, or is about to, and was not asked to close. */
        boolean needsPod() {
            return live().isEmpty() && !leaving();
        }

        boolean stopping() {
            return pods.stream().anyMatch(pod -> pod.phase() == PodView.Phase.STOPPING);
        }

        boolean ended() {
            return pods.stream().allMatch(pod -> pod.phase() == PodView.Phase.ENDED);
        }

        boolean ready() {
            return live().map(pod -> pod.phase() == PodView.Phase.READY).orElse(false);
        }
    }

    static Fleet of(Collection<PodView> pods) {
        TreeMap<Integer, List<PodView>> byOrdinal = new TreeMap<>();
        for (PodView pod : pods) {
            byOrdinal.computeIfAbsent(pod.ordinal(), ordinal -> new ArrayList<>()).add(pod);
        }
        TreeMap<Integer, Shard> shards = new TreeMap<>();
        byOrdinal.forEach((ordinal, its) -> {
            its.sort(Comparator.comparingInt(PodView::attempt).reversed());
            shards.put(ordinal, new Shard(ordinal, List.copyOf(its)));
        });
        return new Fleet(shards);
    }
}
