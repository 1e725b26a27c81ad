package otherworld.replication;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DutyTest {
    private final Duty duty = new Duty();

    private void ticks(int count, float share) {
        for (int i = 0; i < count; i++) {
            duty.tickTook(share);
        }
    }

    @Test
    void oneLongPauseChangesNothing() {
        ticks(100, 0.3f);
        duty.tickTook(50);
        ticks(100, 0.3f);
        assertThat(duty.now()).isEqualTo(Degradation.NONE);
    }

    @Test
    void overrunNarrowsInterestFirstThenTheRateStepByStep() {
        List<Degradation> steps = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            duty.tickTook(1.2f);
            if (steps.isEmpty() || steps.getLast() != duty.now()) {
                steps.add(duty.now());
            }
        }
        assertThat(steps).containsExactly(Degradation.values());
        assertThat(duty.now()).isEqualTo(Degradation.RATE_THIRD);
        int due = 0;
        for (int i = 0; i < 30; i++) {
            due += duty.isDue() ? 1 : 0;
        }
        assertThat(due).isEqualTo(10);
    }

    @Test
    void withRoomForLongEnoughAllIsToldAgain() {
        ticks(200, 1.2f);
        ticks(100, 0.2f);
        assertThat(duty.now()).isNotEqualTo(Degradation.NONE);
        ticks(1_000, 0.2f);
        assertThat(duty.now()).isEqualTo(Degradation.NONE);
    }

    @Test
    void betweenTheThresholdsNothingChanges() {
        ticks(60, 1.2f);
        Degradation step = duty.now();
        ticks(10_000, 0.6f);
        assertThat(duty.now()).isEqualTo(step);
    }
}
