package otherworld.instance.config;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LimitsTest {
    @Test
    void howManyConnectionsThereMayBeIsWhatHalfTheHeapHolds() {
        assertThat(Limits.connections(192L << 20)).isEqualTo(3_072);
        assertThat(Limits.connections(512L << 20)).isEqualTo(Limits.MAX_CONNECTIONS);
        assertThat(Limits.connections(64L << 30)).isEqualTo(Limits.MAX_CONNECTIONS);
        assertThat(Limits.connections(1)).isEqualTo(64);
    }
}
