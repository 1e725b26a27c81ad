package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * A Redis that is killed and wiped, checked after every step. Replay with {@code -Dseed=}; {@code
 * -Dsteps=} for more.
 */
class SeatLedgerSimulationIT extends SeatLedgerSimulation {
    @Test
    void keepsItsPromisesWhateverHappens() {
        long seed = Long.getLong("seed", System.nanoTime());
        int steps = Integer.getInteger("steps", 1_500);
        System.out.printf("SeatLedgerSimulationIT -Dseed=%d -Dsteps=%d%n", seed, steps);
        random = new Random(seed);
        fleet();
        beatAll();
        int seated = 0;
        for (int step = 0; step < steps; step++) {
            try {
                if (step % 400 == 399) {
                    redis.kill();
                    redis.restart();
                    untilItAnswers();
                } else if (step % 500 == 250) {
                    wipe();
                }
                seated += act() ? 1 : 0;
                model.check(f);
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("Step %d of seed %d".formatted(step, seed), e);
            }
        }
        assertThat(seated).as("the run did something").isGreaterThan(steps / 20);
    }
}
