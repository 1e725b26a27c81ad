package otherworld.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** A few worlds with lossy networks; {@link LossySimulationIT} is the long edition. */
class LossySimulationTest {
    private static final long DATAGRAMS = 20_000;

    @Test
    void everyLossPatternConverges() {
        long first = Long.getLong("seed", System.nanoTime());
        long datagrams = 0;
        for (long seed = first; datagrams < DATAGRAMS; seed++) {
            System.out.println("-Dseed=" + seed);
            datagrams += new LossySimulation(seed).run(2);
        }
        assertThat(datagrams).isGreaterThanOrEqualTo(DATAGRAMS);
    }
}
