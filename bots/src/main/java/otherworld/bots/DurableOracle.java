package otherworld.bots;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.TreeMap;
import otherworld.bots.EditLog.State;
import otherworld.protocol.MoveEntity;
import otherworld.protocol.PlaceEntity;
import otherworld.protocol.Pose;

/**
 * Compares what bots were told is durable with what the database holds.
 *
 * <p>For each prop, take its edits in the order they were sent (only its owner edits it). After the
 * last one that was told durable, the prop must be as that edit left it, or as a later edit that
 * was not refused did: standing at its pose, or gone.
 */
final class DurableOracle {
    private DurableOracle() {}

    /**
     * @param edits of one bot in one instance, by sequence
     * @param stored the props of the instance in the database, by entity
     * @return one line for each prop that is not as promised
     */
    static List<String> compare(String player, List<EditLog.Entry> edits, Map<Long, Pose> stored) {
        SequencedMap<Long, List<EditLog.Entry>> byEntity = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        for (EditLog.Entry edit : edits) {
            if (edit.entity != 0) {
                byEntity.computeIfAbsent(edit.entity, _ -> new ArrayList<>()).add(edit);
            } else if (edit.state == State.DURABLE) {
                wrong.add(
                        "%s: %s is durable but was never applied".formatted(player, edit.message));
            }
        }
        byEntity.forEach((entity, chain) ->
                check(chain, Optional.ofNullable(stored.get(entity)))
                        .ifPresent(
                                why -> wrong.add("%s: prop %d %s".formatted(player, entity, why))));
        return wrong;
    }

    /** How many props the edits make a promise about. */
    static long promised(List<EditLog.Entry> edits) {
        return edits.stream()
                .filter(edit -> edit.state == State.DURABLE)
                .map(edit -> edit.entity)
                .distinct()
                .count();
    }

    private static Optional<String> check(List<EditLog.Entry> chain, Optional<Pose> stored) {
        int lastDurable = -1;
        for (int i = 0; i < chain.size(); i++) {
            if (chain.get(i).state == State.DURABLE) {
                lastDurable = i;
            }
        }
        if (lastDurable < 0) {
            return Optional.empty();
        }
        for (EditLog.Entry edit : chain.subList(lastDurable, chain.size())) {
            if (edit.state != State.REFUSED && effect(edit).equals(stored)) {
                return Optional.empty();
            }
        }
        return Optional.of(
                "is %s in the database, but was told durable as %s"
                        .formatted(
                                stored.map(Pose::toString).orElse("gone"),
                                effect(chain.get(lastDurable))
                                        .map(Pose::toString)
                                        .orElse("removed")));
    }

    private static Optional<Pose> effect(EditLog.Entry edit) {
        return switch (edit.message) {
            case PlaceEntity place -> Optional.of(place.pose());
            case MoveEntity move -> Optional.of(move.pose());
            default -> Optional.empty();
        };
    }
}
