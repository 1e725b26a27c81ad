package otherworld.instance.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import otherworld.instance.config.Limits;
import otherworld.instance.loop.SimulatedInstance.Client;
import otherworld.persistence.InstanceStore.Loaded;
import otherworld.protocol.EditApplied;
import otherworld.protocol.EditRefused;
import otherworld.protocol.GoodbyeReason;
import otherworld.protocol.PlaceEntity;

/** Numbers of edits, in and out of order, at their ends and beyond. */
class EditNumbersTest {
    private final SimulatedInstance world =
            new SimulatedInstance(new Loaded(0, List.of(), List.of()));
    private final Client ada = new Client();
    private final Player player = world.join("ada", 0, ada);

    @Test
    void numbersMayHaveGapsAndComeInAnyOrder() {
        for (long sequence : new long[] {5, 3, 9, 1}) {
            place(sequence);
        }
        assertThat(applied()).containsExactly(5L, 3L, 9L, 1L);
        long third = ada.all(EditApplied.class).get(1).entity();
        place(3);
        assertThat(ada.all(EditApplied.class).getLast().entity())
                .as("answered again, not done again")
                .isEqualTo(third);
        assertThat(ada.goodbyes).isEmpty();
    }

    @Test
    void oneThatIsOlderThanTheNewestThatAreKeptIsRefused() {
        place(Limits.ANSWERS_PER_PLAYER + 1L);
        place(2);
        place(1);
        assertThat(applied()).containsExactly(Limits.ANSWERS_PER_PLAYER + 1L, 2L);
        assertThat(ada.all(EditRefused.class)).hasSize(1);
    }

    @Test
    void noneIsZero() {
        place(0);
        assertThat(ada.goodbyes).containsExactly(GoodbyeReason.MALFORMED);
    }

    @Test
    void noneIsFarAboveTheHighest() {
        place(Limits.SEQUENCE_AHEAD);
        assertThat(applied()).containsExactly(Limits.SEQUENCE_AHEAD);
        place(2 * Limits.SEQUENCE_AHEAD);
        assertThat(applied()).hasSize(2);
        for (long far : new long[] {3 * Limits.SEQUENCE_AHEAD + 1, Long.MAX_VALUE}) {
            place(far);
        }
        assertThat(applied()).hasSize(2);
        assertThat(ada.goodbyes).containsOnly(GoodbyeReason.MALFORMED).hasSize(2);
        place(2 * Limits.SEQUENCE_AHEAD + 1); // nobody has locked themselves out
        assertThat(applied()).hasSize(3);
    }

    private void place(long sequence) {
        world.simulation.receive(
                player, ada, new PlaceEntity(sequence, "crate", world.pose(player)));
    }

    private List<Long> applied() {
        return ada.all(EditApplied.class).stream().map(EditApplied::clientSequence).toList();
    }
}
