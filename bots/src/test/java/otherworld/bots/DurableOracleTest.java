package otherworld.bots;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import otherworld.protocol.MoveEntity;
import otherworld.protocol.PlaceEntity;
import otherworld.protocol.Pose;
import otherworld.protocol.RemoveEntity;
import otherworld.protocol.Rotation;

class DurableOracleTest {
    private static final long CHAIR = 7;
    private final EditLog log = new EditLog();

    private static Pose at(float x) {
        return new Pose(x, 0, 0, Rotation.IDENTITY);
    }

    @Test
    void whatWasToldDurableMustBeThere() {
        placeDurably();
        assertThat(compare(Map.of(CHAIR, at(1)))).isEmpty();
        assertThat(compare(Map.of())).hasSize(1).first().asString().contains("prop 7 is gone");
        assertThat(compare(Map.of(CHAIR, at(2)))).hasSize(1);
        assertThat(DurableOracle.promised(log.entries())).isEqualTo(1);
    }

    @Test
    void aLaterEditThatWasNotToldDurableMayBeThereOrNot() {
        placeDurably();
        log.sent(new MoveEntity(2, CHAIR, at(2)), 0);
        assertThat(compare(Map.of(CHAIR, at(1)))).isEmpty();
        assertThat(compare(Map.of(CHAIR, at(2)))).isEmpty();
        assertThat(compare(Map.of(CHAIR, at(3)))).hasSize(1);
    }

    @Test
    void anEarlierValueIsNotEnough() {
        placeDurably();
        log.sent(new MoveEntity(2, CHAIR, at(2)), 0);
        log.applied(2, CHAIR);
        log.durable(2);
        assertThat(compare(Map.of(CHAIR, at(1)))).hasSize(1);
        assertThat(compare(Map.of(CHAIR, at(2)))).isEmpty();
    }

    @Test
    void aRefusedEditMustNotBeThere() {
        placeDurably();
        log.sent(new MoveEntity(2, CHAIR, at(2)), 0);
        log.refused(2);
        assertThat(compare(Map.of(CHAIR, at(2)))).hasSize(1);
        assertThat(compare(Map.of(CHAIR, at(1)))).isEmpty();
    }

    @Test
    void whatWasRemovedDurablyMustBeGone() {
        placeDurably();
        log.sent(new RemoveEntity(2, CHAIR), 0);
        log.applied(2, CHAIR);
        log.durable(2);
        assertThat(compare(Map.of())).isEmpty();
        assertThat(compare(Map.of(CHAIR, at(1)))).hasSize(1);
    }

    @Test
    void whatWasOnlyAppliedIsNoPromise() {
        log.sent(new PlaceEntity(1, "chair", at(1)), 0);
        log.applied(1, CHAIR);
        assertThat(compare(Map.of())).isEmpty();
        assertThat(DurableOracle.promised(log.entries())).isZero();
    }

    @Test
    void aPlacingThatIsDurableWithoutAnIdIsWrong() {
        log.sent(new PlaceEntity(1, "chair", at(1)), 0);
        log.durable(1);
        assertThat(compare(Map.of())).hasSize(1);
    }

    private void placeDurably() {
        log.sent(new PlaceEntity(1, "chair", at(1)), 0);
        log.applied(1, CHAIR);
        log.durable(1);
    }

    private List<String> compare(Map<Long, Pose> stored) {
        return DurableOracle.compare("anna", log.entries(), stored);
    }
}
