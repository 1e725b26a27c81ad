package otherworld.replication;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Two stand for longer than the 16 bits of an update's tick can tell apart; then one walks. */
class SilenceTest {
    /** More than half of the 65,536 that 16 bits tell, and less than all. */
    private static final int SILENT_TICKS = 40_000;

    private final Lab lab = new Lab(1);

    @Test
    void whoWalksAfterALongSilenceIsSeenToWalk() {
        Client viewer = lab.client(lab.avatar(1, 1, 0), Client.Network.RELIABLE);
        int walker = lab.avatar(5, 5, 0);
        lab.move(walker, 5.5f, 5);
        lab.ticks(30);
        long before = viewer.datagrams;
        lab.ticks(SILENT_TICKS);
        assertThat(viewer.datagrams - before)
                .as("updates of nothing, so that ticks can be told")
                .isBetween(
                        SILENT_TICKS / (Updates.MOST_SILENT_TICKS + 1L) - 1,
                        SILENT_TICKS / (long) Updates.MOST_SILENT_TICKS + 1);
        lab.move(walker, 6, 5);
        lab.ticks(2);
        int index = viewer.replica.indexOf(lab.entities.id(walker));
        assertThat(viewer.replica.x(index)).isEqualTo(6f);
        assertThat(viewer.replica.tick(index)).isGreaterThan(SILENT_TICKS);
    }
}
