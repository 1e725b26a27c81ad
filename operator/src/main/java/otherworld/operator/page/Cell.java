package otherworld.operator.page;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import otherworld.operator.decisions.DecisionBook;
import otherworld.operator.plan.Demand;
import otherworld.operator.plan.Lateness;
import otherworld.operator.plan.PodView;

/**
 * One instance, as it is shown.
 *
 * @param players inside, or expected back
 * @param reserved seats of players on their way
 * @param pod the newest; empty if it has none
 */
record Cell(int ordinal, State state, int players, int reserved, String pod) {
    /** What an instance is, the letter that says so, and what is to be noticed first. */
    enum State {
        /** Should run, and has no pod: it waits for its back-off, or is refused one. */
        ABSENT('A'),
        /** Its pod has ended. */
        ENDED('E'),
        /** Runs, and is not Ready though it should be by now. */
        LATE('L'),
        /** Nothing that players build becomes durable. */
        STALLED('D'),
        /** Ready, and the seat ledger has not heard from it. */
        UNKNOWN('U'),
        STARTING('S'),
        /** Admits nobody any more. */
        CLOSING('C'),
        STOPPING('X'),
        READY('R');

        final char letter;

        State(char letter) {
            this.letter = letter;
        }
    }

    /** By ordinal: those that have a pod, and those that should. */
    static List<Cell> of(DecisionBook.Seen seen) {
        Map<Integer, PodView> newest = new TreeMap<>();
        for (PodView pod : seen.observation().pods()) {
            newest.merge(pod.ordinal(), pod, Cell::shown);
        }
        TreeSet<Integer> ordinals = new TreeSet<>(newest.keySet());
        ordinals.addAll(seen.plan().instances());
        Map<Integer, Demand.Instance> inside =
                seen.observation().demand() instanceof Demand.Known known
                        ? known.instances()
                        : Map.of();
        List<Cell> cells = new ArrayList<>(ordinals.size());
        for (int ordinal : ordinals) {
            PodView pod = newest.get(ordinal);
            Demand.@Nullable Instance instance = inside.get(ordinal);
            boolean should = seen.plan().instances().contains(ordinal);
            cells.add(
                    new Cell(
                            ordinal,
                            state(pod, instance, should, seen),
                            instance == null ? 0 : instance.occupied() + instance.held(),
                            instance == null ? 0 : instance.reserved(),
                            pod == null ? "" : pod.name()));
        }
        return cells;
    }

    // One that lives is shown, whatever came after it.
    private static PodView shown(PodView a, PodView b) {
        if (a.live() != b.live()) {
            return a.live() ? a : b;
        }
        return a.attempt() > b.attempt() ? a : b;
    }

    private static State state(
            @Nullable PodView pod,
            Demand.@Nullable Instance instance,
            boolean should,
            DecisionBook.Seen seen) {
        if (pod == null) {
            return State.ABSENT;
        }
        Instant now = seen.observation().now();
        return switch (pod.phase()) {
            case ENDED -> should ? State.ABSENT : State.ENDED;
            case STOPPING -> State.STOPPING;
            case STARTING ->
                    pod.cordon().isPresent()
                            ? State.CLOSING
                            : Lateness.isLate(pod, now) || pod.problem().isPresent()
                                    ? State.LATE
                                    : State.STARTING;
            case READY -> {
                if (pod.cordon().isPresent()) {
                    yield State.CLOSING;
                }
                if (instance != null && !instance.storage().isEmpty()) {
                    yield State.STALLED;
                }
                boolean heard =
                        instance != null
                                && instance.reported()
                                && instance.podUid().equals(pod.uid());
                boolean asked = seen.observation().demand() instanceof Demand.Known;
                yield heard || !asked ? State.READY : State.UNKNOWN;
            }
        };
    }
}
