package otherworld.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@link LossySimulationTest} for a million datagrams. */
@Tag("heavy")
class LossySimulationIT {
    private static final long DATAGRAMS = 1_000_000;

    @Test
    void everyLossPatternConverges() {
        long first = Long.getLong("seed", System.nanoTime());
        System.out.println("-Dseed=" + first + " and those after it");
        long datagrams = 0;
        for (long seed = first; datagrams < DATAGRAMS; seed++) {
            datagrams += new LossySimulation(seed).run(4);
        }
        assertThat(datagrams).isGreaterThanOrEqualTo(DATAGRAMS);
    }
}
