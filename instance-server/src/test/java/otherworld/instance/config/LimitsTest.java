package otherworld.instance.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import otherworld.world.WorldLimits.Bound;

class LimitsTest {
    @Test
    void howManyConnectionsThereMayBeIsWhatHalfTheHeapHolds() {
        assertThat(Limits.connections(192L << 20)).isEqualTo(3_072);
        assertThat(Limits.connections(512L << 20)).isEqualTo(Limits.MAX_CONNECTIONS);
        assertThat(Limits.connections(64L << 30)).isEqualTo(Limits.MAX_CONNECTIONS);
        assertThat(Limits.connections(1)).isEqualTo(64);
    }

    @Test
    void whatAnEditCanMeetIsCounted() {
        for (Bound bound : Bound.values()) {
            assertThat(Limit.of(bound).full()).as(bound.name()).isEqualTo(Limit.Full.REFUSED);
        }
    }
}
