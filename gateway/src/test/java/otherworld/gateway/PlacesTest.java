package otherworld.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import otherworld.base.InstanceId;
import otherworld.base.WorldId;
import otherworld.ledger.HostDirectory;
import otherworld.ledger.LedgerUnavailable;
import otherworld.ledger.RedisTrouble;

class PlacesTest {
    private static final InstanceId PLAZA = new InstanceId(new WorldId("default.plaza"), 0);

    private final AtomicLong nowNs = new AtomicLong(1);
    private final AtomicInteger asked = new AtomicInteger();
    private Optional<HostDirectory.Found> said = Optional.empty();
    private boolean away;

    private final Places places =
            new Places(
                    new HostDirectory() {
                        @Override
                        public Optional<Found> find(InstanceId instance) {
                            asked.incrementAndGet();
                            if (away) {
                                throw new LedgerUnavailable(
                                        RedisTrouble.NO_ANSWER,
                                        "Redis is away",
                                        new IllegalStateException());
                            }
                            return said;
                        }

                        @Override
                        public void close() {}
                    },
                    nowNs::get,
                    new GatewayMetrics(new PrometheusRegistry()));

    private void says(String address) {
        said = Optional.of(new HostDirectory.Found(3, "pod", address));
    }

    private String found() {
        return switch (places.find(PLAZA)) {
            case Places.Answer.Found(Places.Place place) -> place.authority();
            case Places.Answer.Nowhere() -> "nowhere";
            case Places.Answer.Unavailable() -> places.trouble();
        };
    }

    @Test
    void whatTheLedgerSaidHoldsForASecond() {
        says("10.0.0.7:20001");
        assertThat(found()).isEqualTo("10.0.0.7:20001");
        says("[fd00::7]:20002");
        nowNs.addAndGet(999_999_999);
        assertThat(found()).isEqualTo("10.0.0.7:20001");
        nowNs.incrementAndGet();
        assertThat(found()).isEqualTo("[fd00:0:0:0:0:0:0:7]:20002");
        assertThat(asked).hasValue(2);
    }

    @Test
    void thatItIsNowhereHoldsForASecondTooAndWhoAsksNowIsToldNow() {
        assertThat(found()).isEqualTo("nowhere");
        says("10.0.0.7:20001");
        assertThat(found()).isEqualTo("nowhere");
        assertThat(places.findNow(PLAZA)).isInstanceOf(Places.Answer.Found.class);
        assertThat(found()).isEqualTo("10.0.0.7:20001");
    }

    @Test
    void whileTheLedgerIsAwayItsLastWordHoldsForTenMinutes() {
        says("10.0.0.7:20001");
        assertThat(found()).isEqualTo("10.0.0.7:20001");
        away = true;
        nowNs.addAndGet(Limits.LOCATION_WITHOUT_LEDGER.toNanos() - 1);
        assertThat(found()).isEqualTo("10.0.0.7:20001");
        assertThat(places.trouble()).isEqualTo("Redis is away");
        nowNs.incrementAndGet();
        assertThat(found()).isEqualTo("Redis is away");
    }

    /** Whatever is no number is not asked elsewhere: the ledger alone says what is dialled. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example.org:80",
                "10.0.0.7",
                "10.0.0.7:0",
                "10.0.0.7:65536",
                "10.0.0.7:x",
                ":80",
                "10.0.0.256:80",
                "fd00::7:80x",
                "127.0.0.1:80/../",
            })
    void onlyNumbersAreDialled(String address) {
        says(address);
        assertThat(found()).isEqualTo("nowhere");
    }
}
