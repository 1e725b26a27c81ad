package otherworld.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;
import otherworld.ledger.WorldPolicy.Placement;

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
                if (step % 50 == 49) {
                    lowerOrRaise();
                }
                seated += act() ? 1 : 0;
                model.check(f);
                checkCounts();
            } catch (AssertionError | RuntimeException e) {
                throw new AssertionError("Step %d of seed %d".formatted(step, seed), e);
            }
        }
        assertThat(seated).as("the run did something").isGreaterThan(steps / 20);
    }

    @Override
    int hint() {
        return anyHint();
    }

    /** As when somebody edits the World while people come and go. */
    private void lowerOrRaise() {
        model.capacity = SeatLedgerModel.CAPACITY - random.nextInt(3);
        f.policy(model.capacity, random.nextBoolean() ? Placement.PACKED : Placement.SPREAD);
    }

    /** What the ledger counts is what it holds, and nobody is promised more than there is. */
    private void checkCounts() {
        for (WorldState.InstanceState instance : f.seats.read(f.world).instances()) {
            int taken = instance.occupied() + instance.held() + instance.reserved();
            assertThat(taken)
                    .as("%s", instance)
                    .isEqualTo(f.instances.takenSeats(f.id(instance.ordinal())).size());
            if (instance.closed().isEmpty()) {
                assertThat(instance.free())
                        .as("%s", instance)
                        .isEqualTo(Math.max(0, model.capacity - taken));
            }
        }
    }
}
