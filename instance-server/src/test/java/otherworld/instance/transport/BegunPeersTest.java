package otherworld.instance.transport;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;
import otherworld.instance.config.Limits;

class BegunPeersTest {
    private final BegunPeers begun = new BegunPeers();
    private final PlayerId ada = new PlayerId("ada");

    @Test
    void aPlayerHasItsLimitAndOneMoreOnceOneIsSettled() {
        for (int i = 0; i < Limits.BEGUN_PEERS_PER_PLAYER; i++) {
            assertThat(begun.begin(ada)).isTrue();
        }
        assertThat(begun.begin(ada)).isFalse();
        assertThat(begun.begin(new PlayerId("bob"))).isTrue();
        begun.settle(ada);
        assertThat(begun.begin(ada)).isTrue();
        assertThat(begun.begin(ada)).isFalse();
    }

    @Test
    void nobodyIsKeptWhoMakesNone() {
        begun.begin(ada);
        begun.begin(ada);
        begun.settle(ada);
        begun.settle(ada);
        begun.settle(ada);
        assertThat(begun.players()).isZero();
    }
}
