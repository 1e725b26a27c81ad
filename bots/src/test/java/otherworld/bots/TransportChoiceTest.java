package otherworld.bots;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TransportChoiceTest {
    @ParameterizedTest
    @ValueSource(ints = {1, 20, 21, 100, 101, 250, 5_000})
    void atMostTwentyBotsTryWebRtcUnlessAllAreToldTo(int bots) {
        long webRtc = trying(TransportChoice.AUTO, bots);
        assertThat(webRtc).isBetween(Math.min(bots, 11L), 20L);
        assertThat(trying(TransportChoice.WEBSOCKET, bots)).isZero();
        assertThat(
                        IntStream.range(0, bots)
                                .mapToObj(index -> TransportChoice.WEBRTC.ofBot(index, bots)))
                .containsOnly(TransportChoice.WEBRTC);
    }

    private static long trying(TransportChoice choice, int bots) {
        return IntStream.range(0, bots)
                .filter(index -> choice.ofBot(index, bots) == TransportChoice.AUTO)
                .count();
    }
}
