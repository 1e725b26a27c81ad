package otherworld.instance.transport.signalling;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import otherworld.base.PlayerId;
import otherworld.instance.config.WebRtcConfig.Turn;

class IceServersTest {
    private final InstantSource clock = InstantSource.fixed(Instant.ofEpochSecond(1_795_000_000));

    private IceServers servers(String... urls) {
        return new IceServers(new Turn(List.of(urls), "north", Duration.ofHours(1)), clock);
    }

    /**
     * The same as {@code printf %s 1795003600:ada | openssl dgst -sha1 -hmac north -binary |
     * base64}.
     */
    @Test
    void credentialsAreWhatTurnServersComputeFromTheSharedSecret() {
        IceServers.Credentials own = servers().credentials(new PlayerId("ada"));
        assertThat(own.username()).isEqualTo("1795003600:ada");
        assertThat(own.credential()).isEqualTo("qpboDR1Ij/4g807EWzRdiCTvzqM=");
    }

    @Test
    void aPageGetsWhatItsPeerConnectionTakes() {
        assertThat(servers("stun:s", "turn:t", "turns:t").json(new PlayerId("ada")))
                .isEqualTo(
                        "{\"iceServers\":[{\"urls\":[\"stun:s\"]},{\"urls\":[\"turn:t\",\"turns:t\"],"
                                + "\"username\":\"1795003600:ada\",\"credential\":\"qpboDR1Ij/4g807EWzRdiCTvzqM=\"}],"
                                + "\"ttlSeconds\":3600}");
        assertThat(servers().json(new PlayerId("ada")))
                .isEqualTo("{\"iceServers\":[],\"ttlSeconds\":3600}");
        assertThat(servers().links(new PlayerId("ada"))).isEmpty();
    }
}
