package otherworld.bots;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import otherworld.protocol.ClientMessage;
import otherworld.protocol.MoveEntity;
import otherworld.protocol.PlaceEntity;
import otherworld.protocol.Pose;
import otherworld.protocol.RemoveEntity;
import otherworld.protocol.Rotation;

class EditLogTest {
    private final EditLog log = new EditLog();
    private final PlaceEntity place = new PlaceEntity(1, "chair", Pose.ORIGIN);

    @Test
    void whatIsNeitherDurableNorRefusedIsSentAgainInOrder() {
        PlaceEntity second = new PlaceEntity(2, "lamp", Pose.ORIGIN);
        PlaceEntity third = new PlaceEntity(3, "lamp", Pose.ORIGIN);
        PlaceEntity fourth = new PlaceEntity(4, "lamp", Pose.ORIGIN);
        log.sent(place, 0);
        log.sent(second, 0);
        log.sent(third, 0);
        log.sent(fourth, 0);
        log.applied(1, 11);
        log.applied(2, 12);
        log.durable(2);
        log.refused(3);
        assertThat(log.unsettled()).containsExactly(place, fourth);
    }

    @Test
    void anAnswerCountsOnce() {
        log.sent(place, 0);
        assertThat(log.applied(1, 11)).isPresent();
        assertThat(log.applied(1, 11)).isEmpty();
        assertThat(log.durable(1)).isPresent();
        assertThat(log.durable(1)).isEmpty();
        assertThat(log.applied(99, 1)).isEmpty();
    }

    @Test
    void aPlacingDoneAnewAfterACrashHasItsNewId() {
        log.sent(place, 0);
        log.applied(1, 11);
        log.applied(1, 21);
        log.durable(1);
        assertThat(log.standing()).containsOnlyKeys(21L);
    }

    /**
     * Else a bot would reach for a prop that is not where it thinks: an error of its own making.
     */
    @Test
    void aPropWhoseMoveOrRemovalIsRefusedIsWhereItWas() {
        Pose far = new Pose(40, 0, 0, Rotation.IDENTITY);
        Pose farther = new Pose(80, 0, 0, Rotation.IDENTITY);
        log.sent(place, 0);
        log.applied(1, 11);
        log.durable(1);
        log.sent(new MoveEntity(2, 11, far), 0);
        log.sent(new MoveEntity(3, 11, farther), 0);
        log.refused(3);
        assertThat(log.standing()).containsExactly(Map.entry(11L, far));
        log.refused(2);
        assertThat(log.standing()).containsExactly(Map.entry(11L, Pose.ORIGIN));
        log.sent(new RemoveEntity(4, 11), 0);
        assertThat(log.standing()).isEmpty();
        log.refused(4);
        assertThat(log.standing()).containsExactly(Map.entry(11L, Pose.ORIGIN));

        log.adopt(12, far);
        log.sent(new MoveEntity(5, 12, farther), 0);
        log.refused(5);
        assertThat(log.standing()).containsEntry(12L, far);
    }

    @Test
    void sequencesGoOnAfterEarlierRuns() {
        log.continueAfter(41);
        assertThat(log.nextSequence()).isEqualTo(42);
        log.continueAfter(7);
        assertThat(log.nextSequence()).isEqualTo(42);
    }

    @Test
    void theHobbyKeepsToItsOwnFewPropsWithinReach() {
        PropHobby hobby = new PropHobby(new SplittableRandom(1));
        long entity = 100;
        int removed = 0;
        for (int i = 0; i < 5_000; i++) {
            Pose here = new Pose(i % 50, 0, 0, Rotation.IDENTITY);
            Optional<ClientMessage> edit = hobby.step(1, here, log);
            if (edit.isEmpty()) {
                continue;
            }
            long of =
                    switch (edit.get()) {
                        case PlaceEntity _ -> entity++;
                        case MoveEntity move -> move.entity();
                        case RemoveEntity remove -> {
                            removed++;
                            yield remove.entity();
                        }
                        default -> throw new AssertionError(edit.get());
                    };
            if (!(edit.get() instanceof PlaceEntity)) {
                assertThat(Math.abs(log.standing().getOrDefault(of, here).x() - here.x()))
                        .isLessThan((float) PropHobby.REACH_M);
                assertThat(log.standing()).containsKey(of);
            }
            long sequence = log.nextSequence();
            log.sent(edit.get(), 0);
            log.applied(sequence, of);
            log.durable(sequence);
            assertThat(log.standing()).hasSizeLessThanOrEqualTo(PropHobby.MOST_STANDING);
        }
        assertThat(removed).isPositive();
    }
}
